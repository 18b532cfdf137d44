"""The table of moves, walked whole: every stage with every event (practice.md 3.2)."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.domain.case.case import MOVES, Event, Stage

ORDER = [Stage.INTAKE, Stage.ACKNOWLEDGED, Stage.QUALIFY, Stage.INVESTIGATE, Stage.MITIGATE, Stage.MONITOR, Stage.VALIDATE,
         Stage.RESOLVED, Stage.RECOVER, Stage.EXIT]  # fmt: skip
BESIDE = {Stage.QUEUED, Stage.MERGED}
BACK = {Event.WROTE_AGAIN, Event.REOPENED, Event.PARTED}


@pytest.mark.parametrize(("stage", "event"), list(product(Stage, Event)))
def test_a_case_goes_forward_or_back_to_investigation_and_nowhere_else(stage, event):
    to = MOVES.get((stage, event), stage)
    if event in BACK:
        assert to in (stage, Stage.INVESTIGATE)
    elif to is not stage and to not in BESIDE:
        assert ORDER.index(to) > ORDER.index(stage)


def test_only_the_customers_word_resolves_a_case():
    assert {event for (_, event), to in MOVES.items() if to is Stage.RESOLVED} == {Event.CONFIRMED}


def test_recovery_follows_a_resolution_and_exit_an_agreement():
    assert {at for (at, _), to in MOVES.items() if to is Stage.RECOVER} == {Stage.RESOLVED}
    assert {event for (_, event), to in MOVES.items() if to is Stage.EXIT} == {Event.AGREED}


def test_a_row_that_moves_nothing_is_no_row():
    assert all(stage is not to for (stage, _), to in MOVES.items())


def test_every_stage_but_the_last_can_be_left_for_investigation():
    left = {at for (at, _), to in MOVES.items() if to is Stage.INVESTIGATE}
    assert left == set(Stage) - {Stage.INVESTIGATE, Stage.EXIT}


def test_every_stage_is_reached_from_the_first_and_nothing_leads_back_to_it():
    reached, last = {Stage.INTAKE}, set()
    while reached != last:
        last, reached = reached, reached | {to for (at, _), to in MOVES.items() if at in reached}
    assert reached == set(Stage)
    assert Stage.INTAKE not in MOVES.values()


@given(st.lists(st.sampled_from(Event), max_size=40))
def test_whatever_happens_a_merged_case_is_only_parted_and_an_ended_one_stays(events):
    stage = Stage.INTAKE
    for event in events:
        to = MOVES.get((stage, event), stage)
        if stage is Stage.MERGED:
            assert to is (Stage.INVESTIGATE if event is Event.PARTED else Stage.MERGED)
        if stage is Stage.EXIT:
            assert to is Stage.EXIT
        stage = to

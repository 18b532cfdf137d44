"""The table of moves, walked whole: every stage with every event (practice.md 3.2)."""

from itertools import product

import pytest

from commsvc.domain.case.case import MOVES, Event, Stage

ORDER = [Stage.INTAKE, Stage.ACKNOWLEDGED, Stage.INVESTIGATE, Stage.VALIDATE, Stage.RESOLVED]
BACK = {Event.WROTE_AGAIN, Event.REOPENED}


@pytest.mark.parametrize(("stage", "event"), list(product(Stage, Event)))
def test_a_case_goes_forward_or_back_to_investigation_and_nowhere_else(stage, event):
    to = MOVES.get((stage, event), stage)
    if event in BACK:
        assert to in (stage, Stage.INVESTIGATE)
    elif to is not stage and to is not Stage.QUEUED:
        assert ORDER.index(to) > ORDER.index(stage)


def test_only_the_customers_word_resolves_a_case():
    assert {event for (_, event), to in MOVES.items() if to is Stage.RESOLVED} == {Event.CONFIRMED}


def test_a_row_that_moves_nothing_is_no_row():
    assert all(stage is not to for (stage, _), to in MOVES.items())


def test_every_stage_can_be_left_for_investigation():
    assert all(
        any(to is Stage.INVESTIGATE for (at, _), to in MOVES.items() if at is stage)
        for stage in Stage
        if stage is not Stage.INVESTIGATE
    )

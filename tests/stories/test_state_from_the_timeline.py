"""The state of a case can be rebuilt from its timeline alone, whatever happened to it; a row changed behind it is found."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from commsvc.domain.playbook.words import Severity
from commsvc.domain.promise.fold import differences, fold
from commsvc.domain.promise.promise import State
from tests.stories.world import ADA, DANA, DOWN, World

BOB, KATRIN, SAM, JON = "bob@nimbusretail.example", *(f"{n}@kestrel.example" for n in ("katrin", "sam", "jon"))
SAID = [
    "APPROVE", "ACK", "ACK I ask the vendor", "SEV 1 the logs say so", "SEV 2 half of it works", "SEV 3 only one store", "MINE",
    "HANDOFF Katrin: my shift ends", "HANDOFF Kenji: my shift ends", "DECLINE no time", "FACT The queue was full", "CALL",
    "UPDATE The queue is empty again", "RESOLVE the queue was enlarged", "NOT an exercise", "REOPEN it was none",
    "STAGE mitigate the old queue", "STAGE monitor repaired", "PAUSE customer until 1 December", "SNOOZE 1h lunch",
    "MERGE ESC-1", "MERGE ESC-2", "SPLIT ESC-1", "SPLIT ESC-2", "SPLIT", "REJECT not good enough",
]  # fmt: skip
OURS = st.tuples(st.sampled_from([DANA, KATRIN, SAM, JON]), st.sampled_from(SAID))
THEIRS = st.tuples(
    st.sampled_from([ADA, BOB]),
    st.sampled_from([DOWN, "It works again, thank you!", "It is worse now, tills are down."]),
)
TIME = st.tuples(st.just("time"), st.sampled_from(["1", "10", "40", "300"]))
BOUNCE = st.tuples(st.just("bounce"), st.just(""))
HISTORY = st.lists(st.one_of(OURS, OURS, OURS, THEIRS, TIME, TIME, BOUNCE), min_size=4, max_size=14)


def live(world: World, who: str, said: str) -> None:
    """One thing happens; what cannot happen now does not."""
    if who == "time":
        world.forward(minutes=int(said))
    elif who == "bounce":
        gone = [x for e in world.sender.sent if (x := world.store.letters.get(e.letter_id)).wish.to in (ADA, BOB)]
        if gone:
            world.bounces(gone[-1])
    elif who in (ADA, BOB):
        mails = world.letters(who)
        world.receives(said, who, "Orders", **({"to": str(mails[-1]["Reply-To"])} if mails else {}))
    elif mails := world.letters(who):
        world.receives(said, who, "Re: it", str(mails[-1]["Reply-To"]), submitted_by=who)


def apart(world: World) -> list[str]:
    """Where the timelines and the rows of all cases differ."""
    store, found = world.store, []
    for case in store.cases.listed():
        subject = world.case(case.id)
        found += differences(store.records.timeline(subject), case, store.promises.of(subject))
    return found


@settings(max_examples=12, deadline=None, derandomize=True, phases=[Phase.generate])
@given(HISTORY)
def test_whatever_happens_the_timeline_says_what_the_rows_say(history: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.receives(DOWN, ADA)
        for who, said in history:
            live(world, who, said)
            assert apart(world) == []
        assert fold(world.store.records.timeline(world.case())).promises
        world.store.close()


@pytest.fixture
def lived(world: World) -> World:
    world.first_answered()
    world.answers(DANA, "SEV 2 half of it works", "assignment")
    assert apart(world) == []
    return world


def test_a_row_that_was_changed_behind_the_timeline_is_found(lived: World) -> None:
    with lived.store.transaction():
        lived.store.cases.save(replace(lived.store.cases.get(1), severity=Severity.SEV4, owner=SAM))
    assert len(apart(lived)) == 2


def test_a_promise_that_ended_in_silence_is_found(lived: World) -> None:
    owed = next(p for p in lived.store.promises.of(lived.case()) if p.state is State.OPEN)
    lived.store.promises.settle(owed, State.VOID, lived.now)
    assert len(apart(lived)) == 2

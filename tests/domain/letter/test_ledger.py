"""Facts fill the slots of their topics, and only what may be told is told."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from commsvc.domain.letter.facts import Disclosure, Fact, Topic
from commsvc.domain.letter.ledger import filled, listed, told_by
from commsvc.domain.letter.slot import BadSlot
from commsvc.domain.promise.promise import Subject

DANA, JON = "dana@kestrel.example", "jon@kestrel.example"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAMES = ("salutation", "facts", "cause?", "workaround?", "estimate?", "working_now?")


def fact(statement: str, by: str = DANA, id: int = 1) -> Fact:
    return Fact(id, Subject("case", 1), statement, Disclosure.CUSTOMER, by, NOON, by, NOON)


@pytest.mark.parametrize(
    ("statement", "topic", "said"),
    [
        ("Cause: a certificate had run out", Topic.CAUSE, "a certificate had run out"),
        ("estimate : 16:00 - 18:00", Topic.ESTIMATE, "16:00 - 18:00"),
        ("The cause: unknown", Topic.NEWS, "The cause: unknown"),
        ("cause:", Topic.NEWS, "cause:"),
        ("It works at 13:41: seen by Mei", Topic.NEWS, "It works at 13:41: seen by Mei"),
    ],
)
def test_the_first_word_may_name_the_topic(statement, topic, said):
    assert (fact(statement).topic, fact(statement).said) == (topic, said)


def test_what_has_a_slot_fills_it_and_the_last_word_counts():
    facts = (fact("cause: the disk"), fact("cause: the network", id=2), fact("Queue is empty", id=3))
    assert filled(facts, NAMES, DANA, "UTC") == {"cause": "the network"}
    assert [f.said for f in listed(facts, NAMES)] == ["Queue is empty"]


def test_a_topic_without_a_slot_of_its_own_is_listed():
    assert filled([fact("cause: the disk")], ("facts",), DANA, "UTC") == {}
    assert [f.said for f in listed([fact("cause: the disk")], ("facts",))] == ["the disk"]


def test_an_estimate_is_a_range_in_the_owners_zone():
    start, end = filled([fact("estimate: 16:00-18:00")], NAMES, DANA, "Europe/Berlin")["estimate"]
    assert (start.astimezone(UTC).hour, end.astimezone(UTC).hour) == (15, 17)


@pytest.mark.parametrize("said", ["18:00", "soon", "18:00 - 16:00", "this evening"])
def test_an_estimate_that_is_no_range_stops_the_letter(said):
    with pytest.raises(BadSlot, match="is no range"):
        filled([fact(f"estimate: {said}")], NAMES, DANA, "UTC")


def test_an_estimate_of_somebody_else_stops_the_letter():
    with pytest.raises(BadSlot, match="only the owner"):
        filled([fact("estimate: 16:00 - 18:00", by=JON)], NAMES, DANA, "UTC")


@pytest.mark.parametrize(
    "silent", [{"disclosure": Disclosure.INTERNAL}, {"disclosure": Disclosure.RESTRICTED}, {"confirmed_by": ""}]
)
def test_what_is_internal_or_confirmed_by_nobody_is_never_told(silent):
    secret = replace(fact("cause: a colleague"), **silent)
    assert filled([secret], NAMES, DANA, "UTC") == {}
    assert told_by("a colleague", NAMES, [secret]) == []


def test_told_is_what_stands_in_the_letter():
    queue, disk = fact("Queue is\nempty"), fact("cause: the disk", id=2)
    assert told_by("News\n- Queue is empty", NAMES, [queue, disk]) == [queue]

"""From the ledger of facts into the slots of one letter, and back: which facts a letter told.

A topic that has a slot in the letter fills it with what holds now; whatever has no slot of its own
stands in the list of facts. An estimate is a range that the case's owner confirmed, or it is not
told at all (practice.md, part 0, 2).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from commsvc.domain.case.deadline import instants
from commsvc.domain.letter.facts import Fact, Topic, latest
from commsvc.domain.letter.slot import BadSlot

SLOT = {
    Topic.CAUSE: "cause",
    Topic.WORKAROUND: "workaround",
    Topic.WORKING_NOW: "working_now",
    Topic.ESTIMATE: "estimate",
}
_DASHES = str.maketrans({"-": " – ", "—": " – ", "–": " – "})


def filled(facts: Iterable[Fact], names: Collection[str], owner: str, zone: str) -> Mapping[str, object]:
    """The slots of a letter that the ledger fills. `names`: the slots it declares; `zone`: the owner's.

    Raises BadSlot for an estimate that is no range, or that somebody else than the owner confirmed.
    """
    known = [f for f in facts if f.for_customer]
    out: dict[str, object] = {}
    for topic in _with_slots(names):
        if (fact := latest(known, topic)) is not None:
            out[SLOT[topic]] = _estimate(fact, owner, zone) if topic is Topic.ESTIMATE else fact.said
    return out


def listed(facts: Iterable[Fact], names: Collection[str]) -> tuple[Fact, ...]:
    """The facts that have no slot of their own in this letter."""
    return tuple(f for f in facts if f.topic not in _with_slots(names))


def told_by(text: str, names: Collection[str], facts: Iterable[Fact]) -> list[Fact]:
    """The facts that a letter tells: their words stand in it, or it declares the slot of an estimate."""
    words, has_estimate = " ".join(text.split()), Topic.ESTIMATE in _with_slots(names)
    return [
        f
        for f in facts
        if f.for_customer and (has_estimate if f.topic is Topic.ESTIMATE else " ".join(f.said.split()) in words)
    ]


def span(fact: Fact, zone: str) -> tuple[datetime, datetime] | None:
    """The range an estimate names, in the zone of whoever confirmed it; None when it names none."""
    found = instants(fact.said.translate(_DASHES), fact.at, zone)
    exact = [i.at for i in sorted(found, key=lambda i: i.start) if i.exact]
    return (exact[0], exact[1]) if len(exact) == 2 and exact[0] < exact[1] else None


def _with_slots(names: Collection[str]) -> frozenset[Topic]:
    plain = {n.removesuffix("?") for n in names}
    return frozenset(topic for topic, slot in SLOT.items() if slot in plain)


def _estimate(fact: Fact, owner: str, zone: str) -> tuple[datetime, datetime]:
    if fact.confirmed_by != owner:
        raise BadSlot("estimate", f"was given by {fact.confirmed_by}; only the owner of the case confirms one")
    if (between := span(fact, zone)) is None:
        raise BadSlot("estimate", f"is no range: “{fact.said}”; write FACT estimate: 16:00 - 18:00")
    return between

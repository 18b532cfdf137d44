"""What figures look at: the past of one case, as rows say it, and the terms by which its time is counted.

Instants are aware UTC. Standards: practice.md 5.6.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from commsvc.domain.playbook.span import Clock, Span
from commsvc.domain.playbook.words import Kind, Segment, Severity
from commsvc.domain.promise.handoff import State as HandoffState
from commsvc.domain.promise.promise import State
from commsvc.domain.promise.worktime import WorkCalendar, elapsed

CAME_AGAIN = timedelta(days=90)
"""The same trouble of an account within so much time after it was resolved is a recurrence."""
REOPENED = timedelta(days=14)
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Said:
    """A letter of ours that reached the customer, or a call with them (`letter` is then "call")."""

    letter: str
    at: datetime
    automatic: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise, as it stands."""

    kind: Kind
    due_at: datetime
    state: State
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """One of ours said that no update comes until then, and why, in the words of the playbook."""

    at: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The case was offered to somebody, by their addresses. `acted_at`: when the receiver did something first."""

    giver: str
    receiver: str
    state: HandoffState
    offered_at: datetime
    answered_at: datetime | None = None
    acted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey that was delivered, and what was answered: satisfaction 1 to 5, effort 1 to 7."""

    at: datetime
    csat: int | None = None
    ces: int | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """One case, from its first mail on."""

    case: int
    account_id: str
    severity: Severity
    area: str
    opened_at: datetime
    playbook: str = ""
    segment: Segment = Segment.STANDARD
    risk: str = "low"
    told: frozenset[str] = frozenset()
    """The facts that the customer told."""
    resolved: tuple[tuple[datetime, bool], ...] = ()
    """When it was resolved, and whether the customer said so."""
    reopened: tuple[datetime, ...] = ()
    """When it was opened again after it had been resolved."""
    eased: tuple[datetime, ...] = ()
    """When one of ours said that the customer could work again, or that it was repaired."""
    paused: tuple[Pause, ...] = ()
    judged: tuple[datetime, ...] = ()
    """When a person set the severity, which ends a pause."""
    wrote: tuple[datetime, ...] = ()
    """When the customer wrote."""
    said: tuple[Said, ...] = ()
    owed: tuple[Owed, ...] = ()
    offers: tuple[Offer, ...] = ()
    surveys: tuple[Survey, ...] = ()
    merged_into: int = 0
    """The case that this one became part of; 0 for a case of its own."""

    def runs(self, now: datetime) -> Iterator[tuple[Stretch, bool]]:
        """From opened to resolved, and from each time it was reopened; whether that run has ended."""
        begins, ends = [self.opened_at, *self.reopened], [at for at, _ in self.resolved]
        for n, begin in enumerate(begins):
            after = begins[n + 1] if n + 1 < len(begins) else None
            end = max((e for e in ends if e >= begin and (after is None or e <= after)), default=None)
            yield (begin, end or now), end is not None


@dataclass(frozen=True, slots=True)
class Terms:
    """How the time of a case counts: its clock, its account's calendar, and the longest gap between updates."""

    clock: Clock
    calendar: WorkCalendar
    pace: Span
    awaits: str = ""
    """The reason of a pause that holds only once a question has reached the customer."""

    def between(self, start: datetime, end: datetime) -> timedelta:
        return elapsed(start, end, self.clock, self.calendar)


def merged(pasts: Iterable[Past]) -> list[Past]:
    """Cases that became part of another count once with it, from the earliest mail on."""
    known = {p.case: p for p in pasts}
    for part in [p for p in known.values() if p.merged_into]:
        into = known.get(_root(part, known))
        del known[part.case]
        if into is not None:
            known[into.case] = replace(
                into, opened_at=min(into.opened_at, part.opened_at), wrote=tuple(sorted((*into.wrote, *part.wrote))),
                said=tuple(sorted((*into.said, *part.said), key=lambda s: s.at)),
            )  # fmt: skip
    return list(known.values())


def _root(past: Past, known: dict[int, Past]) -> int:
    seen = {past.case}
    while past.merged_into and past.merged_into not in seen and past.merged_into in known:
        seen.add(past.merged_into)
        past = known[past.merged_into]
    return past.merged_into or past.case


def came_again(pasts: Iterable[Past]) -> frozenset[int]:
    """The resolved cases after which the same account wrote about the same area within 90 days."""
    trouble: dict[tuple[str, str], list[Past]] = {}
    for past in pasts:
        if past.account_id and past.area:
            trouble.setdefault((past.account_id, past.area), []).append(past)
    return frozenset(id for same in trouble.values() if len(same) > 1 for id in _again(same))


def _again(same: list[Past]) -> Iterator[int]:
    """`same`: cases of one account about one area."""
    opened = sorted((p.opened_at, p.case) for p in same)
    for past in same:
        if past.resolved:
            ended = past.resolved[-1][0]
            at = bisect_left(opened, (ended, 0))
            at += at < len(opened) and opened[at] == (ended, past.case)
            if at < len(opened) and opened[at][0] <= ended + CAME_AGAIN:
                yield past.case

"""What a playbook would have done with mail that is on the record: verdicts, owners, letters, nights, breaches.

People's deeds are taken as they happened: an answer that went out after 50 minutes goes out after 50
minutes under any rules. What is not on record (who would have acknowledged, what an approver would have
said) is not guessed, so a page counts when its step came before the promise was kept.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from commsvc.domain.case.directory import Person
from commsvc.domain.case.owner import awake
from commsvc.domain.mail.arrival import RawMail
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.playbook.words import Kind, Severity
from commsvc.domain.promise.cadence import next_update
from commsvc.domain.promise.chain import steps_due
from commsvc.domain.promise.promise import Promise, State, Subject
from commsvc.domain.promise.worktime import WorkCalendar

Reach = Callable[[tuple[str, ...], datetime], Iterable[Person]]
"""The people that places and roles stand for at an instant."""


@dataclass(frozen=True, slots=True)
class PastMail:
    """A mail that was taken in, what became of it, and the subject it was written to, if any."""

    raw: RawMail
    state: str
    reason: str
    subject: Subject | None


@dataclass(frozen=True, slots=True)
class Deeds:
    """What people did on a case, and when. `ended`: it was over; None while it is open."""

    kept: dict[Kind, tuple[datetime, ...]]
    ended: datetime | None

    @classmethod
    def of(cls, promises: Iterable[Promise], open_still: bool) -> "Deeds":
        """Read them from the promises on record."""
        kept: dict[Kind, tuple[datetime, ...]] = {}
        last = None
        for p in sorted((p for p in promises if p.settled_at), key=lambda p: (p.settled_at, p.id)):
            last = p.settled_at
            if p.state in (State.KEPT, State.LATE) and p.settled_at:
                kept[p.kind] = (*kept.get(p.kind, ()), p.settled_at)
        return cls(kept, None if open_still else last)


@dataclass(frozen=True, slots=True)
class Result:
    """One mail under one playbook. `severity` is None when it opens no escalation."""

    mail: int
    ref: str
    about: str
    category: str
    severity: Severity | None
    owner: str
    letters: tuple[str, ...] = ()
    nights: int = 0
    late: tuple[str, ...] = ()
    account: str = ""


@dataclass(frozen=True, slots=True)
class Clocked:
    """What became of the promises of one case."""

    nights: int
    late: tuple[str, ...]
    drafts: tuple[str, ...]


def clocked(promises: Iterable[Promise], deeds: Deeds, playbook: Playbook, calendar: WorkCalendar, reach: Reach,
            until: datetime) -> Clocked:  # fmt: skip
    """Let the clocks of a case run against what people did. `until`: the end of the record."""
    nights, late, drafts = 0, [], []
    for first in promises:
        for promise, stop in _run(first, deeds, calendar, until):
            if stop > promise.due_at:
                late.append(promise.kind.value)
            chain = playbook.chain(promise.kind)
            for due in steps_due(promise, chain, calendar, stop) if chain else ():
                if due.step.via != "mail" and due.at < stop:
                    nights += sum(not awake(p, due.at) for p in reach(due.step.to, due.at))
                if due.step.action and due.at < stop:
                    drafts.append(due.step.action.value)
    return Clocked(nights, tuple(late), tuple(drafts))


def _run(promise: Promise, deeds: Deeds, calendar: WorkCalendar, until: datetime) -> Iterator[tuple[Promise, datetime]]:
    """Each promise of one kind, and the instant until which it was owed. Updates follow each other on their grid."""
    fresh = replace(promise, step=0, state=State.OPEN, acked_by="")
    end = deeds.ended or until
    if fresh.kind is Kind.RECEIPT:
        return
    times = deeds.kept.get(fresh.kind, ())
    if fresh.kind is not Kind.NEXT_UPDATE:
        yield fresh, min((*times[:1], end))
        return
    for at in times:
        yield fresh, at
        fresh = replace(fresh, started_at=at, due_at=next_update(fresh.due_at, fresh.span, calendar, at))
    yield fresh, end

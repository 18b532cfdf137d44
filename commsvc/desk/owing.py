"""Something is owed on a case from now on. An update is, since the customer wrote, a case is opened again, or a time was named."""

from datetime import datetime

from commsvc.desk.desk import Desk
from commsvc.domain.case.case import Case, Stage
from commsvc.domain.playbook.span import Span
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.cadence import given
from commsvc.domain.promise.chain import next_at
from commsvc.domain.promise.promise import Promise, State, Subject
from commsvc.domain.promise.timeline import PROMISED, Entry, promise_said
from commsvc.domain.promise.worktime import due


def owe(desk: Desk, case: Case, kind: Kind, span: Span, since: datetime, by: datetime, now: datetime, *,
        subject: Subject | None = None, regarding: int | None = None, why: str = "", rule: str = "timelines",
        what: str = PROMISED) -> Promise:  # fmt: skip
    """Make a promise on a case, or on what `subject` names, with the time of its chain's first step, and write so."""
    about = subject or desk.subject(case)
    fresh = Promise(0, about, kind, span, since, by, regarding=regarding)
    first = next_at(fresh, desk.chain(case, kind), desk.calendar(case.account_id))
    made = desk.store.promises.make(about, kind, str(span), since, by, first, regarding)
    _write(desk, case, made, now, what, why or f"({span})", rule)
    return made


def end(
    desk: Desk, case: Case, promise: Promise, state: State, now: datetime, who: str = "commsvc", rule: str = ""
) -> None:
    """A promise that is open is kept, kept late or owed no more from now on, and the record says so."""
    if promise.state is State.OPEN:
        desk.store.promises.settle(promise, state, now)
        what = f"promise {state.value}" if state is not State.VOID else state.value
        _write(desk, case, promise, now, what, "", rule, who)


def _write(
    desk: Desk, case: Case, promise: Promise, now: datetime, what: str, why: str, rule: str, who: str = "commsvc"
) -> None:
    """An entry on the case; what is owed on a letter is told by the entries of that letter."""
    if promise.subject.kind == "case":
        said = f"{promise_said(promise)} {why}".strip()
        desk.store.records.write(Entry(promise.subject, now, what, said, who, rule, playbook=case.playbook))


def owe_update(desk: Desk, case: Case, since: datetime, now: datetime) -> datetime:
    """The open promise of an update takes the earlier due time; without one, a new one is made. Returns when it is due."""
    promises, span = desk.store.promises, desk.pace(case)
    calendar, subject = desk.calendar(case.account_id), desk.subject(case)
    by = due(since, span, calendar)
    open_one = next((p for p in promises.of(subject) if p.kind is Kind.NEXT_UPDATE and p.state is State.OPEN), None)
    if open_one and open_one.due_at <= by:
        return open_one.due_at
    if open_one:
        end(desk, case, open_one, State.VOID, now, rule="sooner")
    owe(desk, case, Kind.NEXT_UPDATE, span, since, by, now)
    return by


def owe_sooner(desk: Desk, case: Case, promise: Promise, now: datetime) -> None:
    """Another case's promise is this one's to keep: its first answer where one is still owed, else its next update, by the
    earlier of the two times.
    """
    subject, promises = desk.subject(case), desk.store.promises
    owed = {p.kind: p for p in promises.of(subject) if p.state is State.OPEN}
    kind = promise.kind if promise.kind in owed else Kind.NEXT_UPDATE
    mine = owed.get(kind)
    if mine and mine.due_at <= promise.due_at:
        return
    if mine:
        end(desk, case, mine, State.VOID, now, rule="merged")
    owe(
        desk,
        case,
        kind,
        promise.span,
        promise.started_at,
        promise.due_at,
        now,
        why=f"as on case {promise.subject.id}",
        rule="merged",
    )


def owe_named(desk: Desk, case: Case, by: datetime, source: str, now: datetime) -> None:
    """A time named to the customer is a promise, unless an update is owed already. `source`: what named it."""
    subject, promises = desk.subject(case), desk.store.promises
    if any(p.kind is Kind.NEXT_UPDATE and p.state is State.OPEN for p in promises.of(subject)):
        return
    playbook, calendar = desk.rules(case), desk.calendar(case.account_id)
    clock = (playbook.timelines.ask_again if case.stage is Stage.VALIDATE else desk.pace(case)).clock
    owe(
        desk,
        case,
        Kind.NEXT_UPDATE,
        given(now, by, clock, calendar),
        now,
        by,
        now,
        why="named in the letter",
        rule=source,
    )

"""The chain of people: which step of it is due now, and when is the next one?

Steps stand at a share of the promise's clock, or so many minutes after its start (practice.md 5.1).
Somebody who has it, or puts it off, silences the steps until then, never those at and after the due time:
nobody said "it is done". When that time ends first, the warnings go on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from commsvc.domain.playbook.rules import Chain, Step
from commsvc.domain.playbook.words import Action
from commsvc.domain.promise.promise import Promise, State
from commsvc.domain.promise.worktime import WorkCalendar, at_share


@dataclass(frozen=True, slots=True)
class Due:
    """A step of a chain whose time has come. `silenced`: somebody has it, and the time is not up."""

    number: int
    step: Step
    at: datetime
    silenced: bool


def without_pager(chain: Chain) -> Chain:
    """The same chain where mail is the only way to reach people: its steps at their shorter times."""
    if not any(s.mail_only for s in chain.steps):
        return chain
    steps = tuple(s.model_copy(update={"at": s.mail_only or s.at}) for s in chain.steps)
    return chain.model_copy(update={"steps": steps})


def steps_due(promise: Promise, chain: Chain, calendar: WorkCalendar, now: datetime) -> list[Due]:
    """The steps not yet taken whose time has come, in order."""
    out: list[Due] = []
    number = promise.step
    while promise.state is State.OPEN and (found := _step(number, promise, chain, calendar)) is not None:
        step, at = found
        if at > now:
            break
        quiet = promise.quiet_until is not None and now < promise.quiet_until
        out.append(Due(number, step, at, quiet and at < promise.due_at))
        number += 1
    return out


def next_at(promise: Promise, chain: Chain | None, calendar: WorkCalendar) -> datetime | None:
    """When the next step comes due or a silence ends; None when the chain has been climbed to its end."""
    found = _step(promise.step, promise, chain, calendar) if chain else None
    if found is None or promise.quiet_until is None:
        return found[1] if found else promise.quiet_until
    return min(found[1], promise.quiet_until)


def silence_over(promise: Promise, now: datetime) -> bool:
    """Has an acknowledgement or a snooze run out before what is owed was due?"""
    return promise.quiet_until is not None and promise.quiet_until <= now < promise.due_at


def last_told(promise: Promise, chain: Chain, calendar: WorkCalendar) -> Due | None:
    """The last step already taken that tells somebody: whom a silence that ran out brings back."""
    taken = [n for n, step in enumerate(chain.steps[: promise.step]) if step.to and step.action is not Action.ASK_FACTS]
    if not taken:
        return None
    step = chain.steps[taken[-1]]
    return Due(taken[-1], step, when(step, promise, calendar), silenced=False)


def _step(number: int, promise: Promise, chain: Chain, calendar: WorkCalendar) -> tuple[Step, datetime] | None:
    """A step by its number, with its instant; past the last one it is that one again, every `repeat`."""
    if number < len(chain.steps):
        return chain.steps[number], when(chain.steps[number], promise, calendar)
    if chain.repeat is None:
        return None
    last = chain.steps[-1]
    again = number - len(chain.steps) + 1
    return last.model_copy(update={"action": Action.DRAFT_AGAIN}), when(
        last, promise, calendar
    ) + again * chain.repeat.length


def when(step: Step, promise: Promise, calendar: WorkCalendar) -> datetime:
    """The instant of one step: `+5m` after the start, `100%` at the due time itself."""
    if step.at.startswith("+"):
        return promise.started_at + timedelta(minutes=int(step.at[1:-1]))
    percent = int(step.at.removesuffix("%"))
    return promise.due_at if percent == 100 else at_share(promise.started_at, promise.span, percent, calendar)

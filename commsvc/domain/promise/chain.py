"""The chain of people: which step of it is due now, and when is the next one?

Steps stand at a share of the promise's clock, or so many minutes after its start (practice.md 5.1).
An acknowledgement silences the steps before the due time, never those at and after it: somebody
said "I have it", nobody said "it is done".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from commsvc.domain.playbook.rules import Chain, Step
from commsvc.domain.promise.promise import Promise, State
from commsvc.domain.promise.worktime import WorkCalendar, at_share


@dataclass(frozen=True, slots=True)
class Due:
    """A step of a chain whose time has come. `silenced`: somebody acknowledged before it."""

    number: int
    step: Step
    at: datetime
    silenced: bool


def steps_due(promise: Promise, chain: Chain, calendar: WorkCalendar, now: datetime) -> list[Due]:
    """The steps not yet taken whose time has come, in order."""
    if promise.state is not State.OPEN:
        return []
    pending = enumerate(chain.steps[promise.step :], start=promise.step)
    timed = [(n, s, when(s, promise, calendar)) for n, s in pending]
    return [Due(n, s, at, bool(promise.acked_by) and at < promise.due_at) for n, s, at in timed if at <= now]


def next_at(promise: Promise, chain: Chain | None, calendar: WorkCalendar) -> datetime | None:
    """When the next step comes due; None when the chain has been climbed to its end."""
    if chain is None or promise.step >= len(chain.steps):
        return None
    return when(chain.steps[promise.step], promise, calendar)


def when(step: Step, promise: Promise, calendar: WorkCalendar) -> datetime:
    """The instant of one step: `+5m` after the start, `100%` at the due time itself."""
    if step.at.startswith("+"):
        return promise.started_at + timedelta(minutes=int(step.at[1:-1]))
    percent = int(step.at.removesuffix("%"))
    return promise.due_at if percent == 100 else at_share(promise.started_at, promise.span, percent, calendar)

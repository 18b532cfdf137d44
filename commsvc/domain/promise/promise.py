"""Something owed to somebody by a time: the one mechanism behind every clock we run.

A promise to a customer is kept by a letter that was sent, not by one that was written. Late is a
fact and stays on the record; a late promise is still owed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from commsvc.domain.playbook.span import Span
from commsvc.domain.playbook.words import Kind


@dataclass(frozen=True, slots=True)
class Subject:
    """What a promise, letter, fact or timeline entry belongs to: a case today, a known issue, a
    plan or a review as well.
    """

    kind: str
    id: int


class State(Enum):
    """Where a promise stands."""

    OPEN = "open"
    KEPT = "kept"
    LATE = "kept late"
    VOID = "no longer owed"


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing owed. `step` counts the steps of its chain already taken; `next_at` is when the
    next one may be due (a hint for the store: judge again before acting).
    """

    id: int
    subject: Subject
    kind: Kind
    span: Span
    started_at: datetime
    due_at: datetime
    state: State = State.OPEN
    step: int = 0
    next_at: datetime | None = None
    acked_by: str = ""
    regarding: int | None = None
    """For an approval: the id of the letter that waits."""
    settled_at: datetime | None = None
    quiet_until: datetime | None = None
    """Somebody has it, or has put it off: nobody is warned before this instant."""

    def settled(self, at: datetime) -> State:
        """How the promise ends when it is kept at this instant."""
        return State.KEPT if at <= self.due_at else State.LATE

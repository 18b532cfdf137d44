"""What mails taught us about the people who write. A port of the store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from commsvc.domain.case.learnt import Learnt, State


class LearntShelf(Protocol):
    """What was noticed about customers' people, and what ours said to it."""

    def propose(self, learnt: Learnt) -> Learnt | None:
        """Write it; None when the same was proposed before, whatever became of it."""

    def get(self, id: int) -> Learnt | None:
        """One of them, None when there is none (any more)."""

    def decide(self, id: int, state: State, by: str, now: datetime) -> bool:
        """Confirm or refuse what is proposed; False when somebody was faster."""

    def confirmed(self) -> Sequence[Learnt]:
        """Everything confirmed, in the order in which it was."""

    def waiting(self, account_id: str) -> Sequence[Learnt]:
        """What is proposed for one account, oldest first."""

    def revision(self) -> tuple[int, int]:
        """Changes whenever `confirmed` does."""

    def forget(self, address: str) -> None:
        """Everything about one address goes."""

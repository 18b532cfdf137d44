"""The ledger of facts. A port of the store."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from commsvc.domain.letter.facts import Fact
from commsvc.domain.promise.promise import Subject


class Facts(Protocol):
    """What is known about each case and each known issue; rows are only added."""

    def add(self, fact: Fact) -> int:
        """Write a fact, whose own id is left out of account; returns the one it got."""

    def of(self, subject: Subject) -> Sequence[Fact]:
        """All facts of a subject, oldest first."""

    def untold(self, subject: Subject) -> Sequence[Fact]:
        """Those that no sent letter has told yet."""

    def told(self, facts: Iterable[Fact], letter_id: int) -> None:
        """Mark them as told by this letter. One told before stays told in the letter that told it first."""

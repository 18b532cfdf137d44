"""Letters from wish to delivery. A port of the store."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from commsvc.domain.letter.approval import Asked
from commsvc.domain.letter.letter import Letter, Wish
from commsvc.domain.letter.letter import State as LetterState
from commsvc.domain.letter.situation import Counts
from commsvc.domain.promise.promise import Subject
from commsvc.ports.claim import Claim


class Letters(Protocol):
    def wish(self, wish: Wish, now: datetime) -> bool:
        """Write a wish; False when one with its key exists already."""

    def get(self, id: int) -> Letter: ...
    def claim(self, state: LetterState, now: datetime, limit: int, lease: timedelta) -> Sequence[Claim[Letter]]:
        """Letters in this state for this worker: those to customers first, then the oldest."""

    def save(self, claim: Claim[Letter], letter: Letter) -> None:
        """Write all that may change. Raises Stale when the claim is no longer ours."""

    def wait(self, claim: Claim[Letter], letter: Letter) -> None:
        """Write it back as it is, to be claimed anew at its `send_at`; the tries so far do not count. Raises Stale."""

    def change(self, letter: Letter, was: LetterState) -> bool:
        """Write `letter` if it is still in the state `was`; False when it is not."""

    def of(self, subject: Subject) -> Sequence[Letter]: ...
    def last_to(self, subject: Subject, to: str) -> Letter | None:
        """The last letter sent to this person about this subject."""

    def count(self, state: LetterState) -> int:
        """How many letters are in this state."""

    def held_for_names(self) -> tuple[int, int]:
        """How many letters were ever held for another account's name, and how many of them a person let through."""

    def leave(self, list_: str, address: str, at: datetime) -> None:
        """Take an address off a list of letters that people may do without; once more is the same."""

    def left(self, list_: str, address: str) -> bool:
        """Did this person leave this list?"""

    def newest(self) -> int:
        """The highest id that a letter ever got; 0 before the first."""

    def drafted(self) -> Sequence[Letter]: ...
    def in_doubt(self) -> Sequence[Letter]: ...
    def came_back(self, address: str, since: datetime) -> datetime | None:
        """When the last letter to this address that came back had been sent; None when none did since then."""

    def counts(self, subject: Subject, to: str, now: datetime) -> Counts: ...
    def recover(self, now: datetime) -> int:
        """After a crash: what was `sending` is ready again, and so is what was at the `dot`, unless it was for a customer:
        that is uncertain.
        Returns how many are uncertain.
        """

    def ask(self, letter_id: int, about: int, person: str, digest: str) -> None:
        """Remember whom we asked about which words."""

    def asked(self, letter_id: int) -> tuple[int, str, str] | None:
        """For an internal letter: the letter it asks about, the person, the digest they saw."""

    def approvers(self, about: int) -> Asked: ...
    def say_yes(self, about: int, person: str, digest: str, at: datetime) -> None:
        """A person who was asked about these words said yes to them."""

    def yes(self, about: int, digest: str) -> frozenset[str]:
        """Who said yes to these words."""

    def watched(self, since: datetime) -> Sequence[Letter]: ...

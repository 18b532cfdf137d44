"""What the record holds for those who may demand it: a court, an auditor, the person it speaks of. A port of the store."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.seal import Chain


@dataclass(frozen=True, slots=True)
class Original:
    """A mail as it came, and what was read in it. `raw` is empty when it was erased."""

    id: int
    received_at: datetime
    sha256: str
    raw: bytes
    sender: str
    subject: str
    words: str


class Evidence(Protocol):
    """The sealed record, whole; and erasure, the one thing that takes away from it."""

    def chain(self, subject: Subject) -> Chain: ...
    def chains(self) -> Iterable[Chain]:
        """Every chain, read one at a time."""

    def originals(self, subject: Subject) -> Sequence[Original]:
        """The mails of a subject, oldest first."""

    def cases_with(self, address: str) -> Sequence[int]:
        """The cases that this person opened, wrote to or got a letter about."""

    def loose(self, address: str) -> Sequence[int]:
        """Originals that belong to no case and come from this person or name the address; none that still waits."""

    def erase(self, case_id: int, at: datetime, traces: Sequence[str] = ()) -> Sequence[int]:
        """Empty what is personal in a case: mails, words, letters, facts, names, timeline payloads. With `traces`
        (addresses and names of one person) only what bears one of them. A mail erased so is not taken in again.
        Returns the ids of the timeline entries emptied: write an entry that names them in the same transaction.
        """

    def erase_originals(self, ids: Sequence[int], at: datetime) -> None:
        """Empty the bytes of these mails and how they came; they are not taken in again."""

    def erase_loose(self, address: str, at: datetime) -> None:
        """Empty what `loose` finds, and letters to this person that belong to no case."""

    def old_originals(self, before: datetime, after: int, limit: int) -> Sequence[tuple[int, Subject | None]]:
        """Originals with bytes that came before then, with an id above `after`, in the order of ids; none that waits
        for us or was set aside for a person.
        """

    def quiet_cases(self, before: datetime, after: int, limit: int) -> Sequence[int]:
        """Closed cases not erased yet, with an id above `after`, in which nothing happened since then."""

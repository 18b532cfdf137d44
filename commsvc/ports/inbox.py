"""Raw mail, and what became of each. A port of the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from commsvc.domain.learning.replay import PastMail
from commsvc.domain.mail.arrival import Arrival, RawMail
from commsvc.domain.mail.mail import Mail
from commsvc.domain.promise.promise import Subject
from commsvc.ports.claim import Claim


@dataclass(frozen=True, slots=True)
class Message:
    """A mail that was recorded, as a thread shows it. `by_us`: a person of ours wrote it."""

    message_id: str
    sender: str
    subject: str
    words: str
    received_at: datetime
    by_us: bool
    conversation: str = ""


class Inbox(Protocol):
    """Raw mail, and what became of each."""

    def connect(self, mailbox: str, uidvalidity: int, now: datetime) -> tuple[datetime, str]:
        """When we first connected to this mailbox, and the last uid seen under this validity."""

    def began(self) -> datetime | None:
        """When mail could first come in here; None before that."""

    def add(self, arrivals: Sequence[Arrival], now: datetime) -> int:
        """Keep raw mail. Mail known by its uid is left as it is. Returns how many were new."""

    def claim(self, limit: int, now: datetime, lease: timedelta) -> Sequence[Claim[RawMail]]: ...

    def settle(self, claim: Claim[RawMail], state: str, reason: str, subject: Subject | None, mail: Mail | None,
               by_us: bool = False) -> None:  # fmt: skip
        """Write what became of a mail: recorded, appended, ignored or quarantined."""

    def part(self, raw_id: int, reason: str) -> bool:
        """Take a mail off the case it joined and give it back for triage, to be a case of its own; False: it joined none."""

    def release(self, claim: Claim[RawMail], reason: str, again_at: datetime) -> None:
        """Give a mail back for another try, not before this time."""

    def known(self, mail: Mail) -> int | None:
        """The raw mail with this Message-ID and body, or None. An empty id matches nothing."""

    def cases_of(self, message_ids: Sequence[str]) -> Mapping[str, int]:
        """The cases that mail with these Message-IDs belongs to."""

    def cases_of_conversation(self, conversation: str) -> Sequence[int]:
        """The cases with a mail of this Outlook conversation, newest first. "" is in none."""

    def thread(self, subject: Subject) -> Sequence[Message]:
        """The mails of a subject, oldest first."""

    def past(self, since: datetime, after: int, limit: int) -> Sequence[PastMail]:
        """Mail received since then, in the order of ids, from the one after `after` on."""

    def ledger(self) -> Mapping[str, int]:
        """How many mails stand in each state."""

    def seen(self) -> int:
        """How many mails were ever taken in, counted when they came."""

    def quarantined(self) -> Sequence[tuple[int, str, datetime]]:
        """Mails set aside: id, reason, when they came."""

    def auto_answers_since(self, address: str, since: datetime) -> int:
        """Automatic letters to this address since then."""

"""Everything that is seen of the service at one instant, and what of it is not well.

The Health page, `/health`, `/metrics`, `commsvc doctor` and the alarms all read this one value. It holds counts and
times, and no word of a customer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

BEHIND = timedelta(minutes=5)
"""A mailbox that was not read for so long is not well; it is asked every minute."""
STILL = timedelta(minutes=3)
"""Without a tick for so long the daemon stands; it leaves a sign every minute."""
APART = timedelta(minutes=2)
"""A server whose clock is ahead of ours by more than this shows that one of the two is wrong."""
SPARE = 200_000_000
"""Bytes that have to be free on the disk of the record."""


class Ill(Enum):
    """What may be wrong; the value is what people and machines read."""

    LEDGER = "mails unaccounted for"
    QUARANTINE = "mails set aside in the last day"
    UNCERTAIN = "letters perhaps sent"
    LATE = "promises late"
    MAILBOX = "mailboxes not read"
    TROUBLE = "standing troubles"
    CLOCK = "clocks that differ"
    DISK = "disks nearly full"
    TICK = "daemons that stand still"


@dataclass(frozen=True, slots=True)
class MailboxSign:
    """One mailbox: when a mail last came in, and when it was last read to its end; None before the first time.

    `asked_at` is None for mail that is handed to us: nobody is asked for that.
    """

    name: str
    last_mail_at: datetime | None
    asked_at: datetime | None
    dated_at: datetime | None = None
    """When the server says that the newest mail came in: by its clock, where `last_mail_at` is by ours."""

    def ahead(self) -> timedelta:
        """By how much a mail came from the future: the server's clock and ours differ by at least so much."""
        if self.dated_at is None or self.last_mail_at is None:
            return timedelta()
        return max(self.dated_at - self.last_mail_at, timedelta())

    def lag(self, now: datetime) -> timedelta | None:
        """A mail that is not here yet came at most so long ago; None where mail is handed to us."""
        return None if self.asked_at is None else max(now - self.asked_at, timedelta())


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that stands wrong, in a sentence, since when."""

    source: str
    said: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Vitals:
    """What is seen at the instant `at`. `free`: bytes on the disk of the record; None where it is elsewhere."""

    at: datetime
    seen: int = 0
    mails: Mapping[str, int] = field(default_factory=dict)
    fresh_quarantine: int = 0
    letters: Mapping[str, int] = field(default_factory=dict)
    uncertain: int = 0
    outbox: int = 0
    open_promises: int = 0
    late_promises: int = 0
    mailboxes: tuple[MailboxSign, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    ticked_at: datetime | None = None
    free: int | None = None

    @property
    def tick_age(self) -> timedelta | None:
        """How long ago the daemon left its last sign; None when it never ran."""
        return None if self.ticked_at is None else self.at - self.ticked_at


def ills(v: Vitals) -> Mapping[Ill, int]:
    """What is not well, and how much of it; empty when all is."""
    counts = {
        Ill.LEDGER: abs(v.seen - sum(v.mails.values())),
        Ill.QUARANTINE: v.fresh_quarantine,
        Ill.UNCERTAIN: v.uncertain,
        Ill.LATE: v.late_promises,
        Ill.MAILBOX: sum(1 for m in v.mailboxes if (m.lag(v.at) or timedelta()) > BEHIND),
        Ill.TROUBLE: len(v.troubles),
        Ill.CLOCK: sum(1 for m in v.mailboxes if m.ahead() > APART),
        Ill.DISK: int(v.free is not None and v.free < SPARE),
        Ill.TICK: int(v.tick_age is not None and v.tick_age > STILL),
    }
    return {ill: n for ill, n in counts.items() if n}

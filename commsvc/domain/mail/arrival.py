"""A mail as it arrives: raw bytes and how they came, before anybody reads them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property


@dataclass(frozen=True)
class Arrival:
    """Raw bytes from one mailbox. Known for ever by (mailbox, uidvalidity, uid)."""

    mailbox: str
    uidvalidity: int
    uid: str
    raw: bytes
    received_at: datetime
    rcpt_to: tuple[str, ...] = ()
    """The envelope recipients, where the transport tells them."""
    submitted_by: str = ""
    """Who proved to be the sender by signing in (SMTP AUTH, or Exchange's mark of the organisation); "" when nobody did."""

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True)
class RawMail:
    """An arrival as it stands in the store. `history`: it is older than our first connection; `apart`: a person said
    that it belongs to no case there was.
    """

    id: int
    arrival: Arrival
    history: bool = False
    apart: bool = False

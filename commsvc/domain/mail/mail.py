"""What one e-mail says, once it is read: the value that every later step works on.

Header text is decoded and unfolded; instants are aware UTC; ids have no angle brackets.
No text holds U+0000, which a database may refuse. Nothing in here is believed: a sender is what
the From line claims, see `authentic.py`.

Standards: RFC 5322 (addresses, ids), RFC 3834 (automatic mail), RFC 3464 (delivery reports),
           RFC 6047 (calendar mail)
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

SEALED = "nobody here can open it"
"""How the reason ends with which an encrypted mail is left closed, among its `errors`."""


class Auto(Enum):
    """Who wrote the mail: a person, or which kind of machine."""

    NONE = "none"
    REPLY = "auto-reply"
    GENERATED = "auto-generated"
    LIST = "mailing-list"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of an address header. `address` is lower case, "" when there was none."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not body text. `size` counts decoded bytes; `name` is for display only."""

    name: str | None
    content_type: str
    size: int
    inline: bool


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report. `permanent`: given up (5.x.x); false: delayed, still trying."""

    recipients: tuple[str, ...]
    permanent: bool


@dataclass(frozen=True, slots=True)
class CalendarMail:
    """The calendar part of a mail (iMIP).

    `start` and `end` are ISO 8601: `YYYY-MM-DDTHH:MM:SSZ`, or `YYYY-MM-DD` for whole days.
    `attendee` and `partstat` are set for REPLY and COUNTER only.
    """

    method: str
    uid: str
    sequence: int | None
    attendee: str | None
    partstat: str | None
    start: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail inside a mail, as the one who passed it on shows it: a claim, not a proof."""

    sender: Address
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One parsed e-mail."""

    message_id: str
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    date: datetime | None
    text: str
    reply_text: str
    quoted_text: str
    signature: str
    attachments: tuple[Attachment, ...]
    in_reply_to: str | None
    references: tuple[str, ...]
    auto: Auto
    no_answer: str
    """Why no automatic answer may ever go to this mail; "" when nothing forbids one."""
    bounce: Bounce | None
    calendar: CalendarMail | None
    language: str | None
    charset_repaired: bool
    errors: tuple[str, ...]
    body_hash: str
    """SHA-256 of the decoded text and of each attachment: two mails with one Message-ID
    but different words are different mails."""
    trace: tuple[tuple[str, str], ...] = ()
    """The Received, Authentication-Results and DKIM-Signature headers, topmost first, as
    (lower-case name, value)."""
    one_sender: bool = True
    """Does it have exactly one From header with exactly one address? If not, nothing proves who
    sent it: clients and servers may each look at another one."""
    forwarded: tuple[Forwarded, ...] = ()
    """The mails that this one passes on, outermost first."""
    conversation: str = ""
    """Outlook's id of the thread, from Thread-Index; "" without one. Anybody can write it: a hint."""

    @property
    def sealed(self) -> str:
        """Why nobody here can read what it says, in words; "" for a mail that is not encrypted."""
        return next((error for error in self.errors if error.endswith(SEALED)), "")

    @property
    def answers(self) -> tuple[str, ...]:
        """The ids this mail answers, nearest first: In-Reply-To, then References from the right."""
        nearest = (self.in_reply_to,) if self.in_reply_to else ()
        return nearest + tuple(r for r in reversed(self.references) if r not in nearest)


@dataclass(frozen=True, slots=True)
class Unread:
    """A mail that was not read, and why in words. `certain`: to try again would say the same."""

    reason: str
    certain: bool = False

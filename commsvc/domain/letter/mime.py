"""Write a letter as MIME bytes: the only place where a message of ours gets its headers.

One recipient. Text and HTML alternatives of equal facts; a calendar part with the method of its
iCalendar. Every header value passes one scrubber, so that no customer's subject can add a header
(T13).

Standards: RFC 5322, RFC 2046, RFC 3834 (Auto-Submitted), RFC 6047 (2.4 text/calendar)
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from commsvc.domain.letter.letter import Audience, Letter

_LONGEST_HEADER = 200
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A finished message: one sender, one recipient, bytes that never change again."""

    letter_id: int
    mail_from: str
    rcpt_to: str
    message_id: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands on every letter from us."""

    name: str
    address: str
    mail_from: str


def scrub(value: str, longest: int = _LONGEST_HEADER) -> str:
    """Make text safe for a header: no controls, no line breaks, no direction marks, cut to length."""
    clean = " ".join(_UNSAFE.sub(" ", value).split())
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


def write(letter: Letter, head: Letterhead, recipient_name: str, now: datetime) -> Envelope:
    """Write `letter` as bytes. `now` (aware) becomes the Date. Raises ValueError without words."""
    words = letter.words
    if words is None:
        raise ValueError(f"letter {letter.id} has no words yet")
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(head.name, head.address)
    message["To"] = _address(recipient_name, letter.wish.to)
    message["Subject"] = scrub(words.title)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.message_id}>"
    if letter.in_reply_to:
        message["In-Reply-To"] = f"<{letter.in_reply_to}>"
    if letter.references:
        message["References"] = " ".join(f"<{r}>" for r in letter.references)
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    for name, value in _automatic(letter):
        message[name] = value
    message.set_content(words.text, cte="quoted-printable")
    message.add_alternative(words.html, subtype="html", cte="quoted-printable")
    if words.calendar:
        _add_calendar(message, words.calendar, words.method)
    return Envelope(letter.id, head.mail_from, letter.wish.to, letter.message_id, message.as_bytes())


def _address(name: str, address: str) -> Address:
    return Address(display_name=scrub(name, 80), addr_spec=address)


def _automatic(letter: Letter) -> list[tuple[str, str]]:
    """The headers that tell other machines not to answer (practice.md part 6).

    A letter that a person approved is a person's; it carries none of them.
    """
    if letter.wish.audience is Audience.CUSTOMER and not letter.automatic:
        return []
    kind = "auto-replied" if letter.in_reply_to and letter.wish.audience is Audience.CUSTOMER else "auto-generated"
    headers = [("Auto-Submitted", kind), ("X-Auto-Response-Suppress", "OOF, AutoReply")]
    if letter.wish.letter == "exec_daily":
        domain = letter.message_id.rpartition("@")[2]
        headers.append(("List-Id", f"<briefing.{domain}>"))
    return headers


def _add_calendar(message: EmailMessage, calendar: str, method: str) -> None:
    message.add_alternative(calendar, subtype="calendar", params={"method": method}, cte="base64")
    message.add_attachment(
        calendar.encode(), maintype="application", subtype="ics", filename="invite.ics", cte="base64"
    )

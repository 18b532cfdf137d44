"""Write a letter as MIME bytes: the only place where a message of ours gets its headers.

One recipient. Text and HTML alternatives of equal facts; a calendar part with the method of its
iCalendar. Every header value passes one scrubber, so that no customer's subject can add a header
(T13).

The bytes are put together here, from the standard library's encoders: `email.message` spends most of
its time on folding, several times what rendering costs. Tests read every message back with `email`
and compare it with what `EmailMessage` would have written.

Standards: RFC 5322, RFC 2045 (6.7 quoted-printable), RFC 2046, RFC 2047, RFC 3834
           (Auto-Submitted), RFC 6047 (2.4 text/calendar), RFC 2369 and RFC 8058 (List-Unsubscribe)
"""

import re
from binascii import b2a_base64, b2a_qp
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.parser import BytesHeaderParser
from email.policy import SMTP
from email.utils import format_datetime, getaddresses, quote

from commsvc.domain.letter.letter import SUBSCRIPTIONS, Audience, Letter, Words
from commsvc.domain.letter.thread_index import thread_index

_LONGEST_HEADER = 200
_FOLDED = 76
_FOLD = "\r\n "
_ID = re.compile(r"[!-;=?-~]{1,900}")
_TEXT = 'text/plain; charset="utf-8"'
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A finished message: one sender, one recipient, bytes that never change again."""

    letter_id: int
    mail_from: str
    rcpt_to: str
    message_id: str
    data: bytes

    def strangers(self) -> list[str]:
        """Whom the headers name beside, or instead of, the one recipient: some servers send to everybody named there."""
        headers = BytesHeaderParser(policy=SMTP).parsebytes(self.data)
        values = [str(value) for name in ("To", "Cc", "Bcc") for value in headers.get_all(name, [])]
        named = [address.lower() for _, address in getaddresses(values)]
        return [] if named == [self.rcpt_to.lower()] else named or ["nobody"]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands on every letter from us."""

    name: str
    address: str
    mail_from: str
    conversation: str = ""
    """Outlook's id of the thread it answers, as hex; "" without one."""
    plain: bool = False
    """Does the reader want text alone?"""
    unsubscribe: str = ""
    """The https address that takes this person off the list; "" for what is no subscription."""


def scrub(value: str, longest: int = _LONGEST_HEADER) -> str:
    """Make text safe for a header: no controls, no line breaks, no direction marks, cut to length."""
    clean = " ".join(_UNSAFE.sub(" ", value).split())
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


def write(letter: Letter, head: Letterhead, recipient_name: str, now: datetime) -> Envelope:
    """Write `letter` as bytes. `now` (aware) becomes the Date. Raises ValueError without words."""
    words = letter.words
    if words is None:
        raise ValueError(f"letter {letter.id} has no words yet")
    lines = [f"{name}: {value}" for name, value in _headers(letter, head, recipient_name, now)]
    top = "\r\n".join((*lines, "MIME-Version: 1.0", "")).encode("ascii")
    data = top + (_part(_TEXT, words.text) if head.plain and not words.calendar else _body(letter, words))
    return Envelope(letter.id, head.mail_from, letter.wish.to, letter.message_id, data)


def _headers(letter: Letter, head: Letterhead, recipient_name: str, now: datetime) -> Iterator[tuple[str, str]]:
    yield "From", _mailbox("From", head.name, head.address)
    yield "To", _mailbox("To", recipient_name, letter.wish.to)
    yield "Subject", _encoded("Subject", scrub(letter.words.title if letter.words else ""))
    yield "Date", format_datetime(now)
    yield "Message-ID", f"<{letter.message_id}>"
    if answered := _id(letter.in_reply_to):
        yield "In-Reply-To", answered
    if references := [id for id in map(_id, letter.references) if id]:
        yield "References", "\r\n ".join(references)
    if index := thread_index(head.conversation, letter.created_at, now, letter.id):
        yield "Thread-Index", index
    if letter.reply_to:
        yield "Reply-To", _ascii(letter.reply_to)
    yield from _automatic(letter)
    yield from _subscription(letter, head)


def _mailbox(header: str, name: str, address: str) -> str:
    """`name <address>`; a name that is not plain ASCII as encoded words."""
    name = scrub(name, 80)
    if not name:
        return _ascii(address)
    shown = f'"{quote(name)}"' if _plain(name) else _encoded(header, name)
    return f"{shown}{_FOLD}<{_ascii(address)}>"


def _encoded(header: str, value: str) -> str:
    """A scrubbed value, folded; as encoded words (RFC 2047) unless it is plain ASCII."""
    if _plain(value) and len(header) + len(value) < _FOLDED:
        return value
    charset = "us-ascii" if _plain(value) else "utf-8"
    folded = Header(value, charset, _FOLDED, header).encode(linesep="\r\n")
    return (
        folded
        if max(map(len, folded.split("\r\n"))) <= _FOLDED
        else Header(value, "utf-8", _FOLDED, header).encode(linesep="\r\n")
    )


def _plain(value: str) -> bool:
    """ASCII that nobody takes for an encoded word."""
    return value.isascii() and "=?" not in value


def _id(value: str) -> str:
    """A message id in its brackets; "" for what is none, since a foreign id is a stranger's words."""
    return f"<{value}>" if value and _ID.fullmatch(value) else ""


def _ascii(address: str) -> str:
    if not _ID.fullmatch(address):
        raise ValueError(f"{address!r} is no address that can stand in a header")
    return address


def _body(letter: Letter, words: Words) -> bytes:
    """The parts. No encoded line holds "=_", so that no boundary can stand in a part (RFC 2045, 6.7)."""
    parts = [_part(_TEXT, words.text), _part('text/html; charset="utf-8"', words.html)]
    if not words.calendar:
        return _multipart("alternative", letter.id, parts)
    coded = _base64(words.calendar)
    parts.append(f'Content-Type: text/calendar; charset="utf-8"; method="{_token(words.method)}"\r\n'.encode() + coded)
    ics = b'Content-Type: application/ics\r\nContent-Disposition: attachment; filename="invite.ics"\r\n' + coded
    return _multipart("mixed", letter.id, [_multipart("alternative", letter.id, parts), ics])


def _multipart(kind: str, letter_id: int, parts: list[bytes]) -> bytes:
    boundary = f"=_{kind}_{letter_id}".encode()
    top = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind.encode(), boundary)
    return top + b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts) + b"--%s--\r\n" % boundary


def _part(type_: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").replace("\n", "\r\n") + "\r\n"
    return (f"Content-Type: {type_}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n").encode() + b2a_qp(
        lines.encode("utf-8", "replace"), istext=True
    )


def _base64(text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    lines = (b2a_base64(raw[n : n + 57], newline=False) for n in range(0, len(raw), 57))
    return b"Content-Transfer-Encoding: base64\r\n\r\n" + b"\r\n".join(lines) + b"\r\n"


def _token(method: str) -> str:
    return method if method.isascii() and method.isalnum() else "REQUEST"


def _automatic(letter: Letter) -> list[tuple[str, str]]:
    """The headers that tell other machines not to answer (practice.md part 6).

    A letter that a person approved is a person's; it carries none of them.
    """
    if letter.wish.audience is Audience.CUSTOMER and not letter.automatic:
        return []
    kind = "auto-replied" if letter.in_reply_to and letter.wish.audience is Audience.CUSTOMER else "auto-generated"
    return [("Auto-Submitted", kind), ("X-Auto-Response-Suppress", "OOF, AutoReply")]


def _subscription(letter: Letter, head: Letterhead) -> Iterator[tuple[str, str]]:
    """One click takes a reader off a list (RFC 8058); a letter about a case is on none."""
    if letter.wish.letter not in SUBSCRIPTIONS:
        return
    domain = letter.message_id.rpartition("@")[2]
    yield "List-Id", f"<{SUBSCRIPTIONS[letter.wish.letter]}.{domain}>"
    if head.unsubscribe:
        yield "List-Unsubscribe", f"<{_ascii(head.unsubscribe)}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"

"""The header fields a mail is known by: subject, date, ids, the addresses of each field.

Standards: RFC 5322 (3.3 dates, 3.6.4 ids, 4.3 obsolete dates), RFC 2047, RFC 6532
"""

import re
from base64 import b64decode
from binascii import Error as BinasciiError
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from commsvc.domain.mail import charset
from commsvc.domain.mail.addresses import addresses, name_only
from commsvc.domain.mail.mail import Address
from commsvc.domain.mail.mime import Part
from commsvc.domain.mail.words import decode_words

_ID = re.compile(r"<([^<>]*)>")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d{1,9})?\s*(Z|[+-]\d\d:?\d\d)?")
_LOOSE = re.compile(
    r"(\d{1,2})[ .-]{1,3}([A-Za-z]{3})[a-z]{0,6}[ .,-]{1,3}(\d{4}|\d\d)[ ,]{1,3}"
    r"(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?(?:\.\d{1,6})?\s*(AM|PM)?\s*([+-]\s?\d{2}:?\d{2}|[A-Z]{1,4})?",
    re.IGNORECASE,
)
_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_SENDERS = ("from", "reply-to", "sender", "return-path")


class Fields:
    """The decoded header fields of one part.

    `hint` is the character set that the body declares, `context` some of the body's bytes.
    """

    def __init__(self, part: Part, hint: str | None, context: bytes = b"") -> None:
        self._context = context
        self._part = part
        self._hint = charset.known(hint) if hint else None
        self.repaired = False

    def text(self, name: str) -> str:
        """A field's raw text, unfolded; encoded words are left alone. "" when absent."""
        return self.decoded(self._part.get(name) or b"")

    def every(self, name: str) -> list[str]:
        """The raw text of each field called `name`, topmost first."""
        return [self.decoded(value) for value in self._part.all(name)]

    def words(self, name: str) -> str:
        """A field's text, decoded, on one line and without control characters."""
        shown = _CONTROL.sub(" ", decode_words(self.text(name)))
        return " ".join(shown.split())

    def addresses(self, name: str) -> tuple[Address, ...]:
        """The addresses of every field called `name`. Source: RFC 5322 (3.6.3)."""
        return tuple(a for value in self.every(name) for a in addresses(value))

    def sender(self) -> Address:
        """Who the mail says it is from: From, else the next field that names somebody."""
        for name in _SENDERS:
            found = self.addresses(name)
            if found:
                own = name_only(self.text("from")) if name != "from" else ""
                return Address(own or found[0].name, found[0].address)
        return Address(name_only(self.text("from")), "")

    def one_sender(self) -> bool:
        """Is there exactly one From field with exactly one, plain address? Source: RFC 5322 (3.6.2)."""
        values = self.every("from")
        return len(values) == 1 and len(self.addresses("from")) == 1 and values[0].count("@") == 1

    def ids(self, name: str) -> tuple[str, ...]:
        """The message ids in a field, without angle brackets. Source: RFC 5322 (3.6.4)."""
        value = self.text(name)
        if "=?" in value:
            value = decode_words(value)
        found = ["".join(i.split()) for i in _ID.findall(value)]
        if not found:
            found = [w.strip("<>,;") for w in value.split() if "@" in w] or value.split()[:1]
        return tuple(dict.fromkeys(i for i in found if i))

    def message_id(self) -> str:
        """The mail's own id without angle brackets, "" when it has none. Source: RFC 5322 (3.6.4)."""
        value = self.text("message-id")
        found = _ID.findall(value)
        return "".join((found[0] if found else value.strip(" \t<>")).split())

    def conversation(self) -> str:
        """The id that Outlook gives a thread, as hex: the first 22 bytes of Thread-Index without the time.

        Source: MS-OXOMSG (2.2.1.3 PidTagConversationIndex): a reserved byte, five of time, sixteen of a GUID.
        """
        try:
            index = b64decode(self.text("thread-index")[:200].strip()[:40], validate=True)
        except (ValueError, BinasciiError):
            return ""
        return index[6:22].hex() if len(index) >= 22 else ""

    def date(self) -> datetime | None:
        """The UTC instant of the Date field; None when there is none that can be read."""
        return instant(self.text("date"))

    def decoded(self, value: bytes) -> str:
        """A raw field value as text; notes in `repaired` when its character set had to be guessed."""
        if value.isascii():
            return value.decode("ascii")
        text = charset.guess(value, self._hint, self._context)
        try:
            value.decode("utf-8")
        except UnicodeDecodeError:
            self.repaired = True
        return text


def instant(value: str) -> datetime | None:
    """The UTC instant of a Date field, as tolerant as mail needs; None when there is none.

    Source: RFC 5322 (3.3, 4.3); ISO 8601 and two-digit years are seen in practice.
    """
    value = value[:200].strip()
    if not value:
        return None
    if "=?" in value:
        value = decode_words(value)
    parts = _known_date(value)
    if parts is None:
        return None
    year, month, day, hour, minute, second, offset = parts
    try:
        zone = timezone(timedelta(seconds=offset)) if abs(offset) < 86400 else UTC
        found = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _known_date(value: str) -> tuple[int, int, int, int, int, int, int] | None:
    iso = _ISO.match(value)
    if iso:
        year, month, day, hour, minute, second = (int(n or 0) for n in iso.groups()[:6])
        return year, month, day, hour, minute, second, _offset(iso[7] or "")
    found = None
    if value.rstrip()[-2:].upper() not in ("AM", "PM"):
        try:
            found = parsedate_tz(value)
        except (ValueError, TypeError, IndexError, AttributeError):
            found = None
    if found is not None and found[0] > 0:
        year, month, day, hour, minute, second = found[:6]
        return year, month, day, hour, minute, second, found[9] or 0
    loose = _LOOSE.search(value)
    if loose is None:
        return None
    month = _MONTHS.find(loose[2].lower())
    if month < 0 or month % 3:
        return None
    hour = int(loose[4]) % 12 + (12 if loose[7].upper() == "PM" else 0) if loose[7] else int(loose[4])
    year = int(loose[3]) + (0 if len(loose[3]) == 4 else 2000 if int(loose[3]) < 70 else 1900)
    return (year, month // 3 + 1, int(loose[1]), hour, int(loose[5]), int(loose[6] or 0),
            _offset(loose[8] or ""))  # fmt: skip


def _offset(zone: str) -> int:
    digits = zone.replace(":", "").replace(" ", "")
    if digits[:1] not in ("+", "-") or not digits[1:].isdigit():
        return 0
    seconds = int(digits[1:3]) * 3600 + int(digits[3:5] or 0) * 60
    return -seconds if digits[0] == "-" else seconds

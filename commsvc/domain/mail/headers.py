"""The header fields a mail is known by: subject, date, ids, the addresses of each field.

Standards: RFC 5322 (3.6.4 ids), RFC 2047, RFC 6532
"""

import re
from base64 import b64decode
from binascii import Error as BinasciiError
from datetime import datetime

from commsvc.domain.mail import charset
from commsvc.domain.mail.addresses import addresses, name_only
from commsvc.domain.mail.dates import instant
from commsvc.domain.mail.mail import Address
from commsvc.domain.mail.mime import Part
from commsvc.domain.mail.words import decode_words

_ID = re.compile(r"<([^<>]*)>")
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

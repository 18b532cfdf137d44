"""The bytes of mails as Exchange makes them, or what stands in for them.

Seen in practice: the size that Exchange tells is that in its store, and the MIME of a mail may be larger by half; some servers that
speak EWS write times that exchangelib cannot read, and then the mail's own headers tell when it came.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from typing import Any

from exchangelib.errors import ErrorItemNotFound

from commsvc.domain.mail.dates import instant
from commsvc.domain.mail.instead import HEADER_BYTES, LARGEST, NOT_HANDED_OUT, instead, too_big


class MimeOf:
    """What the server hands out for a batch of mails, asked for at once. `gone`: the ids of those taken away meanwhile."""

    def __init__(self, account: Any, mails: Sequence[Any]) -> None:
        self._account = account
        asked = [mail for mail in mails if mail.size <= LARGEST]
        answers = list(account.fetch(asked, only_fields=["mime_content"], chunk_size=len(asked))) if asked else []
        given = dict(zip([mail.id for mail in asked], answers, strict=True))
        self.gone = {id for id, answer in given.items() if isinstance(answer, ErrorItemNotFound)}
        self._mime = {id: a.mime_content or b"" for id, a in given.items() if not isinstance(a, Exception)}

    def raw(self, mail: Any, place: str) -> bytes:
        """The mail as it came; `place` tells a person where one lies that is not taken in whole."""
        raw = self._mime.get(mail.id, b"")
        if raw and len(raw) <= LARGEST:
            return raw
        size = max(mail.size, len(raw))
        return instead(self._header(mail, raw), too_big(size) if size > LARGEST else NOT_HANDED_OUT, place)

    def _header(self, mail: Any, raw: bytes) -> bytes:
        if raw:
            return raw[:HEADER_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        (answer,) = self._account.fetch([mail], only_fields=["headers"])
        headers = [] if isinstance(answer, Exception) else answer.headers or []
        return "\r\n".join(f"{h.name}: {h.value}" for h in headers).encode()[:HEADER_BYTES]


def received_at(raw: bytes) -> datetime:
    """When a mail came, by the line that the last server wrote over it, else by its own date, else now."""
    head = BytesHeaderParser().parsebytes(raw[:HEADER_BYTES])
    told = [str(head.get("Received", "")).rpartition(";")[2], str(head.get("Date", ""))]
    return next((at for text in told if (at := instant(text)) is not None), datetime.now(UTC)).astimezone(UTC)

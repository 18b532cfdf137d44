"""Read one raw mail into a `Mail`.

Never raises for odd bytes: what was wrong stands in `Mail.errors`. The one exception is
`caps.TooBig`, for a mail over a limit, which is set aside unread.

Standards: RFC 5322, RFC 2045 to 2047, RFC 2231
"""

import hashlib
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from commsvc.domain.mail import caps as limits
from commsvc.domain.mail.mail import Address, Attachment, Auto, Mail


def parse(raw: bytes, caps: limits.Caps = limits.DEFAULT) -> Mail:
    """Read `raw`. Raises only `caps.TooBig`; every other fault is named in `Mail.errors`."""
    limits.check(raw, caps)
    message = message_from_bytes(raw)
    text, attachments = _parts(message)
    senders = _addresses(message, "from") or _addresses(message, "reply-to")
    auto = str(message.get("auto-submitted", "no")).split(";")[0].strip().lower()
    return Mail(
        message_id=_ids(message, "message-id")[0] if _ids(message, "message-id") else "",
        sender=senders[0] if senders else Address("", ""),
        to=_addresses(message, "to"),
        cc=_addresses(message, "cc"),
        reply_to=_addresses(message, "reply-to"),
        subject=_header(message, "subject"),
        date=_date(message),
        text=text,
        reply_text=text,
        quoted_text="",
        signature="",
        attachments=attachments,
        in_reply_to=next(iter(_ids(message, "in-reply-to")), None),
        references=_ids(message, "references"),
        auto=Auto.NONE if auto == "no" else Auto.REPLY if "repl" in auto else Auto.GENERATED,
        no_answer="" if auto == "no" else "the mail says that a machine sent it",
        bounce=None,
        calendar=None,
        language=None,
        charset_repaired=False,
        errors=(),
        body_hash=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
        trace=tuple(
            (name.lower(), str(value))
            for name, value in message.items()
            if name.lower() in ("received", "authentication-results", "dkim-signature")
        ),
    )


def _header(message: Message, name: str) -> str:
    value = str(message.get(name, ""))
    try:
        value = str(make_header(decode_header(value)))
    except (LookupError, ValueError):
        value = value.encode("ascii", "replace").decode()
    return " ".join(value.split())


def _addresses(message: Message, name: str) -> tuple[Address, ...]:
    values = [str(v) for v in message.get_all(name, [])]
    return tuple(Address(n, a.lower()) for n, a in getaddresses(values) if "@" in a)


def _ids(message: Message, name: str) -> tuple[str, ...]:
    return tuple(word.strip("<>,") for word in str(message.get(name, "")).split())


def _date(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(message.get("date", "")))
    except (ValueError, TypeError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _parts(message: Message) -> tuple[str, tuple[Attachment, ...]]:
    texts: list[str] = []
    files: list[Attachment] = []
    for part in message.walk():
        if part.is_multipart():
            continue
        body = part.get_payload(decode=True)
        data = body if isinstance(body, bytes) else b""
        kind = part.get_content_type()
        if kind == "text/plain" and not part.get_filename():
            texts.append(data.decode("utf-8", "replace"))
        elif kind != "text/html":
            files.append(Attachment(part.get_filename(), kind, len(data), inline=False))
    return "\n".join(texts).replace("\r\n", "\n"), tuple(files)

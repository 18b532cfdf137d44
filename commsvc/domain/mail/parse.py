"""Read one raw mail into a `Mail`.

Never raises for odd bytes: what was wrong stands in `Mail.errors`. The one exception is
`caps.TooBig`, for a mail over a limit, which is set aside unread.

    bytes → caps → mime (parts) → headers → structure (text, attachments)
          → calendar → bounce → machine → quote, signature → Mail

Standards: RFC 5322, RFC 2045 to 2047, RFC 2231; each step names its own
"""

import hashlib
from functools import partial

from commsvc.domain.mail import bounce, calendar, forward, language, machine, mime, quote
from commsvc.domain.mail import caps as limits
from commsvc.domain.mail.headers import Fields
from commsvc.domain.mail.mail import Auto, Mail
from commsvc.domain.mail.structure import Body, Reader

_TRACE = ("received", "authentication-results", "dkim-signature")
_MOST_ERRORS = 20


def parse(raw: bytes, caps: limits.Caps = limits.DEFAULT) -> Mail:
    """Read `raw`. Raises only `caps.TooBig`; every other fault is named in `Mail.errors`.

    `caps`: the limits, by default those of `caps.DEFAULT`. Source: RFC 5322, RFC 2046.
    """
    limits.check(raw, caps)
    faults: list[str] = []
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    root = mime.read(raw, caps, faults)
    fields = Fields(root, _charset(root), root.raw[root.start : root.start + 2048])
    reader = Reader(caps, faults)
    body = reader.read(root)
    text = "\n".join(line.text for line in body.lines).strip("\n")
    invitation = calendar.read(root, faults)
    report = bounce.read(root, fields, text)
    auto = machine.kind(root, fields, bounced=report is not None)
    parts = quote.Cut(text, "", "") if auto is Auto.BOUNCE else _taken_apart(reader)
    sender = fields.sender()
    answered = fields.ids("in-reply-to")
    subject = fields.words("subject")
    passed_on = forward.attached(root, partial(_inner, caps)) or forward.forwarded(subject, text)
    return Mail(
        message_id=fields.message_id(),
        sender=sender,
        to=fields.addresses("to"),
        cc=fields.addresses("cc"),
        reply_to=fields.addresses("reply-to"),
        subject=subject,
        date=fields.date(),
        text=text,
        reply_text=parts.reply,
        quoted_text=parts.quoted,
        signature=parts.signature,
        attachments=tuple(body.attachments),
        in_reply_to=answered[0] if answered else None,
        references=fields.ids("references"),
        auto=auto,
        no_answer=machine.why_no_answer(root, fields, sender, auto),
        bounce=report,
        calendar=invitation,
        language=language.language(parts.reply or text),
        charset_repaired=body.repaired or fields.repaired,
        errors=tuple(dict.fromkeys(faults))[:_MOST_ERRORS],
        body_hash=_hash(text, body),
        trace=tuple((n, fields.decoded(v)) for n, v in root.headers if n in _TRACE),
        one_sender=fields.one_sender(),
        forwarded=passed_on if report is None else (),
        conversation=fields.conversation(),
    )


def _inner(caps: limits.Caps, raw: bytes) -> tuple[Fields, str]:
    """The header and the text of an attached message; what is attached to it stays closed."""
    root = mime.read(raw, caps, [])
    lines = Reader(caps, []).read(root).lines
    return Fields(root, _charset(root), raw[:2048]), "\n".join(line.text for line in lines).strip("\n")


def _taken_apart(reader: Reader) -> quote.Cut:
    """By the words of the text; where they name no quote, by what a client marked in the HTML."""
    found = quote.split(reader.body.lines)
    marked = [] if found.quoted else reader.marked_lines()
    return (quote.split_like(reader.body.lines, marked) if marked else None) or found


def _charset(root: mime.Part) -> str | None:
    """The first character set a text part declares: the likely one of raw header bytes."""
    return next((p.params["charset"] for p in root.leaves() if p.params.get("charset")), None)


def _hash(text: str, body: Body) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "replace"))
    for each in body.digests:
        digest.update(each)
    return digest.hexdigest()

"""A `Mail` as the JSON object that `commsvc parse` prints.

Standards: RFC 8259; instants as RFC 3339 in UTC
"""

from dataclasses import replace

from commsvc.domain.mail.mail import Address, Mail
from commsvc.domain.mail.parse import parse

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


def as_contract(mail: Mail) -> dict[str, Json]:
    """`mail` under the keys of the parse contract, ready for `json.dumps`. Never raises."""
    return {
        "message_id": mail.message_id,
        "from": _address(mail.sender),
        "to": _addresses(mail.to),
        "cc": _addresses(mail.cc),
        "reply_to": _addresses(mail.reply_to),
        "subject": mail.subject,
        "date": mail.date.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0") if mail.date else None,
        "text": _clean(mail.text),
        "reply_text": _clean(mail.reply_text),
        "quoted_text": _clean(mail.quoted_text),
        "signature": _clean(mail.signature),
        "attachments": [
            {"filename": a.name, "content_type": a.content_type, "size": a.size, "inline": a.inline}
            for a in mail.attachments
        ],
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "auto_submitted": mail.auto.value,
        "bounce": None
        if mail.bounce is None
        else {"recipients": list(mail.bounce.recipients), "permanent": mail.bounce.permanent},
        "calendar": _calendar(mail),
        "language": mail.language,
        "charset_repaired": mail.charset_repaired,
        "errors": list(mail.errors),
    }


def as_refusal(reason: str) -> dict[str, Json]:
    """The same object for a mail that was not read at all, with `reason` as its only error."""
    return as_contract(replace(parse(b""), errors=(reason,)))


def _address(address: Address) -> dict[str, Json]:
    return {"name": _clean(address.name), "address": address.address}


def _addresses(addresses: tuple[Address, ...]) -> list[Json]:
    return [_address(a) for a in addresses]


def _calendar(mail: Mail) -> dict[str, Json] | None:
    found = mail.calendar
    if found is None:
        return None
    return {
        "method": found.method,
        "uid": found.uid,
        "sequence": found.sequence,
        "attendee": found.attendee,
        "partstat": found.partstat,
        "start": found.start,
        "end": found.end,
    }


def _clean(text: str) -> str:
    """Text that every JSON reader and UTF-8 writer takes: no lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")

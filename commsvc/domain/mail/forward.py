"""Mails inside a mail: what somebody passed on, in its text or as attached messages.

Nothing in here is proven: a forward says about its inner mail whatever its writer wanted.

Standards: RFC 5322, RFC 2046 (5.2.1 message/rfc822); the rest is what Outlook, Gmail, Apple Mail do
"""

import re
from collections.abc import Callable

from commsvc.domain.mail.addresses import addresses
from commsvc.domain.mail.announce import Spot, header_block
from commsvc.domain.mail.headers import Fields
from commsvc.domain.mail.html import Line
from commsvc.domain.mail.mail import Address, Forwarded
from commsvc.domain.mail.mime import Part
from commsvc.domain.mail.phrases import FORWARDED, ORIGINAL

_DIVIDER = re.compile(rf"^[ >*]{{0,8}}[-_=]{{2,80}} ?{FORWARDED}", re.IGNORECASE | re.MULTILINE)
_MARK = re.compile(rf"[ >*_=-]{{0,80}}(?:{FORWARDED}|{ORIGINAL})", re.IGNORECASE)
_SUBJECT = re.compile(r"(?:fwd?|wg|tr|rv|enc|i|vs|vb|doorst|pd|转发|轉寄|転送)\s?[:：]", re.IGNORECASE)
_OUTLOOK = re.compile(r"(.{0,200}?)\s*\[mailto:([^\]\s]{3,200})\]")
_QUOTED = re.compile(r"^(?:> ?){1,8}", re.MULTILINE)
_MOST = 10
_LINES = 4_000


def forwarded(subject: str, text: str) -> tuple[Forwarded, ...]:
    """The mails that the text of a forward holds, outermost first; () when it is no forward."""
    if not (_SUBJECT.match(subject.lstrip()) or _DIVIDER.search(text)):
        return ()
    lines = [Line(line) for line in _QUOTED.sub("", text).split("\n")[:_LINES]]
    blocks: list[tuple[Spot, dict[str, str]]] = []
    at = 0
    while at < len(lines) and len(blocks) < _MOST:
        found = header_block(lines, at) if ":" in lines[at].text or "：" in lines[at].text else None
        if found is not None and found[1].get("from"):
            blocks.append(found)
        at = found[0].end if found is not None else at + 1
    if not blocks:
        return ()
    ends = [*(spot.start for spot, _ in blocks[1:]), len(lines)]
    told: list[Forwarded] = []
    for (spot, kinds), end in zip(blocks, ends, strict=True):
        if sender := _sender(kinds["from"]):
            told.append(Forwarded(sender, kinds.get("subject", ""), _words(lines[spot.end : end])))
    return tuple(told)


def attached(root: Part, text_of: Callable[[bytes], tuple[Fields, str]]) -> tuple[Forwarded, ...]:
    """The messages attached to a mail; `text_of` reads one, without opening what is attached to it."""
    found: list[Forwarded] = []
    for part in root.leaves():
        if part.kind == "message/rfc822" and len(found) < _MOST:
            fields, text = text_of(part.decoded([]))
            sender = fields.sender()
            if sender.address:
                found.append(Forwarded(sender, fields.words("subject"), text))
    return tuple(found)


def _sender(value: str) -> Address | None:
    """Who a header line in a text names; Outlook writes "Ana [mailto:ana@acme.example]"."""
    if outlook := _OUTLOOK.match(value):
        return Address(outlook[1].strip(' "'), outlook[2].lower())
    return next(iter(addresses(value)), None)


def _words(lines: list[Line]) -> str:
    kept = [line.text for line in lines if not (len(line.text) < 120 and _MARK.match(line.text))]
    return "\n".join(kept).strip()

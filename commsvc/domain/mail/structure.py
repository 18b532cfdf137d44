"""What of a mail is its text and what is attached to it.

Text is every inline text part in order; of alternatives the plain one, or the HTML where the
plain one is missing or blank. Everything else is an attachment; an attached message is one
attachment and is not opened; of a winmail.dat the attachments inside are listed after it, as
inline ones. Encrypted parts are left closed and named in the faults.

Standards: RFC 2046 (5.1 multipart), RFC 2183 (dispositions), RFC 3676 (4 format=flowed),
           RFC 1847 and RFC 8551 (signed and encrypted mail), RFC 3156 (PGP/MIME)
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from commsvc.domain.mail import armour, charset, html, tnef
from commsvc.domain.mail.caps import Caps
from commsvc.domain.mail.html import Line
from commsvc.domain.mail.mail import SEALED, Attachment
from commsvc.domain.mail.mime import Part
from commsvc.domain.mail.params import display_name
from commsvc.domain.mail.quote import plain_lines

_META = re.compile(rb"<meta[^>]{0,200}?charset\s{0,4}=\s{0,4}[\"']?([\w:.-]{2,40})", re.IGNORECASE)
_EMBEDDED = re.compile(rb"data:[a-z]{2,12}/[^\"'()<>\s]{64,}")
_MARKED = re.compile(
    r"gmail_quote|divRplyFwdMsg|yahoo_quoted|moz-cite-prefix|type=.?cite|protonmail_quote|OutlookMessageHeader"
)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_WORD = re.compile(r"\w{2,}")
_REPORTS = ("message/delivery-status", "message/disposition-notification", "text/rfc822-headers")
_PACKED = ("application/ms-tnef", "application/vnd.ms-tnef")
_CLOSED = {
    "application/pkcs7-mime": f"an encrypted or signed S/MIME message, {SEALED}",
    "application/x-pkcs7-mime": f"an encrypted or signed S/MIME message, {SEALED}",
}


@dataclass(slots=True)
class Body:
    """What a mail holds: its lines of text and its attachments.

    `parts` are the attached parts with their decoded bytes' hash, in the order of `attachments`.
    """

    lines: list[Line] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    repaired: bool = False


class Reader:
    """Reads one tree of parts; `faults` collects what was wrong, for a person."""

    def __init__(self, caps: Caps, faults: list[str]) -> None:
        self.caps = caps
        self.faults = faults
        self.body = Body()
        self._shown: set[int] = set()
        self._rich: Part | None = None

    def read(self, root: Part) -> Body:
        """Read every part of `root`. Never raises."""
        for part in self._choose(root):
            self._shown.add(id(part))
            found = self._lines(part)
            if found and self.body.lines:
                self.body.lines.append(Line(""))
            self.body.lines += found
        for part in root.leaves():
            if id(part) not in self._shown:
                self._attach(part)
        if root.kind == "multipart/signed":
            self.faults.append(armour.SIGNED)
        if root.kind == "multipart/encrypted":
            self.faults.append(f"an encrypted message, {SEALED}")
        return self.body

    def marked_lines(self) -> list[Line]:
        """The lines of the HTML beside the plain text, when a mail client marked a quote in it."""
        if self._rich is None:
            return []
        text = self.text_of(self._rich, note=False)
        return html.lines(text) if _MARKED.search(text) else []

    def _choose(self, part: Part) -> Iterator[Part]:
        """The leaves that are shown as text, in order."""
        plain_seen = False
        leaves = list(part.leaves())
        alternatives = _alternatives(leaves)
        texts = [leaf for leaf in leaves if _is_text(leaf)]
        if not texts:
            texts = [leaf for leaf in leaves[:1] if _could_be_text(leaf)]
        shown_plain: list[bytes] = []
        for leaf in texts:
            group = alternatives.get(id(leaf))
            if leaf.kind == "text/html":
                if group and any(p for p in group if p.kind != "text/html" and not self._blank(p)):
                    self._shown.add(id(leaf))
                    self._rich = self._rich or leaf
                    continue
                if plain_seen and group is None and self._repeats(leaf, shown_plain):
                    self._shown.add(id(leaf))
                    continue
            elif (group and leaf.kind == "text/enriched" and group[0] is not leaf) or (
                group and self._blank(leaf) and any(p.kind == "text/html" for p in group)
            ):
                self._shown.add(id(leaf))
                continue
            else:
                plain_seen = True
                shown_plain.append(leaf.body)
            yield leaf

    def _blank(self, part: Part) -> bool:
        body = part.body
        return not body.strip() or not part.decoded([]).replace(b"\xc2\xa0", b"").strip()

    def _repeats(self, part: Part, plain: list[bytes]) -> bool:
        """Does a lone HTML part say again what the plain text said?"""
        words = set(_WORD.findall("\n".join(line.text for line in self._lines(part, note=False))))
        said = set(_WORD.findall(b"\n".join(plain).decode("utf-8", "replace")))
        return not words or len(words & said) * 10 >= len(words) * 8

    def text_of(self, part: Part, *, note: bool = True) -> str:
        """The decoded text of a leaf, cut at the cap."""
        data = part.decoded(self.faults if note else [])
        limit = self.caps.html if part.kind == "text/html" else self.caps.text
        if len(data) > limit and part.kind == "text/html":
            data = _EMBEDDED.sub(b"", data)
        if len(data) > limit:
            data = data[:limit]
            self.faults.append("a text is too long and was cut")
        declared = part.params.get("charset")
        meta = None
        if part.kind == "text/html" and (not declared or charset.known(declared) in (None, "ascii")):
            meta = _META.search(data[:4096])
            declared = meta[1].decode("ascii") if meta else declared
        text, repaired = charset.decode(data, declared)
        self.body.repaired |= note and (repaired or (meta is not None and not data.isascii()))
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def _lines(self, part: Part, *, note: bool = True) -> list[Line]:
        text = self.text_of(part, note=note)
        if part.kind == "text/html" or (part.kind == "text/plain" and _looks_like_html(text)):
            if html.depth(text) > self.caps.html_depth:
                self.faults.append("the HTML is nested too deeply to be shown, only its text is")
            return html.lines(text)
        if part.kind == "text/enriched":
            return html.lines(text.replace("<<", "&lt;"))
        if part.params.get("format", "").lower() == "flowed":
            text = unflow(text, delete=part.params.get("delsp", "").lower() == "yes")
        if "-----BEGIN PGP " in text:
            text = armour.taken_off(text, self.faults)
        return plain_lines(text.rstrip("\n") if note else text)

    def _attach(self, part: Part) -> None:
        name = display(part.disposition_params.get("filename") or part.params.get("name"))
        data = part.decoded(self.faults)
        if not data and not name and part.kind.startswith("text/"):
            return
        if part.kind in _CLOSED:
            self.faults.append(_CLOSED[part.kind])
        self.body.attachments.append(Attachment(name, part.kind, len(data), _is_inline(part)))
        self.body.digests.append(hashlib.sha256(data).digest())
        if part.kind in _PACKED or (name or "").lower() == "winmail.dat":
            self.body.attachments += [
                Attachment(display(inner), "application/octet-stream", size, inline=True)
                for inner, size in tnef.unpack(data, self.faults)
            ]


def _alternatives(leaves: list[Part]) -> dict[int, list[Part]]:
    """For each leaf inside a multipart/alternative: the text leaves of that alternative."""
    groups: dict[int, list[Part]] = {}
    found: dict[int, list[Part]] = {}
    for leaf in leaves:
        up = leaf.parent
        while up is not None and up.kind != "multipart/alternative":
            up = up.parent
        if up is not None:
            group = groups.setdefault(id(up), [])
            if _is_text(leaf):
                group.append(leaf)
            found[id(leaf)] = group
    return found


def _is_text(part: Part) -> bool:
    if part.kind not in ("text/plain", "text/html", "text/enriched") or part.disposition == "attachment":
        return False
    return not (part.disposition_params.get("filename") or part.params.get("name"))


def _could_be_text(part: Part) -> bool:
    """A mail's only part may be text of another kind, or have a name."""
    return part.kind.startswith("text/") and part.kind != "text/calendar" and part.disposition != "attachment"


def _is_inline(part: Part) -> bool:
    if part.disposition:
        return part.disposition == "inline"
    if part.kind in _REPORTS or part.kind == "text/calendar":
        return True
    up = part.parent
    return up is not None and up.kind in ("multipart/related", "multipart/report", "multipart/digest")


def _looks_like_html(text: str) -> bool:
    head = text[:400].lstrip().lower()
    return head.startswith(("<!doctype html", "<html"))


def display(value: str | None) -> str | None:
    """A name to show, at most 120 characters, without what could mislead or lead elsewhere."""
    if not value:
        return None
    shown = unicodedata.normalize("NFC", _UNSAFE.sub("", display_name(value)))
    shown = shown.replace("/", "_").replace("\\", "_").strip()
    if len(shown) > 120:
        stem, dot, ending = shown.rpartition(".")
        shown = stem[: 119 - len(ending)] + dot + ending if dot and len(ending) < 10 else shown[:120]
    return shown or None


def unflow(text: str, *, delete: bool) -> str:
    """Join soft-wrapped lines of one quote depth. Source: RFC 3676 (4.2, 4.5)."""
    out: list[str] = []
    level, soft = -1, False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:]
        words = words.removeprefix(" ")
        if soft and depth == level and words != "-- ":
            out[-1] = (out[-1][:-1] if delete else out[-1]) + words
        else:
            out.append((">" * depth + " " if depth else "") + words)
        soft, level = words.endswith(" ") and words != "-- ", depth
    return "\n".join(out)

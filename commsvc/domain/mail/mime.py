"""The tree of parts of a raw mail, as offsets into its bytes.

Splits only; decodes no text. Made for what really arrives: text before the headers, broken
header lines, boundaries that are missing, repeated or never closed. Linear in the size of the
mail times the depth of its nesting, which `Caps` limits; nothing is copied before it is asked for.

Standards: RFC 5322 (2.2 headers), RFC 2045 (5 Content-Type),
           RFC 2046 (5.1 multipart), RFC 2231 (3 and 4 parameters)
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from commsvc.domain.mail import transfer
from commsvc.domain.mail.caps import Caps, Over, TooBig
from commsvc.domain.mail.params import Params, parse_params

_BLANK = re.compile(rb"\n\r?\n")
_NAME = re.compile(rb"[!-9;-~]{1,76}[ \t]{0,4}\Z")
_KNOWN = re.compile(
    rb"\n(?:from|to|cc|subject|date|message-id|mime-version|received|return-path|content-[a-z-]{2,30}"
    rb"|reply-to|sender|in-reply-to|references|x-[a-z0-9-]{1,40}|dkim-signature)[ \t]{0,4}:",
    re.IGNORECASE,
)
_GUESS = re.compile(rb"\n--([^\r\n]{1,200})\r?\n(?=content-)", re.IGNORECASE)
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*\r?(?=\n|\Z)")


@dataclass(slots=True)
class Part:
    """One part: its headers and where its body lies in `raw`."""

    raw: bytes
    headers: list[tuple[str, bytes]]
    start: int
    end: int
    parent: "Part | None" = None
    default: str = "text/plain"
    children: list["Part"] = field(default_factory=list)
    kind: str = ""
    params: Params = field(default_factory=dict)
    disposition: str = ""
    disposition_params: Params = field(default_factory=dict)
    encoding: bytes = b""
    first: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.first = dict(reversed(self.headers))
        self.kind = self.default
        for name, value in reversed(self.headers):
            if name == "content-type":
                kind, self.params = parse_params(value)
                self.kind = kind if kind.count("/") == 1 else _repaired_kind(kind, self.default)
            elif name == "content-disposition":
                self.disposition, self.disposition_params = parse_params(value)
            elif name == "content-transfer-encoding":
                self.encoding = value.strip().lower()

    def get(self, name: str) -> bytes | None:
        """The first header called `name` (lower case), unfolded; None when absent."""
        return self.first.get(name)

    def all(self, name: str) -> list[bytes]:
        """Every header called `name` (lower case), topmost first."""
        return [value for key, value in self.headers if key == name]

    @property
    def body(self) -> bytes:
        return self.raw[self.start : self.end]

    def leaves(self) -> Iterator["Part"]:
        """The parts without children, in order. An attached message is one leaf."""
        stack = [self]
        while stack:
            part = stack.pop()
            if part.children:
                stack.extend(reversed(part.children))
            else:
                yield part

    def decoded(self, faults: list[str]) -> bytes:
        """The body without its transfer encoding; what can not be decoded is added to `faults`."""
        return transfer.decoded(self.body, self.encoding, faults)


def _repaired_kind(kind: str, default: str) -> str:
    words = kind.split("/")[:2]
    if len(words) == 2 and all(words):
        return "/".join(words)
    return {"text": "text/plain", "html": "text/html", "plain": "text/plain"}.get(words[0], default)


def read(raw: bytes, caps: Caps, faults: list[str]) -> Part:
    """Split `raw` into its tree of parts. Raises `TooBig` over `caps`; other faults are noted."""
    start = _first_header(raw, faults)
    root = _part(raw, (start, len(raw)), None, "text/plain", faults)
    count = 0
    todo = [(root, 1)]
    while todo:
        part, depth = todo.pop()
        count += 1
        if depth > caps.depth:
            raise TooBig(Over.DEPTH)
        if count > caps.parts:
            raise TooBig(Over.PARTS)
        if part.kind.startswith("multipart/"):
            part.children = _split(part, caps.parts, faults)
            todo += [(child, depth + 1) for child in part.children]
    return root


def _first_header(raw: bytes, faults: list[str]) -> int:
    """Where the headers begin: after blank lines, a mailbox's From_ line, or stray text."""
    at = 0
    while raw[at : at + 1] in (b"\r", b"\n"):
        at += 1
    if raw.startswith(b"\xef\xbb\xbf", at):
        at += 3
    while raw[at : at + 5] in (b"From ", b">From"):
        at = raw.find(b"\n", at) + 1 or len(raw)
    block = _BLANK.search(raw, max(at - 1, 0))
    head = b"\n" + raw[at : block.start() if block else len(raw)]
    if _KNOWN.search(head) or _looks_like_header(head[1:].split(b"\n", 1)[0]):
        return at
    for _ in range(3):
        if block is None:
            break
        begin = block.end()
        block = _BLANK.search(raw, begin)
        head = b"\n" + raw[begin : block.start() if block else len(raw)]
        if len(_KNOWN.findall(head)) >= 2:
            faults.append("text stands before the headers")
            return begin
    return at


def _looks_like_header(line: bytes) -> bool:
    name, colon, _ = line.partition(b":")
    return bool(colon) and _NAME.match(name) is not None


def _part(raw: bytes, span: tuple[int, int], parent: Part | None, default: str, faults: list[str]) -> Part:
    start, end = span
    headers: list[tuple[str, bytes]] = []
    at, current = start, []
    name = ""
    while at < end:
        stop = raw.find(b"\n", at, end)
        stop = end if stop < 0 else stop
        line = raw[at:stop].rstrip(b"\r").replace(b"\0", b"")
        if not line or (not line.strip() and not headers and not name):
            at = stop + 1
            break
        if line[0] in b" \t" and name:
            current.append(line)
        else:
            key, colon, value = line.partition(b":")
            if colon and _NAME.match(key):
                if name:
                    headers.append((name, b"".join(current)))
                name, current = key.rstrip().decode("ascii").lower(), [value.strip()]
            elif _more_headers(raw, stop, end):
                faults.append("a header line is broken")
            else:
                faults.append("the headers end without an empty line")
                break
        at = stop + 1
    if name:
        headers.append((name, b"".join(current)))
    return Part(raw, headers, min(at, end), end, parent, default)


def _more_headers(raw: bytes, at: int, end: int) -> bool:
    """Does another header follow before the next empty line (and within 4 KiB)?"""
    blank = _BLANK.search(raw, at, min(end, at + 4096))
    stop = blank.start() + 1 if blank else min(end, at + 4096)
    return _KNOWN.search(raw, at, stop) is not None


def _split(part: Part, most: int, faults: list[str]) -> list[Part]:
    """The children of a multipart; [] when no boundary can be found."""
    raw, begin = part.raw, max(part.start - 1, 0)
    boundary = part.params.get("boundary", "").rstrip().encode("utf-8", "surrogateescape")
    spots = _boundaries(raw, begin, part.end, boundary) if boundary else []
    if not spots:
        guess = _GUESS.search(raw, begin, part.end)
        if guess is None:
            faults.append("a multipart has no parts")
            part.kind = "text/plain"
            return []
        faults.append("a boundary is missing or wrong")
        spots = _boundaries(raw, begin, part.end, guess[1].rstrip())
    default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
    children: list[Part] = []
    for index, (_, after, closing) in enumerate(spots):
        if closing:
            break
        if len(children) >= most:
            raise TooBig(Over.PARTS)
        stop = spots[index + 1][0] if index + 1 < len(spots) else part.end
        stop = max(stop, after)
        if raw[stop - 1 : stop] == b"\r" and stop > after:
            stop -= 1
        children.append(_part(raw, (after, stop), part, default, faults))
    if not children:
        part.kind = "text/plain"
    elif not spots[-1][2]:
        faults.append("a multipart is never closed")
    return children


def _boundaries(raw: bytes, begin: int, end: int, boundary: bytes) -> list[tuple[int, int, bool]]:
    """Where each boundary line stands: (its newline, the byte after it, is it the last one)."""
    line = b"\n--" + boundary
    spots: list[tuple[int, int, bool]] = []
    at = raw.find(line, begin, end)
    while at >= 0:
        rest = _AFTER_BOUNDARY.match(raw, at + len(line), end)
        if rest:
            spots.append((at, min(rest.end() + 1, end), rest[1] is not None))
        at = raw.find(line, rest.end() if rest else at + 1, end)
    return spots

"""The limits a mail must keep to, checked before it is parsed.

Never parses: one linear scan over the bytes. What is over a limit is set aside with its
reason and its raw bytes, for a person.

Standards: RFC 5322 (2.2 header lines), RFC 2046 (5.1 boundaries)
"""

from dataclasses import dataclass
from enum import Enum


class Over(Enum):
    """Which limit a mail breaks."""

    SIZE = "the message is too large"
    HEADER_BYTES = "the header block is too large"
    HEADER_LINES = "the message has too many header lines"
    PARTS = "the message has too many parts"
    DEPTH = "the message is nested too deeply"


class TooBig(Exception):
    """A mail over a limit; `reason` says which."""

    def __init__(self, reason: Over) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Caps:
    """Limits on one inbound mail, settable in the configuration. Sizes are bytes."""

    message: int = 25 * 1024 * 1024
    header_block: int = 64 * 1024
    header_lines: int = 500
    parts: int = 200
    depth: int = 20
    text: int = 1024 * 1024
    html: int = 256 * 1024
    html_depth: int = 256


DEFAULT = Caps()


def check(raw: bytes, caps: Caps = DEFAULT) -> None:
    """Raise `TooBig` when `raw` is larger than `caps` allows; needs one pass over the header."""
    if len(raw) > caps.message:
        raise TooBig(Over.SIZE)
    head = raw[: caps.header_block + 4]
    ends = [i for i in (head.find(b"\r\n\r\n"), head.find(b"\n\n")) if i >= 0]
    if not ends and len(raw) > caps.header_block:
        raise TooBig(Over.HEADER_BYTES)
    if head[: min(ends, default=len(head))].count(b"\n") > caps.header_lines:
        raise TooBig(Over.HEADER_LINES)

"""The blocks of a plain-text letter, so that HTML can be laid out from the very same words.

Paragraphs are parted by empty lines. The first block is the status bar, a last one of two or more
lines the signature. A line above lines that begin with "- ", or are numbered from "1. " on, is the
heading of a list; lines that begin with "> " are quoted; "| a | b |" is a row of a table, its first
row the headings; any other block keeps its line breaks.
"""

import re
from enum import Enum
from html import escape
from itertools import groupby
from typing import NamedTuple


class Shape(Enum):
    STATUS = "status"
    PARAGRAPH = "paragraph"
    LIST = "list"
    STEPS = "steps"
    QUOTE = "quote"
    TABLE = "table"
    SIGNATURE = "signature"


_STEP = re.compile(r"(\d{1,2})\. ")
_MARKED = frozenset("->|0123456789")
_ADDRESS = re.compile(r"https?://[!#-;=?-~]*[\w/#&=%~+-]", re.ASCII)
HEADED = (Shape.LIST, Shape.STEPS, Shape.TABLE)


class Block(NamedTuple):
    """One block. `heading` may be ""; `lines` are without their marks."""

    shape: Shape
    lines: tuple[str, ...]
    heading: str = ""

    @property
    def rich(self) -> tuple[str, ...]:
        """The lines as HTML: escaped, their web addresses links."""
        return tuple(map(_rich, self.lines))

    @property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """The rows of a table, the headings first."""
        return tuple(tuple(cell.strip() for cell in line.split("|")) for line in self.lines)


def blocks(text: str) -> tuple[Block, ...]:
    """Cut a letter into blocks. Every word of the text is in exactly one of them."""
    found: list[Block] = []
    for part in text.strip().split("\n\n"):
        lines = part.splitlines()
        if not found and len(lines) == 1:
            found.append(Block(Shape.STATUS, tuple(lines)))
        elif lines:
            found += _cut(lines)
    if len(found) > 1 and found[-1].shape is Shape.PARAGRAPH and len(found[-1].lines) > 1:
        found[-1] = found[-1]._replace(shape=Shape.SIGNATURE)
    return tuple(found)


def _cut(lines: list[str]) -> list[Block]:
    out: list[Block] = []
    for marked, run in groupby(lines, _shape):
        body = tuple(run)
        shape = marked if marked is not Shape.STEPS or _numbered(body) else Shape.PARAGRAPH
        unmarked = body if shape is Shape.PARAGRAPH else tuple(_unmark(line, shape) for line in body)
        if shape in HEADED and out and out[-1].shape is Shape.PARAGRAPH and len(out[-1].lines) == 1:
            out[-1] = Block(shape, unmarked, out[-1].lines[0])
        else:
            out.append(Block(shape, unmarked))
    return out


def _shape(line: str) -> Shape:
    if line[:1] not in _MARKED:
        return Shape.PARAGRAPH
    if line.startswith("- "):
        return Shape.LIST
    if line.startswith(">"):
        return Shape.QUOTE
    if line.startswith("| ") and line.endswith(" |"):
        return Shape.TABLE
    return Shape.STEPS if _STEP.match(line) else Shape.PARAGRAPH


def _numbered(lines: tuple[str, ...]) -> bool:
    """Counted from 1 without a gap: "23. Nov." at the head of a line is no step."""
    return all((found := _STEP.match(line)) and int(found[1]) == n for n, line in enumerate(lines, 1))


def _unmark(line: str, shape: Shape) -> str:
    if shape is Shape.LIST:
        return line[2:]
    if shape is Shape.STEPS:
        return line[line.index(" ") + 1 :]
    return line[2:-2] if shape is Shape.TABLE else line[1:].removeprefix(" ")


def _rich(line: str) -> str:
    if "://" not in line:
        return escape(line)
    out, at = [], 0
    for match in _ADDRESS.finditer(line):
        address = escape(match.group())
        out += [escape(line[at : match.start()]), f'<a href="{address}">{address}</a>']
        at = match.end()
    return "".join(out) + escape(line[at:])

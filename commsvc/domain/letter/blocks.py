"""The blocks of a plain-text letter, so that HTML can be laid out from the very same words.

Paragraphs are parted by empty lines. The first block is the status bar, a last one of two or more
lines the signature. A line above lines that begin with "- ", or are numbered from "1. " on, is the heading of a list; lines
that begin with "> " are quoted; "| a | b |" is a row of a table, its first row the headings; any
other block keeps its line breaks.
"""

import re
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from html import escape


class Shape(Enum):
    STATUS = "status"
    PARAGRAPH = "paragraph"
    LIST = "list"
    STEPS = "steps"
    QUOTE = "quote"
    TABLE = "table"
    SIGNATURE = "signature"


_STEP = re.compile(r"\d{1,2}\. ")
_ADDRESS = re.compile(r"https?://[!#-;=?-~]*[\w/#&=%~+-]", re.ASCII)
_HEADED = (Shape.LIST, Shape.STEPS, Shape.TABLE)


@dataclass(frozen=True)
class Rich:
    """A line as HTML: escaped, its web addresses links."""

    html: str

    def __html__(self) -> str:
        return self.html


@dataclass(frozen=True)
class Block:
    """One block. `heading` may be ""; `lines` are without their marks."""

    shape: Shape
    lines: tuple[str, ...]
    heading: str = ""

    @cached_property
    def rich(self) -> tuple[Rich, ...]:
        """The lines as HTML."""
        return tuple(_rich(line) for line in self.lines)

    @cached_property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """The rows of a table, the headings first."""
        return tuple(tuple(cell.strip() for cell in line.split("|")) for line in self.lines)


def blocks(text: str) -> tuple[Block, ...]:
    """Cut a letter into blocks. Every word of the text is in exactly one of them."""
    parts = [part.splitlines() for part in text.strip().split("\n\n") if part.strip()]
    found = [b for n, lines in enumerate(parts) for b in _cut(lines, first=n == 0)]
    if len(found) > 1 and found[-1].shape is Shape.PARAGRAPH and len(found[-1].lines) > 1:
        found[-1] = replace(found[-1], shape=Shape.SIGNATURE)
    return tuple(found)


def _cut(lines: list[str], first: bool) -> list[Block]:
    if first and len(lines) == 1:
        return [Block(Shape.STATUS, tuple(lines))]
    out: list[Block] = []
    start = 0
    while start < len(lines):
        shape, end = _run(lines, start)
        body = tuple(_unmark(line, shape) for line in lines[start:end])
        if shape in _HEADED and out and out[-1].shape is Shape.PARAGRAPH and len(out[-1].lines) == 1:
            out[-1] = Block(shape, body, out[-1].lines[0])
        else:
            out.append(Block(shape, body))
        start = end
    return out


def _shape(line: str) -> Shape:
    if line.startswith("- "):
        return Shape.LIST
    if line.startswith(">"):
        return Shape.QUOTE
    if line.startswith("| ") and line.endswith(" |"):
        return Shape.TABLE
    return Shape.STEPS if _STEP.match(line) else Shape.PARAGRAPH


def _run(lines: list[str], start: int) -> tuple[Shape, int]:
    shape = _shape(lines[start])
    end = start + 1
    while end < len(lines) and _shape(lines[end]) is shape:
        end += 1
    if shape is Shape.STEPS and [line.partition(".")[0] for line in lines[start:end]] != [
        str(n) for n in range(1, end - start + 1)
    ]:
        return Shape.PARAGRAPH, end
    return shape, end


def _unmark(line: str, shape: Shape) -> str:
    if shape is Shape.LIST:
        return line.removeprefix("- ")
    if shape is Shape.STEPS:
        return _STEP.sub("", line, count=1)
    if shape is Shape.TABLE:
        return line[2:-2]
    return line.removeprefix(">").removeprefix(" ") if shape is Shape.QUOTE else line


def _rich(line: str) -> Rich:
    if "://" not in line:
        return Rich(escape(line))
    out, at = [], 0
    for match in _ADDRESS.finditer(line):
        address = escape(match.group())
        out += [escape(line[at : match.start()]), f'<a href="{address}">{address}</a>']
        at = match.end()
    return Rich("".join(out) + escape(line[at:]))

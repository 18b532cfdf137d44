"""The blocks of a plain-text letter, so that HTML can be laid out from the very same words.

Paragraphs are parted by empty lines. The first block is the status bar. A line above lines that
begin with "- " is the heading of a list; lines that begin with "> " are quoted; any other block
keeps its line breaks.
"""

from dataclasses import dataclass
from enum import Enum


class Shape(Enum):
    STATUS = "status"
    PARAGRAPH = "paragraph"
    LIST = "list"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `heading` may be ""; `lines` are without their marks."""

    shape: Shape
    lines: tuple[str, ...]
    heading: str = ""


def blocks(text: str) -> tuple[Block, ...]:
    """Cut a letter into blocks. Every word of the text is in exactly one of them."""
    parts = [part.splitlines() for part in text.strip().split("\n\n") if part.strip()]
    return tuple(b for n, lines in enumerate(parts) for b in _cut(lines, first=n == 0))


def _cut(lines: list[str], first: bool) -> list[Block]:
    if first and len(lines) == 1:
        return [Block(Shape.STATUS, tuple(lines))]
    out: list[Block] = []
    start = 0
    while start < len(lines):
        shape, end = _run(lines, start)
        body = tuple(_unmark(line, shape) for line in lines[start:end])
        if shape is Shape.LIST and out and out[-1].shape is Shape.PARAGRAPH and len(out[-1].lines) == 1:
            out[-1] = Block(shape, body, out[-1].lines[0])
        else:
            out.append(Block(shape, body))
        start = end
    return out


def _shape(line: str) -> Shape:
    if line.startswith("- "):
        return Shape.LIST
    return Shape.QUOTE if line.startswith(">") else Shape.PARAGRAPH


def _run(lines: list[str], start: int) -> tuple[Shape, int]:
    shape = _shape(lines[start])
    end = start + 1
    while end < len(lines) and _shape(lines[end]) is shape:
        end += 1
    return shape, end


def _unmark(line: str, shape: Shape) -> str:
    if shape is Shape.LIST:
        return line.removeprefix("- ")
    return line.removeprefix(">").removeprefix(" ") if shape is Shape.QUOTE else line

"""The blocks of a plain-text letter, so that HTML can be laid out from the very same words.

Paragraphs are parted by empty lines. The first block is the status bar, a last one of two or more
lines the signature. A line above lines that begin with "- ", or are numbered from "1. " on, is the
heading of a list; lines that begin with "> " are quoted; "| a | b |" is a row of a table, its first
row the headings; any other block keeps its line breaks.
"""

import re
from itertools import groupby
from typing import Literal, NamedTuple, get_args

from markupsafe import escape

Shape = Literal["status", "paragraph", "list", "steps", "quote", "table", "signature"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
HEADED: tuple[Shape, ...] = ("list", "steps", "table")
_STEP = re.compile(r"(\d{1,2})\. ")
_MARKED = frozenset("->|0123456789")
_ADDRESS = re.compile(r"(?:https?://|mailto:)[!#-;=?-~]*[\w/#&=%~+-]", re.ASCII)


class Block(NamedTuple):
    """One block. `heading` may be ""; `lines` are without their marks."""

    shape: Shape
    lines: tuple[str, ...]
    heading: str = ""

    @property
    def rich(self) -> tuple[str, ...]:
        """The lines as HTML: escaped, their web addresses links."""
        return tuple(rich("\n".join(self.lines)).split("\n"))

    @property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """The rows of a table, the headings first."""
        return tuple(tuple(cell.strip() for cell in line.split("|")) for line in self.lines)


def blocks(text: str) -> tuple[Block, ...]:
    """Cut a letter into blocks. Every word of the text is in exactly one of them."""
    found: list[Block] = []
    for part in text.strip().split("\n\n"):
        lines = part.splitlines()
        if len(lines) == 1 and (not found or part[:1] not in _MARKED):
            found.append(Block("paragraph" if found else "status", (lines[0],)))
        elif lines:
            found += [_headed_list(lines)] if _is_headed_list(lines) else _cut(lines)
    if len(found) > 1 and found[-1].shape == "paragraph" and len(found[-1].lines) > 1:
        found[-1] = found[-1]._replace(shape="signature")
    return tuple(found)


def rich(text: str) -> str:
    """Text as HTML: escaped, its web addresses links, its line breaks as they are."""
    if "://" not in text and "mailto:" not in text:
        return str(escape(text))
    out: list[str] = []
    at = 0
    for match in _ADDRESS.finditer(text):
        address = escape(match.group())
        out += [escape(text[at : match.start()]), f'<a href="{address}">{address}</a>']
        at = match.end()
    return "".join([*out, escape(text[at:])])


def _is_headed_list(lines: list[str]) -> bool:
    """The commonest block of all, known at a glance."""
    return lines[0][:1] not in _MARKED and [line[:2] for line in lines].count("- ") == len(lines) - 1


def _headed_list(lines: list[str]) -> Block:
    return Block("list", tuple([line[2:] for line in lines[1:]]), lines[0])


def _cut(lines: list[str]) -> list[Block]:
    out: list[Block] = []
    for marked, run in groupby(lines, _shape):
        body = tuple(run)
        shape = marked if marked != "steps" or _numbered(body) else "paragraph"
        unmarked = _unmark(body, shape)
        if shape in HEADED and out and out[-1].shape == "paragraph" and len(out[-1].lines) == 1:
            out[-1] = Block(shape, unmarked, out[-1].lines[0])
        else:
            out.append(Block(shape, unmarked))
    return out


def _shape(line: str) -> Shape:
    if line[:1] not in _MARKED:
        return "paragraph"
    if line.startswith("- "):
        return "list"
    if line.startswith(">"):
        return "quote"
    if line.startswith("| ") and line.endswith(" |"):
        return "table"
    return "steps" if _STEP.match(line) else "paragraph"


def _unmark(lines: tuple[str, ...], shape: Shape) -> tuple[str, ...]:
    if shape == "paragraph":
        return lines
    if shape == "list":
        return tuple([line[2:] for line in lines])
    if shape == "steps":
        return tuple(line[line.index(" ") + 1 :] for line in lines)
    return tuple(line[2:-2] if shape == "table" else line[1:].removeprefix(" ") for line in lines)


def _numbered(lines: tuple[str, ...]) -> bool:
    """Counted from 1 without a gap: "23. Nov." at the head of a line is no step."""
    return all((found := _STEP.match(line)) and int(found[1]) == n for n, line in enumerate(lines, 1))

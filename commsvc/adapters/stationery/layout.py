"""The layout of every letter: one Jinja source, taken apart when it is loaded.

`layout.html.j2` has its styles inlined and is rendered once for each shape of block, with marks where
words will stand. A letter is then those pieces with its words between them: no template, no parser
and no premailer runs for its HTML. What the pieces make is compared with what Jinja makes of the same
blocks; a layout where they differ is refused, because it lays a block out by its words or its neighbours.

Permanent:  LayoutTrouble, a ValueError, says what cannot be taken apart
"""

import re
from collections.abc import Sequence
from os.path import commonprefix

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape

from commsvc.adapters.stationery.inlining import inline
from commsvc.domain.letter.blocks import HEADED, SHAPES, Block, Shape, blocks, rich

TITLE, LANGUAGE, HEADING = "\ue000", "\ue001", "\ue002"
_WORDS = tuple(map(chr, range(0xE003, 0xE009)))
_MARK = re.compile("[\ue000-\ue00f]")
_CHECK = """Received | at noon

Dear reader,
a second line https://a.example/x

Heading
- one
- two
- three

- alone

Steps
1. one
2. two

1. one

> quoted
> twice

Table
| a | b | c |
| 1 | 2 | 3 |
| 4 | 5 | 6 |

| a |
| 1 |

Name
Role
"""


class LayoutTrouble(ValueError):
    """A layout that cannot be taken apart."""


def compiled(source: str) -> Template:
    """The layout as a Jinja template with its styles inlined."""
    env = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return env.from_string(inline(source))


class Layout:
    """The pieces of a layout."""

    def __init__(self, source: str) -> None:
        """Take a layout apart. Raises ValueError, and jinja2.TemplateSyntaxError for what is no template."""
        template = compiled(source)
        shapes = [(s, headed) for s in SHAPES for headed in (False, True) if s in HEADED or not headed]
        empty = _marked(template)
        pages = {key: _marked(template, _sample(*key)) for key in shapes}
        bare_table = {headed: _marked(template, _sample("table", headed, rows=1)) for headed in (False, True)}
        start = commonprefix([empty, *pages.values(), *bare_table.values()])  # noqa: RUF071  of texts, not of paths
        end = empty[len(start) :]
        self._start, self._end = _split(start), end
        pieces = {key: _pieces(_inside(page, start, end), *key) for key, page in pages.items()}
        self._plain = {shape: pieces[shape, False] for shape in SHAPES}
        self._headed = {shape: pieces[shape, True] for shape in HEADED}
        self._no_rows = {headed: _split(_inside(page, start, end))[-1] for headed, page in bare_table.items()}
        checked = blocks(_CHECK)
        if self.lay_out(checked, "T", "en") != template.render(blocks=checked, title="T", language="en"):
            raise LayoutTrouble("a block is laid out by its words or by what stands beside it")

    def lay_out(self, letter: Sequence[Block], title: str, language: str) -> str:
        """The HTML of a letter."""
        given = {TITLE: str(escape(title)), LANGUAGE: str(escape(language))}
        out = [given.get(piece, piece) for piece in self._start]
        for block in letter:
            shape, lines, heading = block
            if heading:
                pieces, at = self._headed[shape], 2
                out += (pieces[0], escape(heading), pieces[2])
            else:
                pieces, at = self._plain[shape], 0
                out.append(pieces[0])
            if shape == "table":
                out.append(self._rows(block, pieces, at))
            elif len(lines) == 1:
                out += (rich(lines[0]), pieces[-1])
            else:
                out += (rich("\n".join(lines)).replace("\n", pieces[at + 2]), pieces[-1])
        out.append(self._end)
        return "".join(out)

    def _rows(self, block: Block, pieces: Sequence[str], at: int) -> str:
        """A table from the pieces around its marks: head, head, cell, cell, cell, cell."""
        between_heads, to_first, between_cells, to_next = (pieces[at + n] for n in (2, 4, 6, 8))
        head, *rows = [[str(escape(cell)) for cell in row] for row in block.cells]
        if not rows:
            return between_heads.join(head) + self._no_rows[bool(block.heading)]
        return between_heads.join(head) + to_first + to_next.join(between_cells.join(r) for r in rows) + pieces[-1]


def _sample(shape: Shape, headed: bool, rows: int = 3) -> Block:
    """A block of this shape with marks for words; a table of two columns."""
    lines = tuple(" | ".join(_WORDS[n : n + 2]) for n in range(0, 2 * rows, 2)) if shape == "table" else _WORDS[:2]
    return Block(shape, lines[:1] if shape == "status" else lines, HEADING if headed else "")


def _marked(template: Template, *letter: Block) -> str:
    return template.render(blocks=letter, title=TITLE, language=LANGUAGE)


def _inside(page: str, start: str, end: str) -> str:
    """What a block adds to the empty page."""
    if not page.endswith(end):
        raise LayoutTrouble("what follows the blocks depends on them")
    return page[len(start) : len(page) - len(end)]


def _pieces(html: str, shape: Shape, headed: bool) -> tuple[str, ...]:
    """A block's pieces and marks in turn."""
    pieces, block = _split(html), _sample(shape, headed)
    words = "".join(_MARK.findall(block.heading + "".join(block.lines)))
    if "".join(pieces[1::2]) != words:
        raise LayoutTrouble(f"it does not show each word of a block of shape {shape!r} once, in its order")
    return pieces


def _split(html: str) -> tuple[str, ...]:
    """Pieces and marks in turn, a piece first and last."""
    found = _MARK.findall(html)
    plain = _MARK.split(html)
    return tuple(x for pair in zip(plain, [*found, ""], strict=True) for x in pair)[:-1]

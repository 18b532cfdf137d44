"""Does a letter say anything that the last one did not? (practice.md 3.7: similarity of 0.85 is blocked.)

Compared are runs of words (of letters in scripts without spaces) of what is ours and may change: no quotes, no
status bar, no greeting, no signature; numbers and times are all alike, for another time alone is no news.
"""

import re

from commsvc.domain.letter.blocks import blocks
from commsvc.domain.letter.tone import own_words
from commsvc.domain.playbook.lexicon import fold

_RUN = 3
_TOKEN = re.compile(r"[぀-ヿ一-鿿]|[^\W\d_]+|\d+")
_FRAME = 2
"""The status bar and the greeting."""


def similarity(one: str, other: str) -> float:
    """How much two letters have in common: 0 for nothing, 1 for everything."""
    a, b = _runs(one), _runs(other)
    return len(a & b) / len(a | b) if a or b else 1.0


def _runs(text: str) -> set[tuple[str, ...]]:
    told = [b for b in blocks(text)[_FRAME:] if b.shape not in ("signature", "quote")]
    words = " ".join(" ".join((b.heading, *b.lines)) for b in told)
    tokens = ["#" if t[0].isdigit() else t for t in _TOKEN.findall(fold(own_words(words)))]
    return {tuple(tokens[n : n + _RUN]) for n in range(max(1, len(tokens) - _RUN + 1))}

"""Which past cases are like this one: by the words its customer used, the area and what was told.

A search in the record finds candidates; here the closest are chosen, the same on every database.
"""

import re
from collections.abc import Iterable

from commsvc.domain.case.case import Case
from commsvc.domain.playbook.lexicon import fold

MOST = 3
_WORD = re.compile(r"[぀-ヿ一-鿿]{2,}|[^\W\d_]{4,}")
_LONGEST = 60
"""So many different words of a case are searched for, and kept to be found by."""
_ALONE, _IN_AREA = 0.4, 0.15
"""How much of the shorter one's words two cases share at least: in different areas, and in the same."""


def terms(text: str) -> tuple[str, ...]:
    """The words to find a text by, each once, in their order; of scripts without spaces every two letters."""
    found: list[str] = []
    for word in _WORD.findall(fold(text).casefold()):
        found += [word[n : n + 2] for n in range(len(word) - 1)] if word[0] >= "぀" else [word]
    return tuple(dict.fromkeys(found))[:_LONGEST]


def described(case: Case) -> str:
    """What a case is found by: its subject and the customer's own words."""
    return f"{case.subject} {case.impact}"


def closest(about: Case, found: Iterable[Case]) -> list[Case]:
    """The cases that are most like `about`, closest first; of two that are equally like it the newer one."""
    mine = frozenset(terms(described(about)))
    liked = [(_likeness(about, mine, c), c) for c in found if c.id != about.id and not c.restricted]
    return [c for likeness, c in sorted(liked, key=lambda x: (-x[0], -x[1].id)) if likeness][:MOST]


def _likeness(about: Case, mine: frozenset[str], other: Case) -> float:
    """0 for a case that is not like it."""
    theirs = frozenset(terms(described(other)))
    if not mine or not theirs:
        return 0.0
    shared = len(mine & theirs) / min(len(mine), len(theirs))
    same_area = bool(about.area) and about.area == other.area
    if shared < (_IN_AREA if same_area else _ALONE):
        return 0.0
    told = len(about.told & other.told) / max(1, len(about.told | other.told))
    return shared + 0.5 * same_area + 0.5 * told

"""The phrases of the playbook, compiled once, and found in a text at a cost that follows its length.

In a phrase `*` stands for up to six words of the same sentence (in scripts without spaces: twelve
letters), `a|b` for either word, `word~` for every word that begins so, `#` for a number.

How a text is searched stands in `phrase_index.py`.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from commsvc.domain.playbook.phrase_index import PhraseIndex

_BEFORE = 25
"""How many letters before a phrase are looked at for a word that denies it."""
_SUPPOSED = 120
"""How many letters of its sentence before it are looked at for words that only suppose it."""
_CLAUSE = re.compile(r"[.,;:!?。！？]")
_SENTENCE = re.compile(r"[.!?;。！？]")


@dataclass(frozen=True, slots=True)
class Hit:
    """A fact, and the words of the text that show it."""

    fact: str
    evidence: str


@dataclass(frozen=True)
class Denial:
    """The words that take a phrase back: before it in its clause, after it, or that only suppose it."""

    before: Iterable[str] = ()
    after: Iterable[str] = ()
    supposing: Iterable[str] = ()


class Lexicon:
    """Every phrase of one playbook."""

    def __init__(
        self, facts: Mapping[str, Iterable[str]], areas: Mapping[str, Iterable[str]], denial: Denial,
        asserted: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """`facts` and `areas`: phrases by id, in the order of the playbook. `asserted`: the facts that
        count only where the writer says that they are so, not where it is supposed.
        """
        self._order = {fact: n for n, fact in enumerate(facts)}
        self._areas = {area: n for n, area in enumerate(areas)}
        self._facts, self._products = _index(facts), _index(areas)
        self._denying, self._supposing = _index({"": denial.before}), _index({"": denial.supposing})
        after = "|".join(re.escape(fold(said)) for said in denial.after)
        self._after = re.compile(rf" ?(?:{after})(?![a-zà-ÿ])" if after else r"(?!)")
        self._asserted = frozenset(asserted)

    def told(self, text: str) -> "Told":
        """What a folded text states. It is searched once, whatever is then asked about its parts."""
        return Told(self, text)

    def area(self, text: str) -> str:
        """The product area with the most different words in a folded text; "" when none is named."""
        words = {(area, text[start:end]) for area, start, end in self._products.found(text)}
        counts = dict.fromkeys(self._areas, 0)
        for area, _ in words:
            counts[area] += 1
        best = max(counts, key=counts.__getitem__, default="")
        return best if best and counts[best] else ""

    def spots(self, text: str) -> list[tuple[str, int, int]]:
        """(fact, start, end) of every phrase in a folded text, denied or not: by fact in the order of the
        playbook, then by place, the longest first.
        """
        return sorted(self._facts.found(text), key=lambda spot: (self._order[spot[0]], spot[1], -spot[2]))

    def denied(self, fact: str, text: str, start: int, end: int) -> bool:
        """Do the words around a phrase take it back?"""
        clause = _CLAUSE.split(text[max(0, start - _BEFORE) : start])[-1]
        if self._denying.holds(clause):
            return True
        if self._after.match(text, end):
            return True
        if fact not in self._asserted:
            return False
        sentence = _SENTENCE.split(text[max(0, start - _SUPPOSED) : start])[-1]
        return self._supposing.holds(sentence)


class Told:
    """The facts that one folded text states and does not deny. A denial is looked for when it matters."""

    def __init__(self, lexicon: Lexicon, text: str) -> None:
        self.text, self._lexicon = text, lexicon
        self._spots = lexicon.spots(text)
        self._by_place = sorted(self._spots, key=_start)
        self._denied: dict[tuple[str, int, int], bool] = {}

    def hits(self) -> list[Hit]:
        """Each fact once, in the order of the playbook, with the first words that state it."""
        found: dict[str, Hit] = {}
        for spot in self._spots:
            fact, start, end = spot
            if fact not in found and not self._takes_back(spot):
                found[fact] = Hit(fact, self.text[start:end])
        return list(found.values())

    def between(self, start: int, end: int) -> frozenset[str]:
        """The facts stated wholly within these letters of the text."""
        first = bisect_left(self._by_place, start, key=_start)
        beyond = bisect_left(self._by_place, end, key=_start)
        inside = (spot for spot in self._by_place[first:beyond] if spot[2] <= end)
        return frozenset(spot[0] for spot in inside if not self._takes_back(spot))

    def _takes_back(self, spot: tuple[str, int, int]) -> bool:
        if spot not in self._denied:
            fact, start, end = spot
            self._denied[spot] = self._lexicon.denied(fact, self.text, start, end)
        return self._denied[spot]


def _start(spot: tuple[str, int, int]) -> int:
    return spot[1]


def fold(text: str) -> str:
    """Lower case, NFKC, typographic apostrophes made plain, white space folded."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").lower()
    return " ".join(plain.split())


def _index(phrases: Mapping[str, Iterable[str]]) -> PhraseIndex:
    return PhraseIndex({about: [*map(fold, written)] for about, written in phrases.items()})

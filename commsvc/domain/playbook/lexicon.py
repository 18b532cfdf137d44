"""The phrases of the playbook, compiled once, and found in a text at a cost that follows its length.

A phrase is only looked for when the word it begins with is in the text at all; phrases of scripts
without spaces are tried by a plain search. `*` is bounded to six words and nothing nests, so no text
can make a search slow (T16).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
_BEFORE = 25
"""How many letters before a phrase are looked at for a word that denies it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A fact, and the words of the text that show it."""

    fact: str
    evidence: str


@dataclass(frozen=True, slots=True)
class _Phrase:
    about: str
    pattern: re.Pattern[str]


class _Index:
    """Phrases by the word they begin with; those of scripts without spaces by their own text."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._by_word: dict[str, list[_Phrase]] = {}
        self._plain: list[tuple[str, str]] = []
        for about, written in phrases.items():
            for phrase in map(fold, written):
                self._add(about, phrase)

    def _add(self, about: str, phrase: str) -> None:
        first = _WORD.match(phrase)
        if first is None or not _spaced(phrase):
            self._plain.append((about, phrase))
        else:
            self._by_word.setdefault(first.group(), []).append(_Phrase(about, _pattern(phrase)))

    def found(self, text: str) -> Iterator[tuple[str, int, int]]:
        """(about, start, end) of every phrase in a folded text."""
        for word in set(_WORD.findall(text)):
            for phrase in self._by_word.get(word, ()):
                for match in phrase.pattern.finditer(text):
                    yield phrase.about, match.start(), match.end()
        for about, letters in self._plain:
            if (start := text.find(letters)) >= 0:
                yield about, start, start + len(letters)


class Lexicon:
    """Every phrase of one playbook."""

    def __init__(
        self, facts: Mapping[str, Iterable[str]], areas: Mapping[str, Iterable[str]], negation: Iterable[str]
    ) -> None:
        """`facts` and `areas`: phrases by id, in the order of the playbook. `negation`: words that deny one."""
        self._order = {fact: n for n, fact in enumerate(facts)}
        self._areas = {area: n for n, area in enumerate(areas)}
        self._facts, self._products = _Index(facts), _Index(areas)
        self._denying = _Index({"": negation})

    def search(self, text: str) -> list[Hit]:
        """Each fact that a folded text states and does not deny, with the first words that state it."""
        first: dict[str, tuple[int, int]] = {}
        for fact, start, end in self._facts.found(text):
            best = first.get(fact)
            if (best is None or (start, -end) < (best[0], -best[1])) and not self._denied(text, start):
                first[fact] = (start, end)
        return [Hit(fact, text[slice(*first[fact])]) for fact in sorted(first, key=self._order.__getitem__)]

    def area(self, text: str) -> str:
        """The product area with the most different words in a folded text; "" when none is named."""
        words = {(area, text[start:end]) for area, start, end in self._products.found(text)}
        counts = dict.fromkeys(self._areas, 0)
        for area, _ in words:
            counts[area] += 1
        best = max(counts, key=counts.__getitem__, default="")
        return best if best and counts[best] else ""

    def _denied(self, text: str, start: int) -> bool:
        clause = re.split(r"[.,;:!?]", text[max(0, start - _BEFORE) : start])[-1]
        return any(True for _ in self._denying.found(clause))


def fold(text: str) -> str:
    """Lower case, NFKC, typographic apostrophes made plain, white space folded."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").lower()
    return " ".join(plain.split())


def _spaced(phrase: str) -> bool:
    """Is it written in a script that puts spaces between words?"""
    return phrase.isascii() or unicodedata.name(phrase[0], "").startswith("LATIN")


def _pattern(phrase: str) -> re.Pattern[str]:
    words = [r"(?:\S+ ){0,6}?" if w == "*" else re.escape(w) + " " for w in phrase.split()]
    return re.compile(rf"(?<!\w){''.join(words).removesuffix(' ')}(?!\w)")

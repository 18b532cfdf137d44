"""The phrases of the playbook, compiled once into patterns that run in linear time.

`*` is bounded to six words and nothing nests, so no text can make a search slow (T16).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """A fact, and the words of the text that show it."""

    fact: str
    evidence: str


@dataclass(frozen=True)
class FactPattern:
    """All phrases of one fact."""

    fact: str
    pattern: re.Pattern[str]
    negation: re.Pattern[str]

    def search(self, text: str) -> Hit | None:
        """The first phrase in a folded text that no word just before it denies."""
        for match in self.pattern.finditer(text):
            before = text[max(0, match.start() - 25) : match.start()]
            clause = re.split(r"[.,;:!?]", before)[-1]
            if not self.negation.search(clause):
                return Hit(self.fact, match.group())
        return None


@dataclass(frozen=True)
class Lexicon:
    """Every pattern of one playbook."""

    facts: tuple[FactPattern, ...]
    areas: tuple[tuple[str, re.Pattern[str]], ...]

    def area(self, text: str) -> str:
        """The product area named most often in a folded text; "" when none is."""
        counts = {id: len(set(pattern.findall(text))) for id, pattern in self.areas}
        best = max(counts, key=counts.__getitem__, default="")
        return best if best and counts[best] else ""


def fold(text: str) -> str:
    """Lower case, NFKC, typographic apostrophes made plain, white space folded."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").lower()
    return " ".join(plain.split())


def build(facts: Mapping[str, Iterable[str]], areas: Mapping[str, Iterable[str]], negation: Iterable[str]) -> Lexicon:
    """Compile phrases by fact, words by area, and the words that deny a phrase."""
    denied = _pattern(negation)
    entries = tuple(FactPattern(id, _pattern(words), denied) for id, words in facts.items())
    return Lexicon(entries, tuple((id, _pattern(words)) for id, words in areas.items()))


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(_one, phrases), key=len, reverse=True)) or r"(?!)")


def _one(phrase: str) -> str:
    words = [r"(?:\S+ ){0,6}?" if w == "*" else re.escape(w) + " " for w in fold(phrase).split()]
    body = "".join(words).removesuffix(" ")
    latin = phrase.isascii() or unicodedata.name(phrase[0], "").startswith("LATIN")
    return rf"(?<!\w){body}(?!\w)" if latin else body

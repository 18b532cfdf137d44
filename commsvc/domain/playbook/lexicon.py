"""The phrases of the playbook, compiled once, and found in a text at a cost that follows its length.

In a phrase `*` stands for up to six words of the same sentence (in scripts without spaces: twelve
letters), `a|b` for either word, `word~` for every word that begins so, `#` for a number.

A phrase is only looked for when the word it begins with is in the text at all; phrases of scripts
without spaces are tried one after the other. Every gap is bounded and nothing nests, so no text can
make a search slow (T16).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
_BEFORE = 25
"""How many letters before a phrase are looked at for a word that denies it."""
_SUPPOSED = 120
"""How many letters of its sentence before it are looked at for words that only suppose it."""
_STEM = 4
"""How many letters `word~` must have at least: what it is looked up by."""
_ANY_NUMBER = "#"
_CLAUSE = re.compile(r"[.,;:!?]")
_SENTENCE = re.compile(r"[.!?;。！？]")


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
    """Phrases by the word they begin with; those of scripts without spaces by their first letters."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._by_word: dict[str, list[_Phrase]] = {}
        self._by_stem: dict[str, list[_Phrase]] = {}
        self._plain: list[tuple[str, _Phrase]] = []
        for about, written in phrases.items():
            for phrase in map(fold, written):
                self._add(about, phrase)

    def _add(self, about: str, phrase: str) -> None:
        if not _spaced(phrase):
            self._plain.append((phrase.partition("*")[0], _Phrase(about, _unspaced(phrase))))
            return
        compiled = _Phrase(about, _pattern(phrase))
        for start in phrase.split(maxsplit=1)[0].split("|"):
            first = _WORD.match(start)
            if first is None:
                self._by_word.setdefault(_ANY_NUMBER, []).append(compiled)
            elif start.endswith("~"):
                self._by_stem.setdefault(start[:_STEM], []).append(compiled)
            else:
                self._by_word.setdefault(first.group(), []).append(compiled)

    def found(self, text: str) -> Iterator[tuple[str, int, int]]:
        """(about, start, end) of every phrase in a folded text."""
        words = set(_WORD.findall(text))
        if any(w[0].isdigit() for w in words):
            words.add(_ANY_NUMBER)
        for phrase in self._begun(words):
            for match in phrase.pattern.finditer(text):
                yield phrase.about, match.start(), match.end()
        for letters, phrase in self._plain:
            if letters in text:
                for match in phrase.pattern.finditer(text):
                    yield phrase.about, match.start(), match.end()

    def _begun(self, words: Iterable[str]) -> Iterator[_Phrase]:
        """The phrases whose first word is among these."""
        stems = set()
        for word in words:
            yield from self._by_word.get(word, ())
            stems.add(word[:_STEM])
        for stem in stems:
            yield from self._by_stem.get(stem, ())


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
        self._facts, self._products = _Index(facts), _Index(areas)
        self._denying, self._supposing = _Index({"": denial.before}), _Index({"": denial.supposing})
        self._after = tuple(map(fold, denial.after))
        self._asserted = frozenset(asserted)

    def search(self, text: str) -> list[Hit]:
        """Each fact that a folded text states and does not deny, with the first words that state it."""
        first: dict[str, tuple[int, int]] = {}
        for fact, start, end in self._facts.found(text):
            best = first.get(fact)
            if (best is None or (start, -end) < (best[0], -best[1])) and not self._denied(fact, text, start, end):
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

    def _denied(self, fact: str, text: str, start: int, end: int) -> bool:
        clause = _CLAUSE.split(text[max(0, start - _BEFORE) : start])[-1]
        if any(True for _ in self._denying.found(clause)):
            return True
        if any(text.startswith(word, end) for word in self._after):
            return True
        if fact not in self._asserted:
            return False
        sentence = _SENTENCE.split(text[max(0, start - _SUPPOSED) : start])[-1]
        return any(True for _ in self._supposing.found(sentence))


def fold(text: str) -> str:
    """Lower case, NFKC, typographic apostrophes made plain, white space folded."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").lower()
    return " ".join(plain.split())


def _spaced(phrase: str) -> bool:
    """Is it written in a script that puts spaces between words?"""
    return phrase.isascii() or unicodedata.name(phrase[0], "").startswith("LATIN")


def _unspaced(phrase: str) -> re.Pattern[str]:
    gap = r"[^。！？!?\n]{0,12}?"
    return re.compile(gap.join(re.escape(part) for part in phrase.split("*")))


def _pattern(phrase: str) -> re.Pattern[str]:
    between = r"[^\w.!?;]{1,3}"
    words = "".join(_token(w, between) for w in phrase.split())
    return re.compile(rf"(?<!\w){words.removesuffix(between)}(?!\w)")


def _token(word: str, between: str) -> str:
    if word == "*":
        return r"(?:[^\s.!?;]+ ){0,6}?"
    if word == "#":
        return rf"\d[\d.,]{{0,12}}\+?{between}"
    either = (re.escape(w.removesuffix("~")) + (r"\w*" if w.endswith("~") else "") for w in word.split("|"))
    return f"(?:{'|'.join(either)}){between}"

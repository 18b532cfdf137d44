"""Finds many phrases in one text, looking only for those whose every word is there.

The words of a text are listed once. A phrase is kept by the word that fewest phrases have; when that is in
the text and all its other words are, its pattern is tried where its first word stands, and nowhere else. Phrases of
scripts without spaces are tried one after the other. Every gap is bounded and nothing nests, so no
text can make a search slow (T16).
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

_WORD = re.compile(r"\w+")
_STEM = 4
"""How many letters `word~` must have at least: what it is looked up by."""
_BETWEEN = r"[^\w.!?;]{1,3}"
_GAP = r"[^。！？!?\n]{0,12}?"


@dataclass(frozen=True, slots=True)
class _Token:
    """One word of a phrase: the words that may stand there, whole or by how they begin."""

    whole: frozenset[str]
    stems: tuple[str, ...]
    starts: frozenset[str]
    """The first letters of `stems`, which they are looked up by."""

    @property
    def keys(self) -> frozenset[str]:
        return self.whole | self.starts


@dataclass(frozen=True)
class _Phrase:
    about: str
    written: tuple[str, ...]
    first: _Token | None
    """Where it can begin; None: anywhere, since it begins with a sign or a number."""
    must: frozenset[str]
    either: tuple[_Token, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when a text has all its words, which is never for most phrases."""
        words = "".join(map(_as_pattern, self.written))
        return re.compile(rf"(?<!\w){words.removesuffix(_BETWEEN)}(?!\w)")


class _Words:
    """The words of one text and where they stand."""

    def __init__(self, text: str) -> None:
        self.at: defaultdict[str, list[int]] = defaultdict(list)
        for match in _WORD.finditer(text):
            self.at[match.group()].append(match.start())
        self.begun: defaultdict[str, list[str]] = defaultdict(list)
        for word in self.at:
            self.begun[word[:_STEM]].append(word)

    def holds(self, phrase: _Phrase) -> bool:
        """Is every word of `phrase` there, in whatever place?"""
        if not self.at.keys() >= phrase.must:
            return False
        for token in phrase.either:
            if self.at.keys().isdisjoint(token.whole) and self.begun.keys().isdisjoint(token.starts):
                return False
        return True

    def spots(self, token: _Token) -> list[int]:
        """Where the words of `token` begin, in order."""
        words = [w for w in token.whole if w in self.at]
        words += [w for s in token.stems for w in self.begun.get(s[:_STEM], ()) if w.startswith(s) and w not in words]
        if len(words) == 1:
            return self.at[words[0]]
        return sorted(at for word in words for at in self.at[word])


_words = lru_cache(maxsize=2)(_Words)
"""One text is searched for facts and then for areas."""


class PhraseIndex:
    """Folded phrases by what they are about, ready to be found."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._by_word: dict[str, list[_Phrase]] = {}
        self._by_stem: dict[str, list[_Phrase]] = {}
        self._wordless: list[_Phrase] = []
        self._unspaced: list[tuple[str, str, re.Pattern[str]]] = []
        uses: Counter[str] = Counter()
        spaced: list[tuple[str, tuple[str, ...], list[_Token]]] = []
        for about, phrase in ((about, phrase) for about, written in phrases.items() for phrase in written):
            if not _spaced(phrase):
                self._unspaced.append((phrase.partition("*")[0], about, _unspaced(phrase)))
                continue
            words = tuple(phrase.split())
            tokens = [t for t in map(_token, words) if t]
            spaced.append((about, words, tokens))
            uses.update(key for token in tokens for key in token.keys)
        for about, words, tokens in spaced:
            self._add(about, words, tokens, uses)

    def _add(self, about: str, written: tuple[str, ...], tokens: list[_Token], uses: Counter[str]) -> None:
        must = frozenset(w for t in tokens if len(t.whole) == 1 and not t.stems for w in t.whole)
        either = tuple(t for t in tokens if len(t.whole) != 1 or t.stems)
        begins = _token(written[0]) if all(_WORD.match(w) for w in written[0].split("|")) else None
        found = _Phrase(about, written, begins, must, either)
        if not tokens:
            self._wordless.append(found)
            return
        key = min(tokens, key=lambda token: sum(uses[k] for k in token.keys))
        for word in key.whole:
            self._by_word.setdefault(word, []).append(found)
        for stem in key.starts:
            self._by_stem.setdefault(stem, []).append(found)

    def holds(self, text: str) -> bool:
        """Is any of the phrases in a folded text?"""
        return any(True for _ in self._found(text, _Words(text)))

    def found(self, text: str) -> Iterator[tuple[str, int, int]]:
        """(about, start, end) of every phrase in a folded text; those of one phrase do not overlap."""
        return self._found(text, _words(text))

    def _found(self, text: str, words: _Words) -> Iterator[tuple[str, int, int]]:
        for phrase in self._begun(words):
            if not words.holds(phrase):
                continue
            if phrase.first is None:
                yield from ((phrase.about, *m.span()) for m in phrase.pattern.finditer(text))
                continue
            end = 0
            for spot in words.spots(phrase.first):
                if spot >= end and (match := phrase.pattern.match(text, spot)):
                    end = match.end()
                    yield phrase.about, spot, end
        if not text.isascii():
            letters = frozenset(text)
            for start, about, pattern in self._unspaced:
                if start[:1] in letters and start in text:
                    yield from ((about, *m.span()) for m in pattern.finditer(text))

    def _begun(self, words: _Words) -> Iterator[_Phrase]:
        """The phrases whose rarest word is there."""
        yield from self._wordless
        for word in words.at.keys() & self._by_word.keys():
            yield from self._by_word[word]
        for stem in words.begun.keys() & self._by_stem.keys():
            yield from self._by_stem[stem]


def _spaced(phrase: str) -> bool:
    """Is it written in a script that puts spaces between words?"""
    return phrase.isascii() or unicodedata.name(phrase[0], "").startswith("LATIN")


def _unspaced(phrase: str) -> re.Pattern[str]:
    return re.compile(_GAP.join(re.escape(part) for part in phrase.split("*")))


def _token(written: str) -> _Token | None:
    """The words one of which stands there; None for a gap or a number."""
    whole, stems = set(), set()
    for word in written.split("|"):
        found = _WORD.findall(word)
        if not found:
            return None
        if word.endswith("~") and len(found) == 1:
            stems.add(found[0])
        else:
            whole.add(found[0])
    return _Token(frozenset(whole), tuple(stems), frozenset(s[:_STEM] for s in stems))


def _as_pattern(word: str) -> str:
    if word == "*":
        return r"(?:[^\s.!?;]+ ){0,6}?"
    if word == "#":
        return rf"\d[\d.,]{{0,12}}\+?{_BETWEEN}"
    either = (re.escape(w.removesuffix("~")) + (r"\w*" if w.endswith("~") else "") for w in word.split("|"))
    return f"(?:{'|'.join(either)}){_BETWEEN}"

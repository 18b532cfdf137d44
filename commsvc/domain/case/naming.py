"""The names of many, found in one text at a cost that follows the text's length."""

import re
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
_WORD = re.compile(r"\w+")


class Names(Generic[T]):
    """Names, ids and domains, each with whom it belongs to; looked up by the first word of each."""

    def __init__(self, named: Iterable[tuple[str, T]]) -> None:
        self._by_word: dict[str, list[tuple[str, str, int, T]]] = {}
        for name, whose in named:
            low = name.lower()
            if first := _WORD.search(low):
                self._by_word.setdefault(first.group(), []).append((name, low, first.start(), whose))

    def found(self, text: str) -> Iterator[tuple[str, int, T]]:
        """Each name that stands in a text as whole words, in any case: the name, where it begins, whose it is."""
        low = text.lower()
        for word in _WORD.finditer(low):
            for name, wanted, lead, whose in self._by_word.get(word.group(), ()):
                start = word.start() - lead
                if start >= 0 and low.startswith(wanted, start) and not _goes_on(low, start + len(wanted)):
                    yield name, start, whose


def _goes_on(text: str, end: int) -> bool:
    """Is the end in the middle of a word?"""
    return _WORD.match(text[end : end + 1]) is not None and _WORD.match(text[end - 1 : end]) is not None

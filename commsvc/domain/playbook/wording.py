"""wording.toml: how our letters never sound, and how a sentence is known to speak of a cause or a range."""

from collections.abc import Callable
from enum import Enum
from functools import cached_property, lru_cache

from commsvc.domain.playbook.entry import RuleFile, Text
from commsvc.domain.playbook.lexicon import Denial, Lexicon

ByLanguage = dict[Text, tuple[Text, ...]]
_CHANGED = "changed"


class Tone(Enum):
    """A way of speaking that a letter does not take (practice.md S16)."""

    BLAME = "blame"
    DRAMA = "drama"
    FILLER = "filler"
    OVER_PROMISE = "over_promise"
    JARGON = "jargon"

    def __str__(self) -> str:
        return self.value.replace("_", "-")


class About(Enum):
    """What a sentence speaks of, that may not silently differ from letter to letter."""

    CAUSE = "cause"
    ESTIMATE = "estimate"
    SCOPE = "scope"
    STATUS = "status"


class Wording(RuleFile):
    """Phrases by kind and language. `changed`: the words that own up to a change."""

    tone: dict[Tone, ByLanguage]
    topic: dict[About, ByLanguage]
    changed: ByLanguage

    @cached_property
    def tones(self) -> Lexicon:
        return Lexicon({t.value: _all(words) for t, words in self.tone.items()}, {}, Denial())

    @cached_property
    def topics(self) -> Lexicon:
        phrases = {a.value: _all(words) for a, words in self.topic.items()}
        return Lexicon({**phrases, _CHANGED: _all(self.changed)}, {}, Denial())

    def owns_up(self, text: str) -> bool:
        """Does a folded text say that something is other than it was said to be?"""
        return _CHANGED in self._facts(text)

    def about(self, text: str) -> frozenset[About]:
        """What a folded text speaks of."""
        return frozenset(About(fact) for fact in self._facts(text) - {_CHANGED})

    @cached_property
    def _facts(self) -> Callable[[str], frozenset[str]]:
        """Letters share most of their sentences, so each is searched once."""
        told = self.topics.told
        return lru_cache(maxsize=4096)(lambda text: told(text).between(0, len(text)))

    def without(self, about: About, text: str) -> str:
        """A folded text without the words that show what it speaks of."""
        for hit in self.topics.told(text).hits():
            text = text.replace(hit.evidence, " ") if hit.fact == about.value else text
        return text


def _all(words: ByLanguage) -> tuple[str, ...]:
    return tuple(phrase for phrases in words.values() for phrase in phrases)

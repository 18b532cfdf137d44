"""Does a letter say otherwise than what the customer was told before? Then both sentences are shown.

Moved or unconfirmed estimates, a scope that shrinks, a second cause, a status that goes back. What owns
up to the change ("no longer", "changed because") is no contradiction: it is news (practice.md 3.7).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from commsvc.domain.letter.facts import Fact, Topic
from commsvc.domain.letter.tone import own_words
from commsvc.domain.playbook.lexicon import fold
from commsvc.domain.playbook.wording import About, Wording

_SENTENCE = re.compile(r"(?<=[.!?])\s+|[。！？]|\n")
_NUMBER = re.compile(r"\d[\d.,  ]*")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:h]\d{2}(?!\d)")
_WORD = re.compile(r"[^\W\d_]{3,}|[぀-ヿ一-鿿]{2}")
_SAME = 0.5
"""So much of the shorter statement's words in the other one, and both say the same."""
_GOES_BACK = re.compile(
    r"down again|stopped again|not working again|not work again|fails again|"
    r"wieder ausgefallen|steht wieder|erneut|de nouveau en|ne fonctionne plus|vuelto a|de nuevo (?:caído|parado)|ya no|再",
)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What differs, what the letter says, and what was said before."""

    what: str
    now: str
    before: str

    def __str__(self) -> str:
        return f"{self.what}: it says “{self.now}”, but the customer was told “{self.before}”"


def contradiction(text: str, new: Iterable[Fact], told: Iterable[Fact], wording: Wording) -> Contradiction | None:
    """The first statement of a letter that goes against what was told; None when there is none.

    `new`: the facts it tells; `told`: those told before. Sentences that no fact stands behind count as well.
    """
    before = {about: fact.said for fact in told for about in _about(fact, wording)}
    for about, said in _claims(text, new, wording) if before else ():
        why = _differs(about, said, before[about], wording) if about in before else ""
        if why and not wording.owns_up(fold(said)):
            return Contradiction(why, said, before[about])
    return None


def unconfirmed(text: str, facts: Iterable[Fact], wording: Wording) -> str:
    """A sentence that names a time by which it works, with no range of the owner behind it; "" for none."""
    if any(f.topic is Topic.ESTIMATE for f in facts):
        return ""
    timed = (s for s in statements(text) if _TIME.search(s))
    return next((s for s in timed if About.ESTIMATE in wording.about(fold(s))), "")


def _claims(text: str, new: Iterable[Fact], wording: Wording) -> Iterator[tuple[About, str]]:
    for fact in new:
        yield from ((about, fact.said) for about in _about(fact, wording))
    for sentence in statements(text):
        yield from ((a, sentence) for a in wording.about(fold(sentence)) if a is not About.ESTIMATE)


def statements(text: str) -> list[str]:
    """The sentences of a letter that are ours."""
    return [s.strip(" -*|") for s in _SENTENCE.split(own_words(text)) if s.strip(" -*|")]


def _about(fact: Fact, wording: Wording) -> frozenset[About]:
    named = fact.topic.value
    return frozenset([About(named)]) if named in {a.value for a in About} else wording.about(fold(fact.said))


def _differs(about: About, said: str, said_before: str, wording: Wording) -> str:
    now, before = fold(said), fold(said_before)
    if about is About.CAUSE:
        return "" if _same(wording.without(about, now), wording.without(about, before)) else "another cause"
    if about is About.ESTIMATE:
        return "" if set(_TIME.findall(before)) <= set(_TIME.findall(now)) else "a moved estimate"
    if about is About.SCOPE:
        return "a smaller scope" if _shrinks(_numbers(now), _numbers(before)) else ""
    return "a status that goes back" if _GOES_BACK.search(now) and not _GOES_BACK.search(before) else ""


def _shrinks(now: Sequence[float], before: Sequence[float]) -> bool:
    return bool(now and before) and now[0] < before[0]


def _numbers(text: str) -> list[float]:
    return [float(re.sub(r"[^\d]", "", found)) for found in _NUMBER.findall(text) if re.sub(r"[^\d]", "", found)]


def _same(one: str, other: str) -> bool:
    a, b = set(_WORD.findall(one)), set(_WORD.findall(other))
    return len(a & b) >= _SAME * min(len(a), len(b)) if a and b else one == other

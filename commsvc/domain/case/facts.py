"""What a mail says: facts, each with the words that prove it.

Facts are hints found by the phrases of the playbook; they decide nothing. Only new text is read,
never quoted history. Patterns are compiled once per playbook and run in linear time: `*` is
bounded, nothing nests.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from commsvc.domain.mail.mail import Auto, Mail
from commsvc.domain.playbook.rules import Phrases

_LONGEST_READ = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """A fact, and the customer's words that show it."""

    fact: str
    evidence: str


@dataclass(frozen=True)
class Reading:
    """Everything found in one mail."""

    found: tuple[Found, ...]
    area: str
    impact: str
    """The sentences that carry the facts, verbatim, at most 300 characters."""

    @property
    def facts(self) -> frozenset[str]:
        return frozenset(f.fact for f in self.found)

    def evidence(self, facts: Iterable[str]) -> str:
        """The words behind these facts, joined for a timeline entry."""
        wanted = set(facts)
        return "; ".join(f"{f.fact}: “{f.evidence}”" for f in self.found if f.fact in wanted)


def read(mail: Mail, phrases: Phrases) -> Reading:
    """Extract the facts of a mail from its subject and its new text."""
    text = fold(f"{mail.subject}.\n{mail.reply_text or mail.text}")[:_LONGEST_READ]
    lexicon = _lexicon(phrases)
    found = [f for f in map(lambda entry: entry.search(text), lexicon.facts) if f]
    found += _kind_of_mail(mail)
    return Reading(tuple(found), lexicon.area(text), impact_sentences(mail, found))


def fold(text: str) -> str:
    """Lower case, NFKC, typographic apostrophes made plain, white space folded."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").lower()
    return " ".join(plain.split())


def impact_sentences(mail: Mail, found: Iterable[Found]) -> str:
    """The customer's sentences that hold the evidence, verbatim; else the first sentence.

    Automatic letters quote these words and never paraphrase them (practice.md 0.10).
    """
    marks = [f.evidence for f in found if f.fact in _IMPACT_FACTS]
    sentences = _sentences(mail.reply_text or mail.text)
    carrying = [s for s in sentences if any(m in fold(s) for m in marks)]
    chosen = carrying or [s for s in sentences if len(s) > 20] or sentences or [mail.subject]
    out = chosen[0][:300]
    for sentence in chosen[1:]:
        if len(out) + len(sentence) > 298:
            break
        out += " " + sentence
    return out


_IMPACT_FACTS = frozenset(
    "scope_all function_down degraded partial data_loss data_mixup safety suspension impending deadline_near".split()
)
_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?。！？](?=\S)[^.!?。！？\n]+)*[.!?。！？]*")
_GREETING = re.compile(r"^(hi|hello|hey|dear|good (morning|day|afternoon)|guten tag|sehr geehrte|hallo|bonjour|madame|buenos|estimad|hola|g'day)\b.{0,60}$", re.I)


def _sentences(text: str) -> list[str]:
    joined = re.sub(r"(?<![.!?。！？:,])\n(?!\n)", " ", text.replace("\r", ""))
    whole = (" ".join(m.group().split()) for m in _SENTENCE.finditer(joined))
    return [s for s in whole if s and not _GREETING.match(s)]


def _kind_of_mail(mail: Mail) -> list[Found]:
    """Facts about the mail itself, from its headers."""
    out = []
    if mail.auto is Auto.BOUNCE:
        out.append(Found("mail_is_bounce", "a delivery report"))
    elif mail.calendar and mail.calendar.method in ("REPLY", "COUNTER"):
        out.append(Found("mail_is_calendar_reply", f"calendar {mail.calendar.method}"))
    elif mail.auto in (Auto.REPLY, Auto.GENERATED):
        out.append(Found("mail_is_automatic", mail.auto.value))
    return out


@dataclass(frozen=True)
class _Entry:
    fact: str
    pattern: re.Pattern[str]
    negation: re.Pattern[str]

    def search(self, text: str) -> Found | None:
        for match in self.pattern.finditer(text):
            before = text[max(0, match.start() - 25) : match.start()]
            clause = re.split(r"[.,;:!?]", before)[-1]
            if not self.negation.search(clause):
                return Found(self.fact, match.group())
        return None


@dataclass(frozen=True)
class _Lexicon:
    facts: tuple[_Entry, ...]
    areas: tuple[tuple[str, re.Pattern[str]], ...]

    def area(self, text: str) -> str:
        """The product area named most often; "" when none is."""
        counts = {id: len(set(pattern.findall(text))) for id, pattern in self.areas}
        best = max(counts, key=lambda id: counts[id], default="")
        return best if best and counts[best] else ""


@lru_cache(maxsize=8)
def _lexicon_of(_version: int, phrases: Phrases) -> _Lexicon:
    negation = _pattern(w for words in phrases.negation.values() for w in words)
    entries = tuple(_Entry(f.id, _pattern(w for ws in f.words.values() for w in ws), negation) for f in phrases.fact)
    return _Lexicon(entries, tuple((a.id, _pattern(a.words)) for a in phrases.area))


def _lexicon(phrases: Phrases) -> _Lexicon:
    return _lexicon_of(id(phrases), phrases)


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(_one, phrases), key=len, reverse=True)) or r"(?!)")


def _one(phrase: str) -> str:
    words = [r"(?:\S+ ){0,6}?" if w == "*" else re.escape(w) + " " for w in fold(phrase).split()]
    body = "".join(words).removesuffix(" ")
    latin = phrase.isascii() or unicodedata.name(phrase[0], "").startswith("LATIN")
    return rf"(?<!\w){body}(?!\w)" if latin else body

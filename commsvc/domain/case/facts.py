"""What a mail says: facts, each with the words that prove it.

Facts are hints found by the phrases of the playbook; they decide nothing. Only new text is read,
never quoted history.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from commsvc.domain.mail.mail import Auto, Mail
from commsvc.domain.playbook.criteria import Phrases
from commsvc.domain.playbook.lexicon import Hit, Told, fold

_LONGEST_READ = 20_000
_CODE = re.compile(r"(?<![\w-])(?!esc-|art-|covid-|iso-|utf-)[a-z]{2,6}-\d{2,5}(?![\w-])")
"""An error code as programs write them: letters, a dash, digits; in folded text."""


@dataclass(frozen=True)
class Reading:
    """Everything found in one mail."""

    found: tuple[Hit, ...]
    area: str
    impact: str
    """The sentences that carry the facts, verbatim."""

    @property
    def facts(self) -> frozenset[str]:
        return frozenset(f.fact for f in self.found)

    def evidence(self, facts: Iterable[str]) -> str:
        """The words behind these facts, joined for a timeline entry."""
        wanted = set(facts)
        return "; ".join(f"{f.fact}: “{f.evidence}”" for f in self.found if f.fact in wanted)


def read(mail: Mail, phrases: Phrases, told: Told) -> Reading:
    """The facts of a mail. `told`: what its `wording` states by the lexicon of these phrases."""
    text = told.text
    found = told.hits()
    found += _kind_of_mail(mail)
    found += [Hit(f"code:{code}", code) for code in dict.fromkeys(_CODE.findall(text))]
    if "?" in text:
        found.append(Hit("question", "?"))
    if mail.language is not None and mail.language not in phrases.languages:
        found.append(Hit("unread_language", mail.language))
    return Reading(tuple(found), phrases.lexicon.area(text), impact_sentences(mail, told))


def wording(mail: Mail) -> str:
    """The folded text that facts are looked for in: what is new in the mail, and its subject where it answers
    nothing, since the subject of an answer is somebody else's.
    """
    subject = "" if mail.answers else f"{mail.subject}.\n"
    return fold(subject + (mail.reply_text or mail.text))[:_LONGEST_READ]


def impact_sentences(mail: Mail, told: Told) -> str:
    """The customer's sentences from the first that says what is wrong on, verbatim, at most 240 characters.

    Automatic letters quote these words and never paraphrase them (practice.md 0.10).
    """
    sentences = _sentences(mail.reply_text or mail.text)
    first = next((n for n, facts in enumerate(_each(sentences, told)) if facts & _IMPACT_FACTS), None)
    if first is None:
        first = next((n for n, s in enumerate(sentences) if len(s) > 20), 0)
    out = ""
    for sentence in sentences[first:]:
        if out and (len(sentence) < 8 or len(out) + len(sentence) >= _LONGEST_IMPACT):
            break
        out = f"{out} {sentence}".strip()
    return out[:_LONGEST_IMPACT] or mail.subject


def _each(sentences: Iterable[str], told: Told) -> Iterator[frozenset[str]]:
    """What each sentence states; nothing for one that stands behind what is read of a long mail."""
    end = 0
    for sentence in sentences:
        folded = fold(sentence)
        start = told.text.find(folded, end)
        if start < 0:
            yield frozenset()
            continue
        end = start + len(folded)
        yield told.between(start, end)


_LONGEST_IMPACT = 240
_IMPACT_FACTS = frozenset(
    [
        "scope_all",
        "function_down",
        "degraded",
        "partial",
        "data_loss",
        "data_mixup",
        "safety",
        "suspension",
        "impending",
        "deadline_near",
    ]
)
_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?。！？](?=\S)[^.!?。！？\n]+)*[.!?。！？]*")
_GREETING = re.compile(
    r"^(hi|hello|hey|dear|good (morning|day|afternoon)|guten tag|sehr geehrte|hallo|bonjour|madame|buenos|estimad|hola|g'day)\b.{0,60}$",
    re.IGNORECASE,
)


def _sentences(text: str) -> list[str]:
    joined = re.sub(r"(?<![.!?。！？:,])\n(?!\n)", " ", text.replace("\r", ""))
    whole = (" ".join(m.group().split()) for m in _SENTENCE.finditer(joined))
    return [s for s in whole if s and not _GREETING.match(s)]


def _kind_of_mail(mail: Mail) -> list[Hit]:
    """Facts about the mail itself, from its headers."""
    out = []
    if mail.auto is Auto.BOUNCE:
        out.append(Hit("mail_is_bounce", "a delivery report"))
    elif mail.calendar and mail.calendar.method in ("REPLY", "COUNTER"):
        out.append(Hit("mail_is_calendar_reply", f"calendar {mail.calendar.method}"))
    elif mail.auto in (Auto.REPLY, Auto.GENERATED):
        out.append(Hit("mail_is_automatic", mail.auto.value))
    return out

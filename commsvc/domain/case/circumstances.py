"""What is known of a mail beside its words: who wrote, what the account is, when they need it.

Each is a fact like any other, with the evidence for it, so that rules name them alike.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from commsvc.domain.case.deadline import Instant, instants
from commsvc.domain.case.directory import Account, Contact
from commsvc.domain.case.facts import Reading
from commsvc.domain.mail.mail import Mail
from commsvc.domain.playbook.lexicon import Hit, Told, fold
from commsvc.domain.playbook.words import Segment

RENEWAL = timedelta(days=90)
EVENT = timedelta(days=7)
_WITHIN = (("deadline_8h", 8), ("deadline_48h", 48), ("deadline_72h", 72))
_LIMITS = frozenset(["must_by", "business_event", "workaround_limited", "impending"])
_STOPS = frozenset(["function_down", "suspension"])
"""In one sentence with a time of day that is still to come these speak of what happens then."""
_EFFECT = frozenset(["workaround_limited", "business_event", "function_down", "impending"])
_CUT = re.compile(r"[.!?。！？](?!\d)")


@dataclass(frozen=True)
class Writer:
    """Who wrote. `copied`: the account's contacts among the other recipients."""

    account: Account | None
    contact: Contact | None
    copied: tuple[Contact, ...] = ()


def circumstances(mail: Mail, reading: Reading, writer: Writer, received_at: datetime, told: Told) -> list[Hit]:
    """The facts around a mail. `received_at`: aware, from our own topmost Received line. `told`: what it states."""
    found = [*_people(writer), *_account(writer.account, received_at)]
    found += _complaint(reading.facts, writer)
    zone = (writer.contact.zone if writer.contact else "") or (writer.account.zone if writer.account else "UTC")
    found += _deadlines(told, received_at, zone)
    if "mail_is_calendar_reply" in reading.facts and instants(fold(mail.reply_text or mail.text), received_at, zone):
        found.append(Hit("proposes_time", "a time that is still to come"))
    named = {h.fact for h in found}
    if "workaround" in reading.facts and not reading.facts & {"workaround_limited", "measure_failed", "no_workaround"}:
        found.append(Hit("lasting_workaround", reading.evidence(["workaround"])))
    if "event_near" not in named and "business_event" in reading.facts and "deadline_72h" in named:
        found.append(Hit("event_near", reading.evidence(["business_event"])))
    return found


def _people(writer: Writer) -> Iterator[Hit]:
    if writer.account is None:
        yield Hit("sender_outsider", "no account has this address or domain")
    if writer.contact and writer.contact.executive:
        yield Hit("sender_executive", writer.contact.role)
    if copied := [c.role or c.name for c in writer.copied if c.executive]:
        yield Hit("executive_on_cc", ", ".join(copied))


def _account(account: Account | None, received_at: datetime) -> Iterator[Hit]:
    if account is None:
        return
    if account.segment is Segment.STRATEGIC:
        yield Hit("account_strategic", account.name)
    if account.regulated:
        yield Hit("account_regulated", account.name)
    if account.renewal and timedelta() <= account.renewal - received_at.date() <= RENEWAL:
        yield Hit("renewal_near", f"renews on {account.renewal}")


def _complaint(facts: frozenset[str], writer: Writer) -> Iterator[Hit]:
    """An executive who writes in anger, or of answers that did not come."""
    if writer.contact and writer.contact.executive and facts & {"very_angry", "response_failure", "broken_promise"}:
        yield Hit("executive_complaint", writer.contact.role)


def _deadlines(told: Told, received_at: datetime, zone: str) -> list[Hit]:
    sentences = _Sentences(told)
    limits = [(i, said) for i in instants(told.text, received_at, zone) if (said := _limit(sentences, i))]
    if not limits:
        return []
    first, said = limits[0]
    left = first.at - received_at
    found = [Hit(fact, said) for fact, hours in _WITHIN if left <= timedelta(hours=hours)]
    if left <= EVENT and any("business_event" in sentences.around(i) for i, _ in limits):
        found.append(Hit("event_near", said))
    return found


def _limit(sentences: "_Sentences", instant: Instant) -> str:
    """The words that make an instant a limit; "" when it is only when something was, or when they want an answer."""
    facts = sentences.around(instant)
    stops = instant.exact and bool(facts & _STOPS)
    if not (facts & _LIMITS or stops) or ("answer_by" in facts and not facts & _EFFECT):
        return ""
    return sentences.told.text[instant.start : instant.end]


class _Sentences:
    """What the sentences of a text state."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self._cuts = [m.start() for m in _CUT.finditer(told.text)]

    def around(self, instant: Instant) -> frozenset[str]:
        """The facts of the sentence, or sentences, that an instant stands in."""
        text = self.told.text
        before = bisect_left(self._cuts, instant.start)
        after = bisect_left(self._cuts, instant.end)
        begin = self._cuts[before - 1] + 1 if before else 0
        begin = instant.start if _CUT.match(text, instant.start - 1, instant.start) else begin
        return self.told.between(begin, self._cuts[after] if after < len(self._cuts) else len(text))


def with_more(reading: Reading, more: Iterable[Hit]) -> Reading:
    """The same reading with further facts, each once."""
    new = [h for h in more if h.fact not in reading.facts]
    return Reading((*reading.found, *new), reading.area, reading.impact)

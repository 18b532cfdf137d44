"""May this letter go? Every check in one order, each refusal with its evidence and the way out.

Run when a letter is drafted and again at the moment of sending (practice.md 3.7). What cannot be
shown to be right does not go.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Directory
from commsvc.domain.letter.letter import Audience, Letter
from commsvc.domain.letter.switches import Position, Switches
from commsvc.domain.playbook.rules import Guardrails


class Check(Enum):
    """The name of a refusal, and what a person can do about it."""

    STOPPED = "stopped: resume it with `commsvc resume`, or write by hand"
    WATCHING = "not live: widen it with `commsvc live`"
    UNTRUSTED = "the sender is not proven: a person answers"
    HOLD = "a hold is on the case: a person answers"
    RECIPIENT = "the recipient is not in the account's record: add the contact first"
    FOREIGN = "it names another account: take that out"
    STALE = "the case has changed since it was written: it is written anew"
    UNAPPROVED = "nobody who may has approved these exact words: ask for approval"
    WORDING = "it uses wording the playbook forbids: edit it"
    CAP = "automation has said enough here: a person writes"
    PAST = "the time it promises has passed: it is written anew"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a letter may not go, with the evidence."""

    check: Check
    evidence: str = ""

    def __str__(self) -> str:
        return f"{self.check.name.lower()}: {self.evidence or self.check.value}"


@dataclass(frozen=True, slots=True)
class Counts:
    """What automation has said lately (guardrails.toml)."""

    consecutive: int = 0
    case_today: int = 0
    contact_today: int = 0
    contact_hour: int = 0
    domain_today: int = 0


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the checks look at besides the letter."""

    case: Case | None
    directory: Directory
    guardrails: Guardrails
    switches: Switches
    counts: Counts
    now: datetime


def judge(letter: Letter, s: Situation, sending: bool) -> Refusal | None:
    """The first refusal, or None when the letter may go. `sending`: approval is needed by now."""
    for check in (_switches, _trust, _holds, _recipient, _foreign, _fresh, _wording, _caps):
        if refusal := check(letter, s):
            return refusal
    return _approved(letter) if sending else None


def _switches(letter: Letter, s: Situation) -> Refusal | None:
    if letter.wish.audience is Audience.OPERATOR:
        return None
    case = (s.case.mailbox, s.case.account_id) if s.case else None
    position, reason = s.switches.judge(letter.wish.letter, case)
    if position is Position.STOPPED:
        return Refusal(Check.STOPPED, reason)
    return Refusal(Check.WATCHING) if position is Position.WATCHING else None


def _trust(letter: Letter, s: Situation) -> Refusal | None:
    if letter.wish.audience is Audience.CUSTOMER and letter.automatic and s.case and not s.case.trusted:
        fixed = letter.wish.letter in s.guardrails.fixed_receipts
        return None if fixed else Refusal(Check.UNTRUSTED)
    return None


def _holds(letter: Letter, s: Situation) -> Refusal | None:
    if letter.wish.audience is not Audience.CUSTOMER or not letter.automatic or not s.case:
        return None
    if letter.wish.letter in s.guardrails.fixed_receipts:
        return None
    held = [h.value for h in s.case.holds if h in s.guardrails.holds_that_silence]
    return Refusal(Check.HOLD, ", ".join(held)) if held else None


def _recipient(letter: Letter, s: Situation) -> Refusal | None:
    to = letter.wish.to
    if letter.wish.audience is not Audience.CUSTOMER:
        ours = s.directory.person(to) is not None or letter.wish.audience is Audience.OPERATOR
        return None if ours else Refusal(Check.RECIPIENT, f"{to} is not one of our people")
    if letter.wish.letter in s.guardrails.fixed_receipts and s.case and to == s.case.contact:
        return None
    account = s.directory.account(s.case.account_id) if s.case else None
    if account is None or account.contact(to) is None:
        return Refusal(Check.RECIPIENT, f"{to} is not a contact of {account.name if account else 'any account'}")
    return None


def _foreign(letter: Letter, s: Situation) -> Refusal | None:
    """Another account's name, id or domain in a letter to a customer (T26)."""
    if letter.wish.audience is not Audience.CUSTOMER or not letter.words or not s.case:
        return None
    text = f"{letter.words.title}\n{letter.words.text}\n{letter.words.html}".lower()
    own = s.directory.account(s.case.account_id)
    ours = {n.lower() for n in (*own.domains, own.name, own.id, *own.also_known_as)} if own else set()
    for account in s.directory.accounts:
        if own and account.id == own.id:
            continue
        for name in (account.name, account.id, *account.domains, *account.also_known_as):
            low = name.lower()
            if low in text and low not in ours and re.search(rf"(?<!\w){re.escape(low)}(?!\w)", text):
                return Refusal(Check.FOREIGN, name)
    return None


def _fresh(letter: Letter, s: Situation) -> Refusal | None:
    if letter.wish.audience is not Audience.CUSTOMER or not s.case:
        return None
    if not letter.automatic and letter.revision != s.case.revision:
        return Refusal(Check.STALE, f"written at revision {letter.revision}, now {s.case.revision}")
    if letter.names_update_at is not None and letter.names_update_at <= s.now:
        return Refusal(Check.PAST, f"it promises {letter.names_update_at:%d %b %H:%M} UTC")
    return None


def _wording(letter: Letter, s: Situation) -> Refusal | None:
    if letter.wish.audience is not Audience.CUSTOMER or not letter.words:
        return None
    own_words = _without_quotes(letter.words.text).lower()
    used = next(
        (w for w in s.guardrails.forbidden if re.search(rf"(?<!\w){re.escape(w.lower())}(?!\w)", own_words)), ""
    )
    return Refusal(Check.WORDING, used) if used else None


def _without_quotes(text: str) -> str:
    """Our own words: the customer's, in typographic quotes, may say what they like."""
    return re.sub(r"[“„«「][^”“»」]*[”“»」]", "", text)


def _caps(letter: Letter, s: Situation) -> Refusal | None:
    if letter.wish.audience is not Audience.CUSTOMER or not letter.automatic or not s.case:
        return None
    g, severity = s.guardrails, s.case.severity
    limits = (
        (s.counts.consecutive, g.max_consecutive_automated[severity], "in a row on this case"),
        (s.counts.case_today, g.max_automated_per_case_per_day[severity], "on this case in a day"),
        (s.counts.contact_today, g.max_automated_per_contact_per_day, "to this person in a day"),
        (s.counts.contact_hour, g.max_automated_per_sender_per_hour, "to this person in an hour"),
        (s.counts.domain_today, g.max_automated_per_domain_per_day, "to this domain in a day"),
    )
    for count, limit, where in limits:
        if count >= limit:
            return Refusal(Check.CAP, f"{count} automatic letters {where}; the limit is {limit}")
    return None


def _approved(letter: Letter) -> Refusal | None:
    if letter.wish.audience is not Audience.CUSTOMER or letter.automatic:
        return None
    if letter.approved_by and letter.approved_digest == letter.digest:
        return None
    return Refusal(Check.UNAPPROVED)

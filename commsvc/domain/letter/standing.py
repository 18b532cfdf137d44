"""Checks of the gate that look at who is written to, when, and who says so.

Each takes a letter to a customer and its situation; it returns why the letter may not go, or None.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from commsvc.domain.letter.letter import Letter
from commsvc.domain.letter.situation import Check, Refusal, Situation
from commsvc.domain.promise.worktime import WorkCalendar

AGAIN = timedelta(minutes=15)
"""A letter over a cap is looked at again so soon; it goes when the cap lets it."""
DIALOGUE = timedelta(minutes=30)
"""Whoever wrote so lately is awake."""


def authority(letter: Letter, s: Situation) -> Refusal | None:
    """Does the playbook in force still allow what this letter goes by?"""
    by_severity = s.playbook.approvals.letter.get(letter.wish.letter)
    if s.case is None or by_severity is None or not letter.rule:
        return Refusal(Check.AUTHORITY, letter.wish.letter)
    if letter.automatic and s.playbook.guardrails.draft_only:
        return Refusal(Check.AUTHORITY, "the playbook has drafts only")
    if letter.automatic and by_severity[s.case.severity] != "auto":
        return Refusal(
            Check.AUTHORITY, f"{letter.wish.letter} needs {by_severity[s.case.severity]} at {s.case.severity.value}"
        )
    return None


def trust(letter: Letter, s: Situation) -> Refusal | None:
    if letter.automatic and s.case and not s.case.trusted and not _fixed(letter, s):
        return Refusal(Check.UNTRUSTED)
    return None


def holds(letter: Letter, s: Situation) -> Refusal | None:
    if not letter.automatic or s.case is None or _fixed(letter, s):
        return None
    guardrails = s.playbook.guardrails
    held = [h.value for h in s.case.holds if h in guardrails.holds_that_silence]
    held += ["the customer asks for a person"] if s.case.told.intersection(guardrails.asks_for_a_person) else []
    return Refusal(Check.HOLD, ", ".join(held)) if held else None


def recipient(letter: Letter, s: Situation) -> Refusal | None:
    to, account = letter.wish.to, s.account
    if _fixed(letter, s) and s.case and to == s.case.contact:
        return None
    contact = account.contact(to) if account else None
    if account is not None and not account.active:
        return Refusal(Check.RECIPIENT, f"{account.name} is not in the account data any more")
    if contact is None:
        return Refusal(Check.RECIPIENT, f"{to} is not a contact of {account.name if account else 'any account'}")
    if contact.silent:
        return Refusal(Check.SILENT, contact.name)
    return Refusal(Check.BOUNCED, f"{to}, {s.bounced_at:%d %b %H:%M} UTC") if s.bounced_at else None


def fresh(letter: Letter, s: Situation) -> Refusal | None:
    if s.case and not letter.automatic and letter.revision != s.case.revision:
        return Refusal(Check.STALE, f"written at revision {letter.revision}, now {s.case.revision}")
    if letter.names_update_at is not None and letter.names_update_at <= s.now:
        return Refusal(Check.PAST, f"it promises {letter.names_update_at:%d %b %H:%M} UTC")
    return None


def in_a_row(letter: Letter, s: Situation) -> Refusal | None:
    """After so many automatic letters in a row only a person goes on: waiting changes nothing."""
    if not letter.automatic or s.case is None or letter.wish.letter in s.playbook.guardrails.row_exempt:
        return None
    limit = s.playbook.guardrails.max_consecutive_automated[s.case.severity]
    if s.counts.consecutive < limit:
        return None
    return Refusal(Check.CAP, f"{s.counts.consecutive} automatic letters in a row on this case; the limit is {limit}")


def caps(letter: Letter, s: Situation) -> Refusal | None:
    """A letter over a cap waits, and says so."""
    if not letter.automatic or s.case is None:
        return None
    g, n = s.playbook.guardrails, s.counts
    limits = (
        (n.case_today, g.max_automated_per_case_per_day[s.case.severity], "on this case in a day"),
        (n.contact_today, g.max_automated_per_contact_per_day, "to this person in a day"),
        (n.contact_hour, g.max_automated_per_sender_per_hour, "to this person in an hour"),
        (n.domain_today, g.max_automated_per_domain_per_day, "to this domain in a day"),
        (n.account_hour, g.max_automated_per_account_per_hour, "to this account in an hour"),
    )
    for count, limit, where in limits:
        if count >= limit:
            return Refusal(Check.CAP, f"{count} automatic letters {where}; the limit is {limit}", s.now + AGAIN)
    return None


def quiet(letter: Letter, s: Situation) -> Refusal | None:
    """At night and on free days only what cannot wait is written."""
    rules = s.playbook.guardrails.quiet_hours
    if s.case is None or letter.wish.letter in rules.never_for or _fixed(letter, s):
        return None
    applies = s.case.severity in rules.severities or letter.wish.letter in rules.always_for
    if not applies or (s.asked_at is not None and s.now - s.asked_at <= DIALOGUE):
        return None
    contact = s.account.contact(letter.wish.to) if s.account else None
    opens, closes = contact.hours if contact and contact.hours else (rules.until, rules.since)
    zone = ZoneInfo(contact.zone if contact and contact.zone else s.calendar.zone)
    local = s.now.astimezone(zone)
    if opens <= local.time() < closes and not s.calendar.free(local.date()):
        return None
    return Refusal(Check.QUIET, f"it is {local:%a %H:%M} there", _morning(local, opens, s.calendar))


def approved(letter: Letter, _: Situation) -> Refusal | None:
    if letter.automatic or (letter.approved_by and letter.approved_digest == letter.digest):
        return None
    return Refusal(Check.UNAPPROVED)


def _morning(local: datetime, opens: time, calendar: WorkCalendar) -> datetime:
    day = local.date() if local.time() < opens else local.date() + timedelta(days=1)
    while calendar.free(day):
        day += timedelta(days=1)
    return datetime.combine(day, opens, local.tzinfo)


def _fixed(letter: Letter, s: Situation) -> bool:
    """Does it say the same to everybody, and nothing about anybody?"""
    return letter.wish.letter in s.playbook.guardrails.fixed_receipts

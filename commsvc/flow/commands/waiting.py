"""SNOOZE, PAUSE, ABSENT: somebody puts it off, the customer has to act first, or somebody is not there."""

import re
from dataclasses import replace
from datetime import datetime

from commsvc.domain.case.absence import Absence, Told, first_moment, through
from commsvc.domain.mail.away import days_in
from commsvc.domain.playbook.span import read_span
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.worktime import due
from commsvc.flow.commands.knowing import draft_owed
from commsvc.flow.commands.matter import Matter

_DEPUTY = re.compile(r"\bdeputy\b[\s:]*(.+)", re.IGNORECASE | re.DOTALL)


def snooze(matter: Matter) -> str:
    """Warn nobody of what is owed for a while; never past the due time, and never without a reason."""
    written, _, reason = matter.command.argument.partition(" ")
    try:
        span = read_span(written.strip(" .,;:").lower())
    except ValueError:
        return "say how long and why, as in: SNOOZE 2h the vendor answers at noon"
    if not reason.strip():
        return "a snooze needs its reason, as in: SNOOZE 2h the vendor answers at noon"
    until = due(matter.now, span, matter.desk.calendar(matter.case.account_id))
    ends = [matter.quiet(p, until) for p in matter.owed() if p.kind in (Kind.FIRST_HUMAN, Kind.NEXT_UPDATE)]
    if not ends:
        return "nothing is owed to the customer that anybody would be warned of"
    return f"warnings wait until {min(ends):%Y-%m-%d %H:%M} UTC, and never past a due time; what is owed stays owed"


def pause(matter: Matter) -> str:
    """No update comes until a day, for a reason that the playbook knows; what was promised stands until a letter said so."""
    case, now = matter.case, matter.now
    reasons = matter.desk.rules(case).timelines.pause
    code, _, rest = matter.command.argument.partition(" ")
    allowed = reasons.get(code.strip(".,:").lower())
    if allowed is None:
        return f"say why and until when, as in: PAUSE customer until 2027-01-05; the reasons are {', '.join(reasons)}"
    if case.severity not in allowed.severities:
        return f"nothing is paused: “{allowed.reason}” pauses no {case.severity.value}"
    if any(p.kind is Kind.FIRST_HUMAN for p in matter.owed()):
        return "nothing is paused: the customer is owed a first answer"
    until = _morning(matter, rest)
    latest = due(now, allowed.longest, matter.desk.calendar(case.account_id))
    if until is None or until <= now or until.date() > latest.date():
        return f"say until which day, not after {latest:%Y-%m-%d}, as in: PAUSE {code} until {latest:%Y-%m-%d}"
    matter.store.cases.save(replace(case, paused_until=until, pause=code.lower(), revision=case.revision + 1))
    matter.note("paused", f"{allowed.reason}; no update until {until:%Y-%m-%d %H:%M} UTC", matter.person)
    draft_owed(replace(matter, case=matter.store.cases.get(case.id)), early=True)
    return (f"a letter that names {until:%Y-%m-%d %H:%M} UTC as the next update is being written; what is owed stays owed until "
            "it went. Any mail of theirs ends the pause")  # fmt: skip


def _morning(matter: Matter, said: str) -> datetime | None:
    """An hour into the first working day of the account that is not before the day somebody named."""
    days, calendar = days_in(said, matter.now.date(), "en"), matter.desk.calendar(matter.case.account_id)
    return due(first_moment(max(days), calendar.zone), read_span("1h/bh"), calendar) if days else None


def absent(matter: Matter) -> str:
    """The person is away through a day; a deputy of their own choice or the directory's stands in."""
    me = matter.desk.directory.person(matter.person)
    said, chosen = matter.command.argument, _DEPUTY.search(matter.command.argument)
    days = days_in(said[: chosen.start()] if chosen else said, matter.now.date(), "en")
    if me is None or not days or (until := through(max(days), me.zone)) <= matter.now:
        return "say through which day, as in: ABSENT until 2027-01-05 deputy Kenji"
    deputy = matter.named(chosen[1]) if chosen else None
    if chosen and (deputy is None or deputy.address == me.address):
        return f"nothing is noted: “{chosen[1].strip()}” is not one of our people who could stand in"
    matter.store.staff.learn(Absence(me.address, matter.now, until, deputy.address if deputy else "", Told.WORD))
    return f"noted: you are away through {max(days):%a %d %b %Y}; {_stand_in(matter, me.address)}"


def _stand_in(matter: Matter, address: str) -> str:
    """Who is asked in their place, in words."""
    away = matter.desk.staff(matter.now).person(address)
    deputy = matter.desk.directory.person(away.stand_in(matter.now)) if away else None
    return f"{deputy.name} is asked in your place" if deputy else "you have no deputy, so the manager is told"

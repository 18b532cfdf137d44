"""SNOOZE, ABSENT: somebody puts it off, or is not there."""

import re

from commsvc.domain.case.absence import Absence, Told, through
from commsvc.domain.mail.away import days_in
from commsvc.domain.playbook.span import read_span
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.worktime import due
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

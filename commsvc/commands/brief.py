"""`commsvc brief`: an executive's briefing as it would be, sent to nobody."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from commsvc.clock import now
from commsvc.commands.options import HERE, Folder, opened, say
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.errors import Trouble
from commsvc.flow.briefings import HOUSE
from commsvc.flow.letters.reports import report_slots


def brief(
    to: Annotated[str, typer.Option(help="The address of one of your people.")],
    date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The local day; today when left out.")
    ] = None,
    weekly: Annotated[bool, typer.Option(help="The week in figures instead of the day.")] = False,
    folder: Folder = HERE,
) -> None:
    """Show the briefing that this person would read on that day, from the record as it stands. Writes nothing."""
    installation, store = opened(folder)
    desk = installation.desk(store)
    person = desk.directory.person(to.lower())
    if person is None:
        raise Trouble(f"{to} is not one of the people in directory.toml")
    rules, zone = desk.playbooks.current().briefings, ZoneInfo(person.zone)
    at = rules.weekly_at if weekly else rules.daily_at
    day = date.date() if date else now().astimezone(zone).date()
    wish = Wish("exec_weekly" if weekly else "exec_daily", HOUSE, Audience.INTERNAL, person.address, "")
    slots = report_slots(desk, wish, datetime.combine(day, at, zone))
    title, text, _ = desk.stationery.render(wish.letter, "en", slots)
    say(f"{title}\n\n{text}")

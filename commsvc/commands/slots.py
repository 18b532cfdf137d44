"""`commsvc slots`: when can all of these people talk? One calendar file a person."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from commsvc.commands.due import read_calendar, read_length, read_start
from commsvc.commands.options import AsJson, say
from commsvc.domain.call.busy import busy_in
from commsvc.domain.call.slots import QUARTER, Search, Slot, common, compromise
from commsvc.domain.playbook.span import Clock
from commsvc.domain.promise.worktime import WorkCalendar, windows
from commsvc.errors import Trouble

MOST = 3
"""So many proposals are made."""
Calendars = Annotated[list[Path], typer.Argument(help="A calendar (.ics) for each person.")]


def slots(
    files: Calendars,
    between: Annotated[tuple[str, str], typer.Option(help="Two ISO 8601 times; without an offset in --zone.")],
    length: Annotated[str, typer.Option(help="30m, 1h.")] = "30m",
    hours: Annotated[str, typer.Option(help="On weekdays, as in 09:00-12:00,13:00-17:00.")] = "08:00-18:00",
    zone: Annotated[
        str, typer.Option(help="An IANA time zone: of the hours, of whole days and of times without one.")
    ] = "UTC",
    every: Annotated[
        bool, typer.Option("--all", help="Every start on the quarter of an hour, in order of time.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """When can all of them talk? The soonest first; where no time suits, who is in the way and the best compromise."""
    calendar = read_calendar(zone, "", hours)
    search = _search(length, between, zone)
    allowed = search.inside(_windows(search, calendar))
    clashes = {name: _clashes(path, search, zone) for name, path in _names(files)}
    free = common(clashes, allowed)
    best = None if free else compromise(search, clashes, allowed)
    found = list(search.slots(free)) if every else _apart(search, free)
    if as_json:
        typer.echo(json.dumps({"slots": [_in_json(s) for s in found], "in_the_way": list(best.blocked) if best else [],
                               "compromise": _in_json(best) if best else None}, ensure_ascii=False))  # fmt: skip
        return
    for line in _in_words(found, best, bool(allowed), ZoneInfo(zone)):
        say(line)


def _search(length: str, between: tuple[str, str], zone: str) -> Search:
    span = read_length(length)
    if span.clock is not Clock.ALWAYS:
        raise Trouble(f"{length!r} is no length of a call; write 30m or 1h")
    (earliest, _), (latest, _) = (read_start(t, zone) for t in between)
    if latest <= earliest:
        raise Trouble(f"--between ends ({between[1]}) before it begins ({between[0]})")
    return Search(span.length, earliest, latest, QUARTER)


def _windows(search: Search, calendar: WorkCalendar) -> list[tuple[datetime, datetime]]:
    """The working hours that lie between the two times."""
    found = []
    for opens, closes in windows(search.earliest, Clock.BUSINESS, calendar):
        if opens >= search.latest:
            break
        found.append((opens, closes))
    return found


def _names(files: Sequence[Path]) -> list[tuple[str, Path]]:
    """Each person by the file's name; by the whole path where two files have the same."""
    names = [f.name for f in files]
    return [(f.name if names.count(f.name) == 1 else str(f), f) for f in dict.fromkeys(files)]


def _clashes(path: Path, search: Search, zone: str) -> int:
    try:
        return search.clashes(busy_in(path.read_bytes(), search.earliest, search.latest, ZoneInfo(zone)))
    except OSError as why:
        raise Trouble(f"{path} cannot be read: {why.strerror}") from None
    except ValueError as why:
        raise Trouble(f"{path} is not a calendar: {why}") from None


def _apart(search: Search, free: int) -> list[Slot]:
    """The soonest times that do not overlap each other."""
    found: list[Slot] = []
    for slot in search.slots(free):
        if not found or slot.start >= found[-1].end:
            found.append(slot)
        if len(found) == MOST:
            break
    return found


def _in_json(slot: Slot) -> dict[str, str]:
    return {"start": slot.start.isoformat(), "end": slot.end.isoformat()}


def _in_words(found: Sequence[Slot], best: Slot | None, allowed: bool, zone: ZoneInfo) -> list[str]:
    if found:
        return [_when(s, zone) for s in found]
    if best is None:
        return ["No time fits: it is longer than the hours between these times." if not allowed else "No time fits."]
    return [f"No time suits everybody. In the way at the best compromise: {', '.join(best.blocked)}", _when(best, zone)]


def _when(slot: Slot, zone: ZoneInfo) -> str:
    start, end = slot.start.astimezone(zone), slot.end.astimezone(zone)
    return f"{start:%a %d %b %Y %H:%M}-{end:%H:%M %Z} ({slot.start:%Y-%m-%d %H:%M} UTC, {_minutes(end - start)})"


def _minutes(length: timedelta) -> str:
    return f"{int(length.total_seconds() // 60)} min"

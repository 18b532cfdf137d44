"""Calendars as a folder of .ics files: one file a person, calls we book beside it.

`<address>.ics` is what the person's calendar program exports; we only read it. What we book goes
into `<address>/<uid>.ics`. Recurring events are expanded: these calendars are our own people's.

Temporary:  a person without a file, or one that is no calendar: their time is unknown, not free
Standards:  RFC 5545 (TRANSP, STATUS)
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from commsvc.domain.call.slots import Busy
from commsvc.errors import Temporary


class CalendarFolder:
    """`ports.Calendar` on a folder. `zones`: where each person lives, for floating and all-day times."""

    def __init__(self, folder: Path, zones: dict[str, str]) -> None:
        self._folder, self._zones = folder, zones

    def busy(self, address: str, start: datetime, end: datetime) -> Sequence[Busy]:
        path = self._folder / f"{address}.ics"
        booked = sorted((self._folder / address).glob("*.ics"))
        if not path.is_file() and not booked:
            raise Temporary(f"{address} has no calendar file")
        zone = ZoneInfo(self._zones.get(address, "UTC"))
        return [b for p in (path, *booked) if p.is_file() for b in _read(p, start, end, zone)]

    def put(self, address: str, uid: str, calendar: str) -> None:
        folder = self._folder / address
        folder.mkdir(parents=True, exist_ok=True)
        name = "".join(c if c.isalnum() or c in "-_.@" else "_" for c in uid)
        draft = folder / f".{name}.tmp"
        draft.write_text(calendar, encoding="utf-8")
        draft.replace(folder / f"{name}.ics")


def _read(path: Path, start: datetime, end: datetime, zone: ZoneInfo) -> list[Busy]:
    try:
        calendar = Calendar.from_ical(path.read_bytes())
        events = recurring_ical_events.of(calendar).between(start, end)
    except (ValueError, OSError) as why:
        raise Temporary(f"{path.name} is not a calendar: {why}") from why
    taken = [
        e for e in events if str(e.get("transp", "OPAQUE")) != "TRANSPARENT" and str(e.get("status", "")) != "CANCELLED"
    ]
    return [Busy(_instant(e.start, zone), _instant(e.end, zone)) for e in taken]


def _instant(value: date | datetime, zone: ZoneInfo) -> datetime:
    """An aware UTC instant of a date, a floating time or a zoned time."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(0))
    local = value if value.tzinfo else value.replace(tzinfo=zone)
    return local.astimezone(UTC)

"""Calendars as a folder of .ics files: one file a person, calls we book beside it.

`<address>.ics` is what the person's calendar program exports; we only read it. What we book goes
into `<address>/<uid>.ics`.

Temporary:  a person without a file, or one that is no calendar: their time is unknown, not free
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from commsvc.domain.call.busy import busy_in
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
        return busy_in(path.read_bytes(), start, end, zone)
    except (ValueError, OSError) as why:
        raise Temporary(f"{path.name} is not a calendar: {why}") from why

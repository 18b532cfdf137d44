"""Local times of calendar mail to UTC.

Never expands a recurrence: of a zone's own rule only "the Nth weekday of a month, each year" is
computed, for the year in question and the one before.

Standards: RFC 5545 (3.6.5 VTIMEZONE, 3.3.14 UTC offsets), IANA tz database
"""
# ruff: noqa: DTZ001, DTZ007 - local times and the numbers of the calendar are what this is about

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from commsvc.domain.mail.windows_zones import WINDOWS

_NAME = re.compile(r"[A-Za-z][\w+\-]{1,40}(?:/[\w+\-]{1,40}){0,2}\Z")
_VARIES = re.compile(r" (?:standard |daylight |summer )?time\b| \d\Z| \(us & canada\)")
_SHOWN = re.compile(r"\(?(?:GMT|UTC)\s?(?:([+-])(\d{1,2})[.:]?(\d\d)?)?(?!\d)\)?(.{0,120})", re.IGNORECASE)
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(?:\d\d)?\Z")
_BYDAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)\Z")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MOST = 40


@dataclass(frozen=True, slots=True)
class _Observance:
    start: datetime
    offset: timedelta
    before: timedelta
    month: int
    nth: int
    weekday: int

    def onset(self, year: int) -> datetime | None:
        """When it sets in, in `year`; its one start when it has no yearly rule."""
        if not self.month:
            return self.start
        if year < self.start.year:
            return None
        if self.nth > 0:
            first = datetime(year, self.month, 1)
            day = 1 + (self.weekday - first.weekday()) % 7 + 7 * (self.nth - 1)
        else:
            following = datetime(year + self.month // 12, self.month % 12 + 1, 1)
            last = following - timedelta(days=1)
            day = last.day - (last.weekday() - self.weekday) % 7 + 7 * (self.nth + 1)
        if not 1 <= day <= 31:
            return None
        return self.start.replace(
            year=year,
            month=self.month,
            day=min(day, 28 if self.month == 2 else 30 if self.month in (4, 6, 9, 11) else 31),
        )


class Zones:
    """The zones one calendar brings along."""

    def __init__(self) -> None:
        self._own: dict[str, list[_Observance]] = {}

    def add(self, name: str, values: dict[str, str]) -> None:
        """Remember one STANDARD or DAYLIGHT block of zone `name`; unreadable ones are left out."""
        own = self._own.setdefault(name, [])
        if len(own) < _MOST:
            found = _observance(values)
            if found is not None:
                own.append(found)

    def to_utc(self, local: datetime, name: str) -> datetime:
        """The instant of `local` in zone `name`; UTC when the zone is not known."""
        zone = known(name) or (None if name in self._own else described(name))
        try:
            if zone is not None:
                return local.replace(tzinfo=zone).astimezone(UTC)
            return (local - self._offset(local, name)).replace(tzinfo=UTC)
        except OverflowError:
            return local.replace(tzinfo=UTC)

    def _offset(self, local: datetime, name: str) -> timedelta:
        own = self._own.get(name) or next(iter(self._own.values()), [])
        onsets = [
            (onset, o.offset)
            for o in own
            for year in (local.year - 1, local.year)
            if (onset := o.onset(year)) is not None and onset <= local
        ]
        if onsets:
            return max(onsets)[1]
        return own[0].before if own else timedelta()


@lru_cache(maxsize=512)
def known(name: str) -> ZoneInfo | None:
    """A zone of the tz database by its own, its prefixed or its Windows name; None when unknown."""
    name = name.strip().strip('"')
    pieces = name.strip("/").split("/")
    windows = _WINDOWS.get(_bare(name), "")
    return next(filter(None, map(_zone, (windows, name, "/".join(pieces[-2:]), "/".join(pieces[-3:])))), None)


@lru_cache(maxsize=512)
def described(name: str) -> tzinfo | None:
    """A zone by what is shown to people: an offset and cities, as Zimbra and Outlook write them; None when unknown.

    Of the cities the first one decides that really has the offset; without any, the offset alone does.
    """
    shown = _SHOWN.match(name.strip().strip('"'))
    if shown is None:
        return None
    words = shown[4].strip()
    offset = timedelta(hours=int(shown[2] or 0), minutes=int(shown[3] or 0)) * (-1 if shown[1] == "-" else 1)
    places = (_cities().get(place.strip().lower().replace(" ", "_"), "") for place in re.split(r"[/,;]", words))
    for zone in (known(words), *map(_zone, places)):
        if zone is not None and offset in (zone.utcoffset(datetime(2024, 1, 1)), zone.utcoffset(datetime(2024, 7, 1))):
            return zone
    return timezone(offset)


def _bare(name: str) -> str:
    """A Windows name without what varies: case, the season, a copy's number, `(US & Canada)`."""
    return _VARIES.sub("", name.lower()).strip()


_WINDOWS = {_bare(name): zone for name, zone in WINDOWS.items()}


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if _NAME.match(name) else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    """The zones of the tz database by their city, lower case; a region's own name before an old alias."""
    return {name.rpartition("/")[2].lower(): name for name in sorted(available_timezones()) if "/" in name}


def _observance(values: dict[str, str]) -> _Observance | None:
    offset = _span(values.get("TZOFFSETTO", ""))
    if offset is None:
        return None
    stamp = values.get("DTSTART", "")[:15]
    try:
        start = datetime.strptime(stamp, "%Y%m%dT%H%M%S")
    except ValueError:
        start = datetime(1601, 1, 1)
    rule = dict(p.partition("=")[::2] for p in values.get("RRULE", "").upper().split(";")[:20])
    month = rule.get("BYMONTH", "")
    day = _BYDAY.match(rule.get("BYDAY", "").partition(",")[0])
    before = _span(values.get("TZOFFSETFROM", "")) or offset
    if rule.get("FREQ") != "YEARLY" or not month.isdecimal() or not 1 <= int(month[:2]) <= 12 or day is None:
        return _Observance(start, offset, before, 0, 0, 0)
    return _Observance(start, offset, before, int(month[:2]), int(day[1] or 1), _DAYS.index(day[2]))


def _span(text: str) -> timedelta | None:
    match = _OFFSET.match(text)
    if match is None:
        return None
    span = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return -span if match[1] == "-" else span

"""Working time: when a span that starts now ends on a calendar, exact across clock changes.

The calendar belongs to the account, not to the agent (practice.md 2.5). Hours that count are the
instants at which the wall clock of its zone shows a time within its ranges: a range that the clocks
jump over is shorter by that much, one that they repeat is longer. The end of a range belongs to its
day; 24x5 knows weekends but not holidays. All results are UTC.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays as public_holidays

from commsvc.domain.playbook.span import Clock, Span

Range = tuple[time, time]
"""Wall-clock times; an end of 00:00 is midnight at the end of the day."""
Window = tuple[datetime, datetime]
_FARTHEST = timedelta(days=3 * 366)
_DAY = timedelta(days=1)


class NoWorkingTime(ValueError):
    """The calendar has no working hour within three years: the due time is impossible."""


@dataclass(frozen=True)
class WorkCalendar:
    """Where and when an account works. `hours` are the ranges of every day from Monday to Friday.

    `country` is ISO 3166 alpha-2 for its national public holidays, "" for none; `region` one of its
    subdivisions, as in "BY", which adds that region's. `closed` are further days off, `worked` days
    on which they work although a holiday says no.
    """

    zone: str
    country: str = ""
    hours: tuple[Range, ...] = ((time(9), time(17)),)
    region: str = ""
    closed: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def free(self, day: date) -> bool:
        """Does nobody work on this day?"""
        return bool(self.why_free(day))

    def why_free(self, day: date) -> str:
        """The weekday, or the name of the holiday, for which nobody works; "" on a working day."""
        if day.weekday() >= 5:
            return f"{day:%A}"
        if day in self.worked:
            return ""
        if day in self.closed:
            return "closed"
        return _holidays(self.country, self.region, day.year).get(day, "") if self.country else ""


@lru_cache(maxsize=512)
def subdivision(country: str, region: str) -> str:
    """The code of the `holidays` library for a part of a country, by its code (ISO 3166-2 without the country, in
    any case) or its name; "" for what is no part of it, as "EMEA".
    """
    if not country or not region or country not in public_holidays.list_supported_countries():
        return ""
    known = public_holidays.country_holidays(country)
    wanted = region.strip().removeprefix(f"{country}-").casefold()
    names = {code.casefold(): code for code in known.subdivisions}
    for code, also in known.get_subdivision_aliases().items():
        names |= {name.casefold(): code for name in also}
    return names.get(wanted, "")


@lru_cache(maxsize=512)
def _holidays(country: str, region: str, year: int) -> Mapping[date, str]:
    return public_holidays.country_holidays(country, subdiv=region or None, years=year, expand=False)


def due(start: datetime, span: Span, calendar: WorkCalendar) -> datetime:
    """The instant at which `span` has passed on its clock since `start` (aware).

    Raises NoWorkingTime when the calendar never works, or when the time is beyond the year 9999.
    """
    start, left = start.astimezone(UTC), span.length
    try:
        if span.clock is Clock.ALWAYS:
            return start + left
        for opens, closes in windows(start, span.clock, calendar):
            begins = max(opens, start)
            if closes <= begins:
                continue
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
    except OverflowError:
        raise NoWorkingTime(f"{span} after {start:%Y-%m-%d} is beyond the year 9999") from None
    raise NoWorkingTime(f"no working hour in {calendar.zone} within three years of {start:%Y-%m-%d}")


def elapsed(start: datetime, end: datetime, clock: Clock, calendar: WorkCalendar) -> timedelta:
    """How much time on `clock` lies between two aware instants; never negative."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if clock is Clock.ALWAYS:
        return max(end - start, timedelta())
    total = timedelta()
    for opens, closes in windows(start, clock, calendar):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, start), timedelta())
    return total


def at_share(start: datetime, span: Span, percent: int, calendar: WorkCalendar) -> datetime:
    """The instant at which so many per cent of `span` have passed."""
    return due(start, Span(span.length * percent / 100, span.clock, f"{percent}% of {span}"), calendar)


def windows(start: datetime, clock: Clock, calendar: WorkCalendar) -> Iterator[Window]:
    """The UTC intervals that count, from the local day of `start` on; ends after three years without one."""
    day = start.astimezone(ZoneInfo(calendar.zone)).date()
    last = day
    while day - last < _FARTHEST:
        if found := day_windows(day, clock, calendar):
            last = day
            yield from found
        day += _DAY


@lru_cache(maxsize=65536)
def day_windows(day: date, clock: Clock, calendar: WorkCalendar) -> tuple[Window, ...]:
    """The UTC intervals of one local day that count on `clock`, which is not 24x7."""
    if clock is Clock.WEEKDAYS:
        ranges: tuple[Range, ...] = () if day.weekday() >= 5 else ((time(0), time(0)),)
    else:
        ranges = () if calendar.free(day) else calendar.hours
    return tuple(_intervals(day, ranges, ZoneInfo(calendar.zone))) if ranges else ()


def _intervals(day: date, ranges: tuple[Range, ...], zone: ZoneInfo) -> Iterator[Window]:
    for begins, ends, offset in _offsets(day, zone):
        for opens, closes in ranges:
            to = day if closes > opens or closes != time(0) else day + _DAY
            first = max(datetime.combine(day, opens, UTC) - offset, begins)
            last = min(datetime.combine(to, closes, UTC) - offset, ends)
            if first < last:
                yield first, last


def _offsets(day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The stretches of constant distance from UTC that touch a local day; two where the clocks change."""
    midnight = datetime.combine(day, time(0), UTC)
    begins, ends = midnight - timedelta(hours=15), midnight + timedelta(hours=39)
    before, after = _offset(begins, zone), _offset(ends, zone)
    if before == after:
        yield begins, ends, before
        return
    low, high = begins, ends
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    yield begins, high, before
    yield high, ends, after


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()

"""Working time: when a span that starts now ends on a calendar, exact across clock changes.

The calendar belongs to the account, not to the agent (practice.md 2.5). Hours that count are kept
as UTC intervals, so a day of 23 or 25 hours needs no special case. The end of a window belongs to
its day; 24x5 knows weekends but not holidays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays as public_holidays

from commsvc.domain.playbook.span import Clock, Span

_FARTHEST = timedelta(days=3 * 366)


class NoWorkingTime(ValueError):
    """The calendar has no working hour within three years: the due time is impossible."""


@dataclass(frozen=True)
class WorkCalendar:
    """Where and when an account works. `hours` are the ranges of every day from Monday to Friday."""

    zone: str
    country: str = ""
    hours: tuple[tuple[time, time], ...] = ((time(9), time(17)),)

    def free(self, day: date) -> bool:
        """Is this a weekend or a national public holiday?"""
        return day.weekday() >= 5 or (bool(self.country) and day in _holidays(self.country, day.year))


@lru_cache(maxsize=512)
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(public_holidays.country_holidays(country, years=year))


def due(start: datetime, span: Span, calendar: WorkCalendar) -> datetime:
    """The instant, in UTC, at which `span` has passed on its clock since `start` (aware).

    Raises NoWorkingTime when the calendar never works.
    """
    start = start.astimezone(UTC)
    if span.clock is Clock.ALWAYS:
        return start + span.length
    left = span.length
    for opens, closes in _windows(start, span.clock, calendar):
        begins = max(opens, start)
        if closes <= begins:
            continue
        if left <= closes - begins:
            return begins + left
        left -= closes - begins
    raise NoWorkingTime(f"no working hour in {calendar.zone} within three years of {start:%Y-%m-%d}")


def elapsed(start: datetime, end: datetime, clock: Clock, calendar: WorkCalendar) -> timedelta:
    """How much time on `clock` lies between two aware instants; never negative."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if clock is Clock.ALWAYS:
        return max(end - start, timedelta())
    total = timedelta()
    for opens, closes in _windows(start, clock, calendar):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, start), timedelta())
    return total


def at_share(start: datetime, span: Span, percent: int, calendar: WorkCalendar) -> datetime:
    """The instant at which so many per cent of `span` have passed."""
    return due(start, Span(span.length * percent / 100, span.clock, f"{percent}% of {span}"), calendar)


def _windows(start: datetime, clock: Clock, calendar: WorkCalendar) -> Iterator[tuple[datetime, datetime]]:
    """The UTC intervals that count, from the local day of `start` on."""
    zone = ZoneInfo(calendar.zone)
    day = start.astimezone(zone).date()
    last = day + _FARTHEST
    while day < last:
        if clock is Clock.BUSINESS and not calendar.free(day):
            for opens, closes in calendar.hours:
                yield _utc(day, opens, zone), _utc(day, closes, zone)
        elif clock is Clock.WEEKDAYS and day.weekday() < 5:
            yield _utc(day, time(0), zone), _utc(day + timedelta(days=1), time(0), zone)
        day += timedelta(days=1)


def _utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)

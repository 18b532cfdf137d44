"""A due time with its reasons, day by day: what counted, what did not, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from commsvc.domain.playbook.span import Clock, Span
from commsvc.domain.promise.worktime import WorkCalendar, day_windows, due

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the reckoning. `counted` of it passed on the clock, `left` is what then remains."""

    day: date
    said: str
    counted: timedelta
    left: timedelta

    def __str__(self) -> str:
        return f"{self.day:%a %d %b %Y}  {self.said}"


@dataclass(frozen=True, slots=True)
class Reckoning:
    """When it is due, in UTC, and the steps that lead there."""

    due: datetime
    steps: tuple[Step, ...]


def reckon(start: datetime, span: Span, calendar: WorkCalendar) -> Reckoning:
    """The due time of `span` after `start` (aware), explained. Raises NoWorkingTime as `due` does."""
    start, end = start.astimezone(UTC), due(start, span, calendar)
    steps = _straight(start, end, span, calendar) if span.clock is Clock.ALWAYS else _days(start, end, span, calendar)
    return Reckoning(end, tuple(steps))


def _straight(start: datetime, end: datetime, span: Span, calendar: WorkCalendar) -> Iterator[Step]:
    zone = ZoneInfo(calendar.zone)
    first, last = start.astimezone(zone), end.astimezone(zone)
    yield Step(first.date(), f"every hour counts, day and night: {_range(first, last)}, {_long(span.length)}",
               span.length, timedelta())  # fmt: skip
    if moved := (last.utcoffset() or timedelta()) - (first.utcoffset() or timedelta()):
        way = "forward" if moved > timedelta() else "back"
        yield Step(last.date(), f"the clocks have gone {way} by {_long(abs(moved))} since; real time counts",
                   timedelta(), timedelta())  # fmt: skip


def _days(start: datetime, end: datetime, span: Span, calendar: WorkCalendar) -> Iterator[Step]:
    zone, left = ZoneInfo(calendar.zone), span.length
    day, last = start.astimezone(zone).date(), (end - timedelta(microseconds=1)).astimezone(zone).date()
    while day <= last:
        spent = timedelta()
        for opens, closes in day_windows(day, span.clock, calendar):
            begins, ends = max(opens, start), min(closes, end)
            if begins < ends:
                spent, left = spent + (ends - begins), left - (ends - begins)
                said = f"{_range(begins.astimezone(zone), ends.astimezone(zone))} counts, {_long(ends - begins)}; {_long(left)} left"
                yield Step(day, said, ends - begins, left)
        if not spent:
            yield Step(day, _nothing(day, span.clock, calendar), timedelta(), left)
        day += _DAY


def _nothing(day: date, clock: Clock, calendar: WorkCalendar) -> str:
    """Why no time of this day counted."""
    if day.weekday() >= 5:
        return "weekend, nothing counts"
    if clock is Clock.BUSINESS and (why := calendar.why_free(day)):
        return f"holiday ({why}), nothing counts"
    return "the hours that count were over"


def _range(first: datetime, last: datetime) -> str:
    to = f"{last:%H:%M:%S}" if last.date() == first.date() else f"{last:%a %d %b %H:%M:%S}"
    names = first.tzname() if first.tzname() == last.tzname() else f"{first.tzname()} to {last.tzname()}"
    return f"{first:%H:%M:%S} to {to} {names}"


def _long(span: timedelta) -> str:
    """`1 h 30 m`; seconds only where there are some."""
    seconds = round(span.total_seconds())
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s"))
    return " ".join(f"{n} {unit}" for n, unit in parts if n) or "nothing"

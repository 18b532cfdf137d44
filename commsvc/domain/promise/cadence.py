"""When is the customer next owed word from us?

Updates stand on a grid: the next due time is counted from the last one promised, not from when the
letter went, so that a cadence does not drift. A time too near to be useful is passed over.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from commsvc.domain.playbook.span import Clock, Span, read_span
from commsvc.domain.promise.promise import Promise
from commsvc.domain.promise.worktime import WorkCalendar, at_share, due, elapsed

DAILY, DAILY_AT_WORK = read_span("1d/24x7"), read_span("1bd")


def next_update(last_due: datetime, gap: Span, calendar: WorkCalendar, now: datetime) -> datetime:
    """The first point of the grid after `last_due` that leaves at least half a gap from `now`."""
    point = due(last_due, gap, calendar)
    earliest = at_share(now, gap, 50, calendar)
    while point < earliest:
        point = due(point, gap, calendar)
    return point


def at_most_daily(gap: Span) -> Span:
    """The gap for somebody to whom one update a day is enough: a day, or a business day, where it is shorter."""
    day = DAILY_AT_WORK if gap.clock is Clock.BUSINESS else DAILY
    return gap if gap.length >= day.length else day


def given(start: datetime, by: datetime, clock: Clock, calendar: WorkCalendar) -> Span:
    """The time that naming `by` gives from `start` on, in whole minutes of that clock, one at least: what the shares of
    a chain are shares of. On 24x7 where the clock does not run until then.
    """
    on = clock if elapsed(start, by, clock, calendar) else Clock.ALWAYS
    minutes = max(1, round(elapsed(start, by, on, calendar).total_seconds() / 60))
    return Span(timedelta(minutes=minutes), on, f"{minutes}m/{on.value}")


def sooner(promise: Promise, target: Span, raised_at: datetime, calendar: WorkCalendar) -> Promise:
    """The promise after the severity was raised: min(old due, raise time + new target), practice.md 5.6.

    The very promise when the old time is the earlier one; the steps of its chain already taken stay taken.
    """
    by = due(raised_at, target, calendar)
    return promise if promise.due_at <= by else replace(promise, span=target, started_at=raised_at, due_at=by)

"""When is the customer next owed word from us?

Updates stand on a grid: the next due time is counted from the last one promised, not from when the
letter went, so that a cadence does not drift. A time too near to be useful is passed over.
"""

from datetime import datetime

from commsvc.domain.playbook.span import Span
from commsvc.domain.promise.worktime import WorkCalendar, at_share, due


def next_update(last_due: datetime, gap: Span, calendar: WorkCalendar, now: datetime) -> datetime:
    """The first point of the grid after `last_due` that leaves at least half a gap from `now`."""
    point = due(last_due, gap, calendar)
    earliest = at_share(now, gap, 50, calendar)
    while point < earliest:
        point = due(point, gap, calendar)
    return point

"""Slow and obvious: walk minute by minute, look at the wall clock, count the minutes that count.

Shares no code with the reckoning: weekends and hours are asked of the wall clock, holidays of the
`holidays` library, zones of zoneinfo.
"""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import holidays

MINUTE = timedelta(minutes=1)


class Oracle:
    """`ranges`: minutes of the day that count on bh, as pairs."""

    def __init__(self, zone, country="", ranges=((540, 1020),)):
        self.zone, self.ranges = ZoneInfo(zone), ranges
        self.days_off = holidays.country_holidays(country) if country else {}

    def counts(self, instant, clock):
        local = instant.astimezone(self.zone)
        if clock == "24x7":
            return True
        if local.weekday() >= 5:
            return False
        if clock == "24x5":
            return True
        minute = local.hour * 60 + local.minute
        return local.date() not in self.days_off and any(a <= minute < b for a, b in self.ranges)

    def due(self, start, minutes, clock, pauses=()):
        """`start` aware, on a whole minute; `pauses`: pairs of instants in which nothing counts."""
        now, left = start.astimezone(UTC), minutes
        while left:
            left -= self.counts(now, clock) and not any(a <= now < b for a, b in pauses)
            now += MINUTE
        return now

    def elapsed(self, start, end, clock, pauses=()):
        """Minutes that count between two instants."""
        now, total = start.astimezone(UTC), 0
        while now < end:
            total += self.counts(now, clock) and not any(a <= now < b for a, b in pauses)
            now += MINUTE
        return total

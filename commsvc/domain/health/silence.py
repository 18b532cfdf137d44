"""Is a mailbox silent for longer than it usually is?

What is usual is learnt from the record: the gaps between mails in working time. A mailbox with few mails has no
habit yet, and is never called silent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from commsvc.domain.playbook.span import Clock
from commsvc.domain.promise.worktime import WorkCalendar, elapsed

MEMORY = timedelta(days=42)
"""So far back habits are learnt."""
ENOUGH = 50
"""Gaps without which nothing is usual."""
SHARE = 0.99
"""Of all gaps so many were no longer than the usual one."""
MARGIN = 1.5
FLOOR = timedelta(hours=1)
"""A shorter silence is never told: a quiet hour is no fault."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A mailbox was silent for so much working time; `usual` is the longest that its habit explains."""

    mailbox: str
    since: datetime
    lasted: timedelta
    usual: timedelta

    def __str__(self) -> str:
        return (f"mailbox {self.mailbox} has had no mail for {_hours(self.lasted)} of working time, since "
                f"{self.since:%Y-%m-%d %H:%M} UTC; usually it has one within {_hours(self.usual)}")  # fmt: skip


def usual(arrivals: Sequence[datetime], calendar: WorkCalendar) -> timedelta | None:
    """The longest silence, in working time, that these arrivals (oldest first) explain; None when they are too few."""
    gaps = sorted(elapsed(a, b, Clock.BUSINESS, calendar) for a, b in pairwise(arrivals))
    if len(gaps) < ENOUGH:
        return None
    return max(gaps[min(int(len(gaps) * SHARE), len(gaps) - 1)] * MARGIN, FLOOR)


def silence(mailbox: str, last: datetime, limit: timedelta, calendar: WorkCalendar, now: datetime) -> Silence | None:
    """The silence since the last mail, where it is longer than `limit`; None otherwise, and outside of working time."""
    if not elapsed(now - timedelta(minutes=1), now, Clock.BUSINESS, calendar):
        return None
    lasted = elapsed(last, now, Clock.BUSINESS, calendar)
    return Silence(mailbox, last, lasted, limit) if lasted > limit else None


def _hours(span: timedelta) -> str:
    hours, rest = divmod(round(span.total_seconds() / 60), 60)
    return f"{hours} h {rest:02} min"

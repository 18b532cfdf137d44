"""Who is away, until when, and who stands in: told by the person, by their automatic answer, or by a calendar.

Instants are aware UTC; an absence ends the moment before `until`.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo


class Told(Enum):
    """How we know of an absence."""

    WORD = "their own word"
    ANSWER = "an automatic answer"
    CALENDAR = "their calendar"


@dataclass(frozen=True, slots=True)
class Absence:
    """One of ours is not there. `deputy` is an address, "" when the directory's deputy applies."""

    person: str
    since: datetime
    until: datetime
    deputy: str
    told: Told
    id: int = 0

    def covers(self, now: datetime) -> bool:
        return self.since <= now < self.until


def first_moment(day: date, zone: str) -> datetime:
    """When a local day begins, in aware UTC."""
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def through(last: date, zone: str) -> datetime:
    """When somebody who is away through this local day is back."""
    return first_moment(last + timedelta(days=1), zone)

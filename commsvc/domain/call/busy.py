"""What takes time in a calendar: an iCalendar text and two instants in, busy times out.

Recurring events are expanded, so this reads calendars of our own people alone, and with limits.

Standards: RFC 5545 (3.2.9 FBTYPE, 3.6.4 VFREEBUSY, 3.8.1.11 STATUS, 3.8.2.7 TRANSP)
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component

from commsvc.domain.call.slots import Busy
from commsvc.domain.mail.zones import described

LARGEST = 16 * 2**20
_DAY = timedelta(days=1)
_TOO_OFTEN = frozenset(["SECONDLY", "MINUTELY"])


def busy_in(raw: bytes, start: datetime, end: datetime, zone: ZoneInfo) -> list[Busy]:
    """What takes time between two aware instants in one person's calendar, in order: events and published busy times.

    Whole days, and times without a zone or in one that nobody knows, are in `zone`. Free (TRANSP) and cancelled entries take
    none; tentative ones do (STATUS, FBTYPE). Raises ValueError for what is no calendar, is over 16 MB, or repeats by the
    minute or second.
    """
    if len(raw) > LARGEST:
        raise ValueError(f"{len(raw) // 2**20} MB are more than the {LARGEST // 2**20} MB that are read")
    calendar = Calendar.from_ical(raw)
    if any(_TOO_OFTEN.intersection(r.get("FREQ", ())) for e in calendar.walk("VEVENT") for r in _listed(e, "RRULE")):
        raise ValueError("an event repeats by the minute or second; that is not expanded")
    around = recurring_ical_events.of(calendar).between(start - _DAY, end + _DAY)
    spans = [(e.start, e.end, _zone(e, zone)) for e in around if _takes_time(e)]
    published = (p for f in calendar.walk("VFREEBUSY") for p in _listed(f, "FREEBUSY"))
    spans += [(p.start, p.end, zone) for p in published if p.params.get("FBTYPE") != "FREE"]
    found = [Busy(_instant(a, there), _instant(b, there)) for a, b, there in spans]
    return sorted((b for b in found if b.start < end and start < b.end), key=lambda b: (b.start, b.end))


def _zone(event: Component, zone: tzinfo) -> tzinfo:
    """Where an event's local times are: in the zone that it describes in words, else here."""
    name = getattr(event.get("DTSTART"), "params", {}).get("TZID", "")
    return (described(str(name)) if name else None) or zone


def _takes_time(event: Component) -> bool:
    free, off = str(event.get("TRANSP", "")).upper(), str(event.get("STATUS", "")).upper()
    return free != "TRANSPARENT" and off != "CANCELLED"


def _listed(component: Component, name: str) -> list[Any]:
    """The values of a property that may stand once, several times or not at all."""
    found = component.get(name, [])
    return found if isinstance(found, list) else [found]


def _instant(value: date | datetime, zone: tzinfo) -> datetime:
    """An aware UTC instant of a date, a floating time or a zoned time."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(0))
    local = value if value.tzinfo else value.replace(tzinfo=zone)
    return local.astimezone(UTC)

"""The calendar object of a call: one UID for its life, a rising SEQUENCE, times in a zone that comes along.

Standards: RFC 5545 (3.6.5 VTIMEZONE), RFC 5546 (3.2.2 REQUEST, 3.2.5 CANCEL)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from commsvc.domain.promise.promise import Subject

_AROUND = timedelta(days=366)
"""So much of a zone's rules comes along."""


class State(Enum):
    """Where a call stands."""

    WANTED = "wanted"
    OFFERED = "times are offered"
    BOOKED = "booked"
    HELD = "held"
    NO_SLOT = "no time suits: a person calls"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Is nothing more to come of it?"""
        return self in (State.HELD, State.NO_SLOT, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody invited. `status` is the PARTSTAT of their answer."""

    name: str
    address: str
    customer: bool
    status: str = "NEEDS-ACTION"


@dataclass(frozen=True, slots=True)
class Call:
    """A call about a case. `type` is the id of a call type of the playbook.

    `declines`: how often a time was looked for anew; `entered`: the SEQUENCE that stands in our people's calendars, -1 for
    none; `revision`: that of the case when the invitation was last made fit for it.
    """

    id: int
    subject: Subject
    type: str
    uid: str
    sequence: int
    state: State
    attendees: tuple[Attendee, ...]
    start: datetime | None = None
    end: datetime | None = None
    wanted_at: datetime | None = None
    declines: int = 0
    entered: int = -1
    revision: int = 0

    @property
    def customers(self) -> tuple[Attendee, ...]:
        return tuple(a for a in self.attendees if a.customer)

    @property
    def ours(self) -> tuple[Attendee, ...]:
        return tuple(a for a in self.attendees if not a.customer)


@dataclass(frozen=True, slots=True)
class Card:
    """What the calendar entry says. `organizer` is the address that takes the answers; `zone` an IANA name."""

    summary: str
    description: str
    organizer: str
    location: str
    zone: str = "UTC"


def invitation(call: Call, card: Card, now: datetime) -> str:
    """The iCalendar text of a REQUEST for `call`. Raises ValueError when it has no time yet."""
    return _text("REQUEST", "CONFIRMED", call, card, call.attendees, now)


def cancellation(call: Call, card: Card, now: datetime, gone: tuple[Attendee, ...]) -> str:
    """The iCalendar text of a CANCEL to those who are not invited any more. Raises ValueError when it never had a time."""
    return _text("CANCEL", "CANCELLED", call, card, gone, now)


def _text(method: str, status: str, call: Call, card: Card, people: tuple[Attendee, ...], now: datetime) -> str:
    if call.start is None or call.end is None:
        raise ValueError(f"call {call.id} has no time yet")
    zone = ZoneInfo(card.zone)
    event = Event()
    event.add("uid", call.uid)
    event.add("sequence", call.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", call.start.astimezone(zone))
    event.add("dtend", call.end.astimezone(zone))
    event.add("summary", card.summary)
    event.add("description", card.description)
    event.add("location", card.location)
    event.add("status", status)
    event["organizer"] = vCalAddress(f"mailto:{card.organizer}")
    for attendee in people:
        event.add("attendee", _attendee(attendee), encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//commsvc//calls//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    calendar.add_missing_timezones(call.start.date() - _AROUND, call.end.date() + _AROUND)
    return bytes(calendar.to_ical()).decode()


def _attendee(attendee: Attendee) -> vCalAddress:
    value = vCalAddress(f"mailto:{attendee.address}")
    value.params["cn"] = vText(attendee.name)
    value.params["role"] = vText("REQ-PARTICIPANT")
    value.params["partstat"] = vText(attendee.status)
    value.params["rsvp"] = vText("TRUE")
    return value

"""The calendar object of a call: one UID for its life, a rising SEQUENCE, times in UTC.

Standards: RFC 5545, RFC 5546 (3.2.2 REQUEST, 3.2.5 CANCEL)
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from icalendar import Calendar, Event, vCalAddress, vText

from commsvc.domain.promise.promise import Subject


class State(Enum):
    """Where a call stands."""

    WANTED = "wanted"
    BOOKED = "booked"
    NO_SLOT = "no time suits: a person calls"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody invited. `status` is the PARTSTAT of their answer."""

    name: str
    address: str
    customer: bool
    status: str = "NEEDS-ACTION"


@dataclass(frozen=True, slots=True)
class Call:
    """A call about a case. `type` is the id of a call type of the playbook."""

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


def invitation(call: Call, summary: str, description: str, organizer: str, location: str, now: datetime) -> str:
    """Write the iCalendar text of a REQUEST for `call`. Raises ValueError when it has no time yet."""
    if call.start is None or call.end is None:
        raise ValueError(f"call {call.id} has no time yet")
    event = Event()
    event.add("uid", call.uid)
    event.add("sequence", call.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", call.start)
    event.add("dtend", call.end)
    event.add("summary", summary)
    event.add("description", description)
    event.add("location", location)
    event.add("status", "CONFIRMED")
    event["organizer"] = vCalAddress(f"mailto:{organizer}")
    for attendee in call.attendees:
        event.add("attendee", _attendee(attendee), encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//commsvc//calls//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST")
    calendar.add_component(event)
    return bytes(calendar.to_ical()).decode()


def _attendee(attendee: Attendee) -> vCalAddress:
    value = vCalAddress(f"mailto:{attendee.address}")
    value.params["cn"] = vText(attendee.name)
    value.params["role"] = vText("REQ-PARTICIPANT")
    value.params["partstat"] = vText(attendee.status)
    value.params["rsvp"] = vText("TRUE")
    return value

"""Somebody's deadlines and calls as a calendar that other programs read: case numbers and kinds, nothing of any customer.

Standards: RFC 5545 (3.6.1), RFC 7986 (5.7 REFRESH-INTERVAL)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from commsvc.domain.call.invitation import Call, State
from commsvc.domain.case.case import Case
from commsvc.domain.promise.promise import Promise
from commsvc.domain.promise.promise import State as PromiseState

_EVERY = timedelta(minutes=15)
_MARK = timedelta(minutes=15)
"""A due time is shown as an entry that ends then: so long."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A case of the reader, what is open on it, and its calls."""

    case: Case
    promises: Iterable[Promise]
    calls: Iterable[Call]


def feed(owed: Iterable[Owed], name: str, domain: str, now: datetime) -> bytes:
    """The iCalendar text. `name`: what the calendar is called; `domain`: of the UIDs, which stay the same."""
    calendar = Calendar()
    calendar.add("prodid", "-//commsvc//feed//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _EVERY, parameters={"VALUE": "DURATION"})
    for one in owed:
        for promise in one.promises:
            if promise.state is PromiseState.OPEN:
                said = f"{one.case.ref}: {promise.kind.value.replace('_', ' ')} is due"
                calendar.add_component(
                    _event(f"promise-{promise.id}@{domain}", said, promise.due_at - _MARK, promise.due_at, now)
                )
        for call in one.calls:
            if call.state is State.BOOKED and call.start and call.end:
                said = f"{one.case.ref}: {call.type.replace('_', ' ')}"
                calendar.add_component(_event(f"call-{call.id}@{domain}", said, call.start, call.end, now))
    return bytes(calendar.to_ical())


def _event(uid: str, summary: str, start: datetime, end: datetime, now: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", summary)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event

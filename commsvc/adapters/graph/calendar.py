"""Calendars of people in Exchange Online: their busy times read, the calls we book written.

Busy times come from `getSchedule`, which tells times and no contents. A call is an event without attendees, so that Exchange
invites nobody (our letters do that); it carries our UID in a property of its own and is found by it again. Two that write the
same call at once leave one, by its transaction id. A call that is called off is taken off the calendar.

Temporary:  whatever goes wrong, refusals too: the time is unknown, not free
Standards:  RFC 5545 for the text that comes in
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import icalendar

from commsvc.adapters.graph.answers import Schedules, Things
from commsvc.adapters.graph.session import GraphSession
from commsvc.domain.call.slots import Busy
from commsvc.errors import Temporary, Trouble

UID = "String {2d1d1c0e-5f4c-4f0d-9d53-7a1f0a8c3b61} Name commsvc-uid"
_FREE = frozenset(["free", "workingElsewhere"])
_TAKEN, _GONE = 409, 404
_GRID = 5
"""Minutes of the grid that getSchedule draws beside the exact times; it may be no longer than the window."""


class GraphCalendars:
    """`ports.Calendar` by Microsoft Graph. `of(address)` is the conversation about one person's mailbox."""

    def __init__(self, of: Callable[[str], GraphSession]) -> None:
        self._of = of

    def busy(self, address: str, start: datetime, end: datetime) -> Sequence[Busy]:
        asked = {"schedules": [address], "startTime": _moment(start), "endTime": _moment(end),
                 "availabilityViewInterval": _GRID}  # fmt: skip
        with _unknown(address):
            answer = self._of(address).ask_for(
                Schedules, "POST", "calendar/getSchedule", json=asked, prefer=['outlook.timezone="UTC"']
            )
        (theirs,) = answer.value
        if theirs.error is not None or theirs.schedule_items is None:
            said = theirs.error.message or theirs.error.response_code if theirs.error else "no times were told"
            raise Temporary(f"the calendar of {address} cannot be read: {said}")
        spans = [(t.start.date_time, t.end.date_time) for t in theirs.schedule_items if t.status not in _FREE]
        found = [Busy(a, b) for a, b in spans if a < end and start < b]
        return sorted(found, key=lambda b: (b.start, b.end))

    def put(self, address: str, uid: str, calendar: str) -> None:
        event = icalendar.Calendar.from_ical(calendar).walk("VEVENT")[0]
        session = self._of(address)
        with _unknown(address):
            if event.get("STATUS") == "CANCELLED":
                self._taken_off(session, uid)
                return
            if self._changed(session, uid, event):
                return
            new = _body(event) | {"transactionId": f"{uid}:{event.get('SEQUENCE', 0)}",
                                  "singleValueExtendedProperties": [{"id": UID, "value": uid}]}  # fmt: skip
            reply = session.ask("POST", "events", json=new, also=[_TAKEN])
            if reply.status == _TAKEN and not self._changed(session, uid, event):
                raise Temporary(f"{uid} was written before, and taken off the calendar since")

    def _taken_off(self, session: GraphSession, uid: str) -> None:
        for id in self._ours(session, uid):
            session.ask("DELETE", f"events/{id}", also=[_GONE])

    def _changed(self, session: GraphSession, uid: str, event: icalendar.Component) -> bool:
        """Write over the events with this UID; false where there is none."""
        there = self._ours(session, uid)
        for id in there:
            session.ask("PATCH", f"events/{id}", json=_body(event))
        return bool(there)

    def _ours(self, session: GraphSession, uid: str) -> list[str]:
        """The ids of the events that carry this UID."""
        ours = f"singleValueExtendedProperties/Any(ep: ep/id eq '{UID}' and ep/value eq '{_quoted(uid)}')"
        return [
            each.id
            for each in session.ask_for(Things, "GET", "events", params={"$filter": ours, "$select": "id"}).value
        ]


@contextmanager
def _unknown(address: str) -> Iterator[None]:
    """Whatever goes wrong in here leaves the calendar unknown."""
    try:
        yield
    except Trouble as why:
        raise Temporary(f"the calendar of {address} cannot be reached: {why}") from why


def _body(event: icalendar.Component) -> dict[str, object]:
    """An event of Graph from one of iCalendar: its times, words and place, and nobody who would be invited."""
    return {
        "subject": str(event.get("SUMMARY", "")),
        "body": {"contentType": "text", "content": str(event.get("DESCRIPTION", ""))},
        "location": {"displayName": str(event.get("LOCATION", ""))},
        "start": _moment(event.decoded("DTSTART")),
        "end": _moment(event.decoded("DTEND")),
        "showAs": "busy",
    }


def _moment(at: datetime) -> dict[str, str]:
    return {"dateTime": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}


def _quoted(value: str) -> str:
    return value.replace("'", "''")

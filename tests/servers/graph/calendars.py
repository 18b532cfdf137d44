"""Events and schedules as Graph keeps them. An event with attendees would invite them: that is written into `problems`."""

import itertools
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from tests.servers.graph.contract import faults
from tests.servers.graph.exchange import Box, Exchange
from tests.servers.graph.wrong import Wrong
from tests.servers.https import Request, Response, answer

LONGEST = timedelta(days=62)
_OURS = re.compile(r"singleValueExtendedProperties/Any\(ep: ep/id eq '([^']+)' and ep/value eq '((?:[^']|'')+)'\)")


class Calendars:
    """Operations on one person's calendar. `closed`: people whose times cannot be told."""

    def __init__(self, exchange: Exchange, problems: list[str]) -> None:
        self._exchange, self._problems = exchange, problems
        self._ids = itertools.count(1)

    def routes(self) -> list[tuple[str, str, str, Callable[..., Response]]]:
        """Method, path below the user, permission, operation."""
        return [
            ("POST", r"calendar/getSchedule", "Calendars.Read", self._schedule),
            ("GET", r"events", "Calendars.Read", self._events),
            ("POST", r"events", "Calendars.ReadWrite", self._create),
            ("PATCH", r"events/([^/]+)", "Calendars.ReadWrite", self._change),
            ("DELETE", r"events/([^/]+)", "Calendars.ReadWrite", self._delete),
        ]

    def _schedule(self, box: Box, request: Request) -> Response:
        asked = request.json()
        start, end, grid = _at(asked["startTime"]), _at(asked["endTime"]), asked.get("availabilityViewInterval", 30)
        if not 5 <= grid <= 1440 or end - start < timedelta(minutes=grid) or end - start > LONGEST:
            raise Wrong(400, "ErrorInvalidTimeInterval", "The requested time interval is invalid.")
        if 'outlook.timezone="UTC"' not in request.headers.get("prefer", ""):
            self._problems.append("a schedule was asked for without naming a zone")
        return answer(200, {"value": [self._of(who, start, end) for who in asked["schedules"]]})

    def _of(self, who: str, start: datetime, end: datetime) -> dict:
        if who not in self._exchange.boxes:
            error = {"message": f"{who} was not found.", "responseCode": "ErrorMailRecipientNotFound"}
            return self._checked("ScheduleInformation", {"scheduleId": who, "availabilityView": "", "error": error})
        events = self._exchange.boxes[who].events.values()
        there = [e for e in events if _at(e["start"]) <= end and start <= _at(e["end"])]  # touching counts, here
        items = [
            {"isPrivate": False, "status": e["showAs"], "start": _moment(e["start"]), "end": _moment(e["end"])}
            for e in there
        ]
        return self._checked(
            "ScheduleInformation", {"scheduleId": who, "availabilityView": "0", "scheduleItems": items}
        )

    def _events(self, box: Box, request: Request) -> Response:
        wanted = _OURS.fullmatch(request.query.get("$filter", ""))
        if not wanted:
            raise Wrong(400, "BadRequest", "Invalid filter clause")
        ours = {"id": wanted[1], "value": wanted[2].replace("''", "'")}
        return answer(
            200,
            {
                "value": [
                    {"id": e["id"]} for e in box.events.values() if ours in e.get("singleValueExtendedProperties", [])
                ]
            },
        )

    def _create(self, box: Box, request: Request) -> Response:
        new = self._written(request.json())
        used = [
            e
            for e in box.events.values()
            if new.get("transactionId") and e.get("transactionId") == new["transactionId"]
        ]
        if used:
            raise Wrong(
                409, "ErrorDuplicateTransactionId", "The TransactionId was already used to create a different event."
            )
        made = {"showAs": "busy", **new, "id": f"AAkEv{next(self._ids):05}=", "iCalUId": "040000008200E0"}
        box.events[made["id"]] = made
        return answer(201, self._checked("Event", made))

    def _change(self, box: Box, request: Request, id: str) -> Response:
        if id not in box.events:
            raise Wrong(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        box.events[id] |= self._written(request.json())
        return answer(200, self._checked("Event", box.events[id]))

    def _delete(self, box: Box, request: Request, id: str) -> Response:
        if box.events.pop(id, None) is None:
            raise Wrong(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        return answer(204)

    def _written(self, event: dict) -> dict:
        if event.get("attendees"):
            self._problems.append(f"Exchange would invite {len(event['attendees'])} people")
        return self._checked("Event", event)

    def _checked(self, kind: str, thing: dict) -> dict:
        self._problems += faults(kind, thing)
        return thing


def _at(moment: Mapping[str, str]) -> datetime:
    if moment["timeZone"] != "UTC":
        raise Wrong(400, "ErrorInvalidTimeZone", "this double knows UTC alone")
    return datetime.fromisoformat(moment["dateTime"]).replace(tzinfo=UTC)


def _moment(moment: Mapping[str, str]) -> dict[str, str]:
    """As Graph writes it: seven digits of a second, and no offset."""
    return {"dateTime": f"{_at(moment):%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}

"""Calendars of people on a CalDAV server: their busy times read, the calls we book written.

Events are read where we may, so that whole days are those of the person's zone; where only free/busy is open to us, that.
A write is conditional: what is new replaces nothing, and what is there is replaced only as it was read, and never by an older version.

Temporary:  no answer, refused, no such calendar, changed meanwhile: the time is unknown, not free; nothing is overwritten
Standards:  RFC 4791 (4.1 no METHOD, 5.3.2 If-None-Match, 7.8 calendar-query, 7.10 free-busy-query), RFC 9110 (13.1)
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

import caldav
import icalendar
from caldav.lib.error import AuthorizationError, DAVError, NotFoundError
from requests import RequestException

from commsvc.domain.call.busy import busy_in
from commsvc.domain.call.slots import Busy
from commsvc.errors import Temporary

TIMEOUT = 20
_TYPE = {"Content-Type": "text/calendar; charset=utf-8"}
_WRITTEN = frozenset([200, 201, 204])
_TAKEN = frozenset([409, 412])


class CaldavCalendars:
    """`ports.Calendar` on a server. `urls`: each person's calendar; `zones`: where they live."""

    def __init__(self, urls: Mapping[str, str], zones: Mapping[str, str], user: str, password: str) -> None:
        self._urls, self._zones, self._user, self._password = urls, zones, user, password

    def busy(self, address: str, start: datetime, end: datetime) -> Sequence[Busy]:
        zone = ZoneInfo(self._zones.get(address, "UTC"))
        with self._of(address) as theirs:
            found = [b for text in _texts(theirs, start, end) for b in busy_in(text.encode(), start, end, zone)]
        return sorted(found, key=lambda b: (b.start, b.end))

    def put(self, address: str, uid: str, calendar: str) -> None:
        body = _stored(calendar)
        with self._of(address) as theirs:
            status = _write(
                theirs, f"{str(theirs.url).rstrip('/')}/{quote(uid, safe='')}.ics", body, {"If-None-Match": "*"}
            )
            if status in _TAKEN:
                there = theirs.event_by_uid(uid)
                if _sequence(str(there.data)) > _sequence(calendar):
                    return
                status = _write(theirs, str(there.url), body, {"If-Match": _etag(theirs, str(there.url))})
        if status not in _WRITTEN:
            raise Temporary(f"the calendar of {address} did not take {uid}: HTTP {status}")

    @contextmanager
    def _of(self, address: str) -> Iterator[caldav.Calendar]:
        """The calendar of a person, for as long as one conversation lasts."""
        if address not in self._urls:
            raise Temporary(f"{address} has no calendar in [caldav]")
        try:
            with caldav.DAVClient(
                self._urls[address], username=self._user, password=self._password, timeout=TIMEOUT
            ) as client:
                yield client.calendar(url=self._urls[address])
        except (DAVError, RequestException, ValueError) as why:
            raise Temporary(f"the calendar of {address} cannot be reached: {type(why).__name__} {why}") from why


def _texts(theirs: caldav.Calendar, start: datetime, end: datetime) -> list[str]:
    try:
        return [str(e.data) for e in theirs.search(start=start, end=end, event=True)]
    except AuthorizationError:
        return [str(theirs.freebusy_request(start.astimezone(UTC), end.astimezone(UTC)).data)]


def _sequence(calendar: str) -> int:
    """How often the event was changed; what is newer is not replaced by what is older (RFC 5546, 2.1.5)."""
    events = icalendar.Calendar.from_ical(calendar).walk("VEVENT")
    return max((int(e.get("SEQUENCE", 0)) for e in events), default=0)


def _stored(calendar: str) -> bytes:
    """The text as a server keeps it: without METHOD, which belongs to messages."""
    kept = icalendar.Calendar.from_ical(calendar)
    kept.pop("METHOD", None)
    return bytes(kept.to_ical())


def _write(theirs: caldav.Calendar, url: str, body: bytes, condition: dict[str, str]) -> int:
    return int(theirs.client.put(url, body, _TYPE | condition).status)


def _etag(theirs: caldav.Calendar, url: str) -> str:
    answer = theirs.client.request(url)
    if "ETag" not in answer.headers:
        raise NotFoundError(f"{url} has no ETag")
    return str(answer.headers["ETag"])

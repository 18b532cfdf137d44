"""Calendars of our people on an Exchange Server: their busy times read, the calls we book written.

Busy times come from the server's free/busy, which tells times and no contents, asked in UTC by a zone of our own making, so that
no server has to know one. A call is an appointment without attendees, so that Exchange invites nobody (our letters do that); it has
our UID, and carries it in a property as well, because a UID cannot be searched for. Of two that were written at once one is
taken away, and so is a call that is called off.

Temporary:  whatever goes wrong, refusals too: the time is unknown, not free
Standards:  RFC 5545 for the text that comes in
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from functools import cache
from typing import Any

import exchangelib
import icalendar
from exchangelib import CalendarItem, ExtendedProperty
from exchangelib.properties import DaylightTime, FreeBusyViewOptions, MailboxData, StandardTime, TimeWindow, TimeZone
from exchangelib.services import GetUserAvailability

from commsvc.adapters.exchange.moments import plain, theirs
from commsvc.adapters.exchange.session import ExchangeSession
from commsvc.domain.call.slots import Busy
from commsvc.errors import Temporary, Trouble

_FREE = frozenset(["Free", "WorkingElsewhere"])
_WRITTEN = ("subject", "body", "location", "start", "end", "legacy_free_busy_status")


class OurUid(ExtendedProperty):  # type: ignore[misc]
    """The UID of a call, where it can be searched for. Exchange Online knows the property by the same name."""

    property_set_id = "2d1d1c0e-5f4c-4f0d-9d53-7a1f0a8c3b61"
    property_name = "commsvc-uid"
    property_type = "String"


CalendarItem.register("our_uid", OurUid)


class ExchangeCalendars:
    """`ports.Calendar` by Exchange Web Services. `of(address)` is the conversation about one person's mailbox."""

    def __init__(self, of: Callable[[str], ExchangeSession]) -> None:
        self._of = cache(of)

    def busy(self, address: str, start: datetime, end: datetime) -> Sequence[Busy]:
        options = FreeBusyViewOptions(
            time_window=TimeWindow(start=theirs(start), end=theirs(end)), merged_free_busy_interval=30, requested_view="FreeBusy"
        )  # fmt: skip
        with self._about(address) as account:
            (view,) = GetUserAvailability(account.protocol).call(
                tzinfo=exchangelib.UTC, timezone=_UTC, free_busy_view_options=options,
                mailbox_data=[MailboxData(email=address, attendee_type="Required", exclude_conflicts=False)],
            )  # fmt: skip
            if isinstance(view, Exception):
                raise view
        events = view.calendar_events or []
        if view.view_type == "None" or any(e.busy_type == "NoData" for e in events):
            raise Temporary(f"the calendar of {address} cannot be read: its free/busy is not told")
        spans = [(plain(e.start), plain(e.end)) for e in events if e.busy_type not in _FREE]
        return sorted((Busy(a, b) for a, b in spans if a < end and start < b), key=lambda b: (b.start, b.end))

    def put(self, address: str, uid: str, calendar: str) -> None:
        event = icalendar.Calendar.from_ical(calendar).walk("VEVENT")[0]
        with self._about(address) as account:
            there = _those(account, uid)
            if event.get("STATUS") == "CANCELLED":
                _taken_off(there)
                return
            if there:
                (answer,) = account.bulk_update([(_filled(there[0], event), list(_WRITTEN))])
                if isinstance(answer, Exception):
                    raise answer
            else:
                _filled(CalendarItem(account=account, folder=account.calendar, uid=uid, our_uid=uid), event).save()
                there = _those(account, uid)
            _taken_off(there[1:])

    @contextmanager
    def _about(self, address: str) -> Iterator[Any]:
        """The account. Whatever goes wrong in here leaves the calendar unknown."""
        try:
            with self._of(address).asking() as account:
                yield account
        except Trouble as why:
            raise Temporary(f"the calendar of {address} cannot be reached: {why}") from why


def _taken_off(items: Sequence[Any]) -> None:
    for item in items:
        item.delete()


def _those(account: Any, uid: str) -> list[Any]:
    """The appointments with this UID, in an order that everybody who looks finds the same."""
    return sorted(account.calendar.filter(our_uid=uid).only("our_uid", "datetime_created"),
                  key=lambda item: (item.datetime_created, item.id))  # fmt: skip


def _filled(item: Any, event: icalendar.Component) -> Any:
    """The appointment with the times, words and place of the event, and nobody who would be invited."""
    item.subject, item.location = str(event.get("SUMMARY", "")), str(event.get("LOCATION", ""))
    item.body = str(event.get("DESCRIPTION", ""))
    item.start, item.end = theirs(event.decoded("DTSTART")), theirs(event.decoded("DTEND"))
    item.legacy_free_busy_status = "Busy"
    return item


_UTC = TimeZone(
    bias=0, standard_time=StandardTime(bias=0, time=time(0), occurrence=1, iso_month=1, weekday=1),
    daylight_time=DaylightTime(bias=0, time=time(0), occurrence=5, iso_month=12, weekday=7),
)  # fmt: skip
"""A zone without summer time. Some servers refuse one in which the two halves of a year are not told."""

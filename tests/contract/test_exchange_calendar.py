"""Calendars on an Exchange Server keep to the contract; what is not told is never free, and nobody is invited by the server."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from commsvc.adapters.exchange import ExchangeCalendars
from commsvc.domain.call.slots import Busy
from commsvc.errors import Temporary
from tests.contract.calendar import ANA, BOB, HOUR, NINE, CalendarContract, MakeBusy, event
from tests.contract.exchanges import SUPPORT, session
from tests.contract.graphs import app
from tests.servers.ews.server import Ews, throttled
from tests.servers.ews.showing import moment
from tests.servers.ews.store import Item
from tests.servers.issuer import Issuer

UID = "call-1@support.test"


def appointment(ews: Ews, who: str, start, end, **fields: str) -> None:
    times = {"Start": moment(start), "End": moment(end), "LegacyFreeBusyStatus": "Busy"}
    box = ews.exchange.boxes[who]
    ews.exchange.put(box, box.named("calendar"), Item("CalendarItem", fields=times | fields))


class TestExchangeCalendars(CalendarContract):
    @pytest.fixture
    def calendar(self, ews: Ews) -> ExchangeCalendars:
        for who in (ANA, BOB):
            ews.add(who).delegates.add(SUPPORT)
        return ExchangeCalendars(lambda address: session(ews, address))

    @pytest.fixture
    def make_busy(self, ews: Ews) -> MakeBusy:
        return lambda who, start, end: appointment(ews, who, start, end)

    def test_out_of_office_and_tentative_take_time_and_working_elsewhere_does_not(self, calendar, ews: Ews) -> None:
        for n, status in enumerate(["OOF", "Tentative", "WorkingElsewhere", "Free"]):
            appointment(ews, ANA, NINE + n * HOUR, NINE + (n + 1) * HOUR, LegacyFreeBusyStatus=status)
        assert list(calendar.busy(ANA, NINE, NINE + 8 * HOUR)) == [
            Busy(NINE, NINE + HOUR),
            Busy(NINE + HOUR, NINE + 2 * HOUR),
        ]

    def test_times_are_read_in_utc_whatever_the_zone_of_the_question(self, calendar, ews: Ews) -> None:
        from zoneinfo import ZoneInfo

        appointment(ews, ANA, NINE, NINE + HOUR)
        tokyo = ZoneInfo("Asia/Tokyo")
        assert list(calendar.busy(ANA, NINE.astimezone(tokyo), (NINE + HOUR).astimezone(tokyo))) == [
            Busy(NINE, NINE + HOUR)
        ]

    @pytest.mark.parametrize("who", ["nobody@support.test", BOB], ids=["no mailbox", "not allowed"])
    def test_what_is_not_told_is_unknown_and_not_free(self, calendar, ews: Ews, who: str) -> None:
        ews.exchange.boxes[BOB].hidden_from.add(SUPPORT)
        with pytest.raises(Temporary, match=f"the calendar of {who} cannot be (read|reached)"):
            calendar.busy(who, NINE, NINE + HOUR)

    def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(self, calendar, ews: Ews) -> None:
        ews.faults.append(throttled("GetUserAvailability", 30))
        for _ in range(2):
            with pytest.raises(Temporary, match="asks us to wait 30 seconds"):
                calendar.busy(ANA, NINE, NINE + HOUR)
        assert ews.asked.count("GetUserAvailability") == 1

    def test_a_call_has_our_uid_and_no_attendees(self, calendar, ews: Ews) -> None:
        calendar.put(ANA, UID, event(UID, NINE, NINE + HOUR))
        (written,) = ews.exchange.boxes[ANA].mails("calendar")
        assert (written.fields["UID"], written.fields["Subject"]) == (UID, "ESC-1")
        assert ews.exchange.outside == []

    def test_a_call_that_moves_stays_one(self, calendar, ews: Ews) -> None:
        for hours in (0, 2, 1):
            calendar.put(ANA, UID, event(UID, NINE + hours * HOUR, NINE + (hours + 1) * HOUR))
        assert list(calendar.busy(ANA, NINE, NINE + 8 * HOUR)) == [Busy(NINE + HOUR, NINE + 2 * HOUR)]

    def test_a_call_that_is_called_off_is_taken_off_the_calendar(self, calendar, ews: Ews) -> None:
        text = event(UID, NINE, NINE + HOUR)
        calendar.put(ANA, UID, text)
        for _ in range(2):
            calendar.put(ANA, UID, text.replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY"))
        assert list(calendar.busy(ANA, NINE, NINE + HOUR)) == []
        assert ews.exchange.boxes[ANA].mails("calendar") == []

    def test_of_many_that_write_the_same_call_at_once_one_is_left(self, ews: Ews) -> None:
        ews.add(ANA).delegates.add(SUPPORT)
        text = event(UID, NINE, NINE + HOUR)

        def write(_: int) -> None:
            ExchangeCalendars(lambda address: session(ews, address)).put(ANA, UID, text)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(write, range(8)))
        assert len(ews.exchange.boxes[ANA].mails("calendar")) == 1

    def test_a_calendar_that_may_not_be_written_is_told(self, calendar, ews: Ews) -> None:
        ews.exchange.boxes[BOB].delegates.clear()
        with pytest.raises(Temporary, match="ErrorAccessDenied"):
            calendar.put(BOB, UID, event(UID, NINE, NINE + HOUR))

    def test_an_app_reads_and_writes_by_impersonation(self, ews: Ews, issuer: Issuer, monkeypatch) -> None:
        monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
        ews.bearer = lambda token: token in issuer.tokens
        ews.add(ANA).impersonators.add("app")
        calendar = ExchangeCalendars(lambda address: session(ews, address, tokens=app(issuer)))
        calendar.put(ANA, UID, event(UID, NINE, NINE + HOUR))
        assert list(calendar.busy(ANA, NINE, NINE + HOUR)) == [Busy(NINE, NINE + HOUR)]

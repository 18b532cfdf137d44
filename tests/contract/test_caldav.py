"""Calendars on two CalDAV servers keep to the contract; what may not be read or was changed meanwhile is never free or lost."""

import importlib.metadata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import caldav
import icalendar
import pytest
import urllib3

from commsvc.adapters.caldav import CaldavCalendars
from commsvc.domain.call.slots import Busy
from commsvc.errors import Temporary
from tests.contract.calendar import ANA, BOB, HOUR, NINE, CalendarContract, MakeBusy, event
from tests.servers.radicale import Radicale
from tests.servers.xandikos import Xandikos

Server = Radicale | Xandikos
UID = "call-1@support.test"
numbers = count(1)


@pytest.fixture(scope="module")
def radicale() -> Iterator[Radicale]:
    with Radicale() as server:
        yield server


@pytest.fixture(scope="module")
def xandikos() -> Iterator[Xandikos]:
    with Xandikos() as server:
        yield server


class CaldavContract(CalendarContract):
    """Needs the fixture `server`."""

    @pytest.fixture
    def urls(self, server: Server) -> dict[str, str]:
        found = {who: server.url(f"c{next(numbers)}") for who in (ANA, BOB)}
        with self.client(server) as client:
            for url in found.values():
                assert client.mkcalendar(url).status == 201
        return found

    def client(self, server: Server) -> caldav.DAVClient:
        return caldav.DAVClient(server.url(""), username="support", password="secret")

    @pytest.fixture
    def calendar(self, urls: dict[str, str]) -> CaldavCalendars:
        return CaldavCalendars(urls, {ANA: "Asia/Tokyo"}, "support", "secret")

    @pytest.fixture
    def write(self, server: Server, urls: dict[str, str]):
        def put(who: str, name: str, text: str) -> None:
            with self.client(server) as client:
                answer = client.put(urls[who] + name, text, {"Content-Type": "text/calendar"})
                assert answer.status in (201, 204)

        return put

    @pytest.fixture
    def make_busy(self, write) -> MakeBusy:
        def put(who, start, end):
            write(who, f"{start:%H%M}.ics", event(f"{start:%H%M}-{who}", start, end))

        return put

    def events(self, server: Server, url: str) -> list[icalendar.Calendar]:
        with self.client(server) as client:
            return [icalendar.Calendar.from_ical(e.data) for e in client.calendar(url=url).events()]

    def test_a_whole_day_is_one_where_the_person_lives(self, calendar, write) -> None:
        text = event("day", NINE, NINE + HOUR).replace("DTSTART:20261124T090000Z", "DTSTART;VALUE=DATE:20261124")
        write(ANA, "day.ics", text.replace("DTEND:20261124T100000Z", "DTEND;VALUE=DATE:20261125"))
        midnight = NINE.replace(hour=15) - timedelta(days=1)
        assert list(calendar.busy(ANA, NINE - timedelta(days=2), NINE + timedelta(days=2))) == [
            Busy(midnight, midnight + timedelta(days=1))
        ]

    def test_what_recurs_is_expanded_and_what_is_free_takes_no_time(self, calendar, write) -> None:
        daily = event("daily", NINE, NINE + HOUR).replace("SUMMARY", "RRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY")
        write(ANA, "daily.ics", daily)
        write(ANA, "free.ics", event("free", NINE, NINE + 8 * HOUR).replace("SUMMARY", "TRANSP:TRANSPARENT\r\nSUMMARY"))
        third = NINE + timedelta(days=2)
        assert list(calendar.busy(ANA, third, third + HOUR)) == [Busy(third, third + HOUR)]

    def test_a_call_is_written_once_and_moved_in_its_place(self, server, urls, calendar) -> None:
        for hour in range(3):
            text = event(UID, NINE + hour * HOUR, NINE + (hour + 1) * HOUR).replace(
                "VERSION:2.0", "VERSION:2.0\r\nMETHOD:REQUEST"
            )
            calendar.put(ANA, UID, text)
        (kept,) = self.events(server, urls[ANA])
        assert "METHOD" not in kept
        assert list(calendar.busy(ANA, NINE, NINE + 8 * HOUR)) == [Busy(NINE + 2 * HOUR, NINE + 3 * HOUR)]

    def test_an_older_version_never_replaces_a_newer(self, server, urls, calendar) -> None:
        newer = event(UID, NINE, NINE + HOUR).replace("SUMMARY", "SEQUENCE:2\r\nSUMMARY")
        calendar.put(ANA, UID, newer)
        calendar.put(ANA, UID, event(UID, NINE + HOUR, NINE + 2 * HOUR).replace("SUMMARY", "SEQUENCE:1\r\nSUMMARY"))
        assert list(calendar.busy(ANA, NINE, NINE + 8 * HOUR)) == [Busy(NINE, NINE + HOUR)]

    def test_a_call_that_lies_under_another_name_is_found_by_its_uid(self, server, urls, calendar, write) -> None:
        write(ANA, "taken-over-by-a-phone.ics", event(UID, NINE, NINE + HOUR))
        calendar.put(ANA, UID, event(UID, NINE + HOUR, NINE + 2 * HOUR))
        assert len(self.events(server, urls[ANA])) == 1
        assert list(calendar.busy(ANA, NINE, NINE + 8 * HOUR)) == [Busy(NINE + HOUR, NINE + 2 * HOUR)]

    def test_eight_writers_of_one_call_leave_one(self, server, urls, calendar) -> None:
        def write(n: int) -> bool:
            try:
                calendar.put(ANA, UID, event(UID, NINE + n * HOUR, NINE + (n + 1) * HOUR))
            except Temporary:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            written = list(pool.map(write, range(8)))
        assert any(written)
        assert len(self.events(server, urls[ANA])) == 1

    def test_a_calendar_that_is_not_there_is_unknown_not_free(self, server) -> None:
        gone = CaldavCalendars({ANA: server.url("nowhere")}, {}, "support", "secret")
        with pytest.raises(Temporary, match=r"ana@support\.test"):
            gone.busy(ANA, NINE, NINE + HOUR)
        with pytest.raises(Temporary):
            gone.put(ANA, UID, event(UID, NINE, NINE + HOUR))

    def test_a_person_without_a_calendar_is_unknown_not_free(self, calendar) -> None:
        with pytest.raises(Temporary, match=r"eve@support\.test"):
            calendar.busy("eve@support.test", NINE, NINE + HOUR)


class TestOnRadicale(CaldavContract):
    @pytest.fixture
    def server(self, radicale: Radicale) -> Radicale:
        return radicale

    def test_where_events_are_private_free_busy_is_asked(self, urls, make_busy) -> None:
        make_busy(ANA, NINE, NINE + HOUR)
        peer = CaldavCalendars(urls, {}, "peer", "secret")
        assert list(peer.busy(ANA, NINE - HOUR, NINE + 8 * HOUR)) == [Busy(NINE, NINE + HOUR)]
        with pytest.raises(Temporary):
            peer.put(ANA, UID, event(UID, NINE, NINE + HOUR))

    def test_a_wrong_password_is_unknown_not_free(self, urls) -> None:
        with pytest.raises(Temporary, match="AuthorizationError"):
            CaldavCalendars(urls, {}, "support", "wrong").busy(ANA, NINE, NINE + HOUR)


class TestOnXandikos(CaldavContract):
    @pytest.fixture
    def server(self, xandikos: Xandikos) -> Xandikos:
        return xandikos


def test_a_server_that_is_down_is_unknown_not_free() -> None:
    with Radicale() as server:
        url = server.url("c")
    with pytest.raises(Temporary, match="cannot be reached"):
        CaldavCalendars({ANA: url}, {}, "support", "secret").busy(ANA, NINE, NINE + HOUR)


def test_nothing_takes_the_place_of_urllib3() -> None:
    assert urllib3.__version__ == importlib.metadata.version("urllib3")

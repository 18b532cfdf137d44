"""What every `ports.Calendar` keeps to."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from commsvc.domain.call.slots import Busy
from commsvc.ports import Calendar

MakeBusy = Callable[[str, datetime, datetime], None]
ANA, BOB = "ana@support.test", "bob@support.test"
NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//commsvc//tests//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261123T140200Z\r\n"
    "DTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDTEND:{end:%Y%m%dT%H%M%SZ}\r\nSUMMARY:ESC-1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def event(uid: str, start: datetime, end: datetime) -> str:
    return EVENT.format(uid=uid, start=start, end=end)


class CalendarContract:
    """Needs the fixtures `calendar`, where ANA and BOB have nothing yet, and `make_busy(address, start, end)`."""

    def test_a_free_person_has_no_busy_times(self, calendar: Calendar) -> None:
        assert list(calendar.busy(ANA, NINE, NINE + 8 * HOUR)) == []

    def test_busy_times_are_told_in_utc(self, calendar: Calendar, make_busy: MakeBusy) -> None:
        make_busy(ANA, NINE, NINE + HOUR)
        (busy,) = calendar.busy(ANA, NINE - HOUR, NINE + 8 * HOUR)
        assert busy == Busy(NINE, NINE + HOUR)
        assert busy.start.utcoffset() == timedelta(0)

    def test_everybody_has_their_own_times(self, calendar: Calendar, make_busy: MakeBusy) -> None:
        make_busy(ANA, NINE, NINE + HOUR)
        assert list(calendar.busy(BOB, NINE, NINE + 8 * HOUR)) == []

    def test_what_only_touches_the_window_is_left_out(self, calendar: Calendar, make_busy: MakeBusy) -> None:
        make_busy(ANA, NINE - HOUR, NINE)
        make_busy(ANA, NINE + HOUR, NINE + 2 * HOUR)
        assert list(calendar.busy(ANA, NINE, NINE + HOUR)) == []

    def test_what_reaches_into_the_window_counts(self, calendar: Calendar, make_busy: MakeBusy) -> None:
        make_busy(ANA, NINE - HOUR, NINE + HOUR / 2)
        make_busy(ANA, NINE + HOUR * 3 / 4, NINE + 2 * HOUR)
        assert len(calendar.busy(ANA, NINE, NINE + HOUR)) == 2

    def test_an_event_may_be_put_and_put_again(self, calendar: Calendar) -> None:
        calendar.put(ANA, "call-1@support.test", event("call-1@support.test", NINE, NINE + HOUR))
        calendar.put(ANA, "call-1@support.test", event("call-1@support.test", NINE + HOUR, NINE + 2 * HOUR))
        assert len(calendar.busy(ANA, NINE, NINE + 8 * HOUR)) <= 1

"""The embedded neighbours, a folder each, keep to the same contracts: the post office and the calendars."""

import mailbox
from datetime import date, timedelta
from pathlib import Path

import pytest

from commsvc.adapters.icsfile import CalendarFolder
from commsvc.adapters.postoffice import PostOffice
from commsvc.domain.call.slots import Busy
from commsvc.domain.letter.mime import Envelope
from commsvc.errors import Permanent, Temporary
from tests.contract.calendar import ANA, BOB, HOUR, NINE, CalendarContract, MakeBusy, event
from tests.contract.sender import Delivered, SenderContract, nothing

EMPTY = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nEND:VCALENDAR\r\n"


class TestPostOffice(SenderContract):
    @pytest.fixture
    def sender(self, tmp_path: Path) -> PostOffice:
        return PostOffice(tmp_path / "post")

    @pytest.fixture
    def delivered(self, sender: PostOffice) -> Delivered:
        def read(_count: int) -> list[tuple[str, bytes]]:
            boxes = {a: mailbox.Maildir(sender.folder / a, create=False) for a in sender.addresses()}
            return [(a, box.get_bytes(key)) for a, box in boxes.items() for key in box.iterkeys()]

        return read

    @pytest.mark.parametrize("to", ["../../etc/passwd@x.example", "a/b@x.example", "..@x.example", "ü@x.example", ""])
    def test_an_address_is_never_a_path(self, sender: PostOffice, to: str) -> None:
        with pytest.raises(Permanent):
            sender.send(Envelope(1, "s@x.example", to, "1@x.example", b"Subject: x\r\n\r\n"), nothing)


class TestCalendarFolder(CalendarContract):
    @pytest.fixture
    def calendar(self, tmp_path: Path) -> CalendarFolder:
        for who in (ANA, BOB):
            (tmp_path / f"{who}.ics").write_text(EMPTY)
        return CalendarFolder(tmp_path, {ANA: "Europe/Berlin"})

    @pytest.fixture
    def make_busy(self, tmp_path: Path) -> MakeBusy:
        def write(who, start, end):
            path = tmp_path / f"{who}.ics"
            body = event(f"{start:%H%M}-{who}", start, end).partition("BEGIN:VEVENT")[2].partition("END:VCALENDAR")[0]
            path.write_text(path.read_text().replace("END:VCALENDAR", f"BEGIN:VEVENT{body}END:VCALENDAR"))

        return write

    def test_a_person_without_a_calendar_is_unknown_not_free(self, calendar: CalendarFolder) -> None:
        with pytest.raises(Temporary, match=r"eve@support\.test"):
            calendar.busy("eve@support.test", NINE, NINE + HOUR)

    def test_a_file_that_is_no_calendar_is_unknown_not_free(self, calendar: CalendarFolder, tmp_path: Path) -> None:
        (tmp_path / f"{ANA}.ics").write_text("this is no calendar")
        with pytest.raises(Temporary, match="not a calendar"):
            calendar.busy(ANA, NINE, NINE + HOUR)

    def test_whole_days_and_floating_times_are_where_the_person_lives(
        self, calendar: CalendarFolder, tmp_path: Path
    ) -> None:
        day = date(2026, 11, 24)
        (tmp_path / f"{ANA}.ics").write_text(
            EMPTY.replace(
                "END:VCALENDAR",
                f"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261101T000000Z\r\nDTSTART;VALUE=DATE:{day:%Y%m%d}\r\nEND:VEVENT\r\nEND:VCALENDAR",
            )
        )
        (busy,) = calendar.busy(ANA, NINE, NINE + HOUR)
        assert busy == Busy(NINE.replace(hour=23) - timedelta(days=1), NINE.replace(hour=23))

    @pytest.mark.parametrize("line", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED"])
    def test_free_and_cancelled_entries_take_no_time(self, calendar: CalendarFolder, tmp_path: Path, line: str) -> None:
        text = event("1", NINE, NINE + HOUR).replace("SUMMARY", f"{line}\r\nSUMMARY")
        (tmp_path / f"{ANA}.ics").write_text(text)
        assert list(calendar.busy(ANA, NINE, NINE + HOUR)) == []

    def test_what_recurs_is_expanded(self, calendar: CalendarFolder, tmp_path: Path) -> None:
        text = event("1", NINE, NINE + HOUR).replace("SUMMARY", "RRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY")
        (tmp_path / f"{ANA}.ics").write_text(text)
        tomorrow = NINE + timedelta(days=1)
        assert list(calendar.busy(ANA, tomorrow, tomorrow + HOUR)) == [Busy(tomorrow, tomorrow + HOUR)]

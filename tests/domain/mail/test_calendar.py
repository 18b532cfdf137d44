"""Calendar mail as clients send it; nothing is ever expanded."""

import time

import pytest

from commsvc.domain.mail.calendar import event
from commsvc.domain.mail.mail import CalendarMail
from commsvc.domain.mail.parse import parse

ZONE = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def calendar(lines: str, method: str = "REPLY", zone: str = "") -> str:
    return f"BEGIN:VCALENDAR\nMETHOD:{method}\n{zone}BEGIN:VEVENT\nUID:u1\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"


def read(lines: str, method: str = "REPLY", zone: str = "") -> CalendarMail:
    found = event(calendar(lines, method, zone))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("start", "zone", "utc"),
    [
        ("DTSTART:20260705T100000Z", "", "2026-07-05T10:00:00Z"),
        ("DTSTART;TZID=Europe/Berlin:20260705T100000", "", "2026-07-05T08:00:00Z"),
        ("DTSTART;TZID=W. Europe Standard Time:20260105T100000", "", "2026-01-05T09:00:00Z"),
        ('DTSTART;TZID="/freeassociation.sourceforge.net/Europe/Berlin":20260705T100000', "", "2026-07-05T08:00:00Z"),
        ("DTSTART;TZID=Customized Time Zone:20260705T100000", ZONE, "2026-07-05T08:00:00Z"),
        ("DTSTART;TZID=Customized Time Zone:20260105T100000", ZONE, "2026-01-05T09:00:00Z"),
        ("DTSTART;TZID=w. europe daylight time 1:20260105T100000", "", "2026-01-05T09:00:00Z"),
        ("DTSTART;TZID=Eastern Time (US & Canada):20260705T100000", "", "2026-07-05T14:00:00Z"),
        ('DTSTART;TZID="(GMT+01.00) Amsterdam / Berlin / Rome":20260705T100000', "", "2026-07-05T08:00:00Z"),
        ('DTSTART;TZID="(UTC-05:00) Eastern Time (US & Canada)":20260705T100000', "", "2026-07-05T14:00:00Z"),
        ('DTSTART;TZID="(UTC+05:30) Chennai, Kolkata":20260705T100000', "", "2026-07-05T04:30:00Z"),
        ('DTSTART;TZID="(GMT-05.00) Auto-Detected":20260705T100000', "", "2026-07-05T15:00:00Z"),
        ("DTSTART;TZID=(GMT-07.00) Berlin:20260705T100000", "", "2026-07-05T17:00:00Z"),
        (
            "DTSTART;TZID=(GMT+00.00) Home:20260705T100000",
            ZONE.replace("Customized Time Zone", "(GMT+00.00) Home"),
            "2026-07-05T08:00:00Z",
        ),
        ("DTSTART;TZID=GMT+0100:20260705T100000", "", "2026-07-05T09:00:00Z"),
        ("DTSTART;TZID=Nowhere:20260105T100000", "", "2026-01-05T10:00:00Z"),
        ("DTSTART;VALUE=DATE:20260105", "", "2026-01-05"),
        ("DTSTART:20260105", "", "2026-01-05"),
        ("DTSTART:20261305T100000Z", "", None),
        ("DTSTART:soon", "", None),
    ],
)
def test_times(start: str, zone: str, utc: str | None) -> None:
    assert read(start, zone=zone).start == utc


def test_the_end_comes_from_the_duration_when_it_is_not_stated() -> None:
    assert read("DTSTART:20260105T100000Z\nDURATION:PT1H30M").end == "2026-01-05T11:30:00Z"
    assert read("DTSTART:20260105T100000Z\nDURATION:P1W").end == "2026-01-12T10:00:00Z"
    assert read("DTSTART;VALUE=DATE:20260105\nDURATION:P2D").end == "2026-01-07"
    assert read("DTSTART:20260105T100000Z").end is None


@pytest.mark.parametrize(
    ("line", "attendee", "partstat"),
    [
        ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:Ana@Acme.example", "ana@acme.example", "ACCEPTED"),
        ('ATTENDEE;CN="Berg: Ana; CEO";PARTSTAT=declined:MAILTO:ana@acme.example', "ana@acme.example", "DECLINED"),
        ("ATTENDEE;CN=Ana;PARTSTAT=TENTATIVE;EMAIL=ana@acme.example:/1234/principal/", "ana@acme.example", "TENTATIVE"),
        ("ATTENDEE:invalid:nomail", None, None),
        ("ATTENDEE;PARTSTAT=ACCEP\n TED:mailto:ana@\n acme.example", "ana@acme.example", "ACCEPTED"),
    ],
)
def test_who_answers_and_what(line: str, attendee: str | None, partstat: str | None) -> None:
    for method in ("REPLY", "COUNTER"):
        found = read(line, method)
        assert (found.attendee, found.partstat) == (attendee, partstat)
    assert read(line, "REQUEST").attendee is None


def test_the_series_counts_before_its_exception() -> None:
    text = calendar("RECURRENCE-ID:20260112T100000Z\nDTSTART:20260112T110000Z").replace(
        "END:VCALENDAR", "BEGIN:VEVENT\nUID:u2\nDTSTART:20260105T100000Z\nEND:VEVENT\nEND:VCALENDAR"
    )
    found = event(text)
    assert found is not None
    assert found.uid == "u2"


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: text/calendar; method=REPLY; charset=utf-8",
        "Content-Type: application/ics; name=invite.ics",
        'Content-Type: application/octet-stream; name="meeting.ICS"',
        "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=a.ics",
    ],
)
def test_where_calendars_hide(head: str) -> None:
    body = calendar("SEQUENCE:2\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@acme.example").lower().replace("utc", "UTC")
    found = parse(f"From: ana@acme.example\n{head}\n\n{body}".encode()).calendar
    assert found is not None
    assert (found.method, found.sequence, found.partstat) == ("REPLY", 2, "ACCEPTED")


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MINUTELY;COUNT=999999999",
     "FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 5000), "FREQ=HOURLY;UNTIL=99991231T235959Z", "INTERVAL=-1", "FREQ=", ";" * 5000,
     "FREQ=YEARLY;BYSETPOS=-366"],
)  # fmt: skip
def test_recurrence_is_never_expanded(rule: str) -> None:
    begin = time.process_time()
    zone = ZONE.replace("FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", rule)
    assert read(f"DTSTART;TZID=Customized Time Zone:20260105T100000\nRRULE:{rule}", zone=zone).start
    assert time.process_time() - begin < 0.5


def test_a_calendar_without_an_event_is_named() -> None:
    mail = parse(b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n")
    assert mail.calendar is None
    assert mail.errors == ("a calendar part can not be read",)

"""`commsvc slots` as a person uses it: files in, times out, against a minute-by-minute reading of the same calendars."""

import json
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from commsvc.cli import app
from commsvc.errors import Trouble

QUARTER = timedelta(minutes=15)
HEAD, TAIL = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n", "END:VCALENDAR\r\n"
STAMP = "DTSTAMP:20260101T000000Z\r\n"


def calendar(path, *bodies: str):
    events = (f"BEGIN:VEVENT\r\nUID:{n}\r\n{STAMP}{body}\r\nEND:VEVENT\r\n" for n, body in enumerate(bodies))
    path.write_text(HEAD + "".join(events) + TAIL, newline="")
    return str(path)


def ask(*words: str):
    found = CliRunner().invoke(app, ["slots", *words, "--json"], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return json.loads(found.output)


def starts(found) -> list[str]:
    return [s["start"][:16] for s in found["slots"]]


def day(*files: str, zone: str = "UTC", date: str = "2026-03-04", **options: str):
    words = [w for name, value in options.items() for w in (f"--{name}", value)]
    return ask(*files, "--between", f"{date}T00:00", f"{date}T23:59", "--zone", zone, *words)


def test_the_soonest_times_that_suit_all_come_first_and_do_not_overlap(tmp_path):
    ana = calendar(tmp_path / "ana.ics", "DTSTART:20260304T080000Z\r\nDTEND:20260304T091000Z")
    bob = calendar(tmp_path / "bob.ics", "DTSTART:20260304T094500Z\r\nDURATION:PT1H")
    found = day(ana, bob)
    assert starts(found) == ["2026-03-04T09:15", "2026-03-04T10:45", "2026-03-04T11:15"]
    assert found["in_the_way"] == []


@pytest.mark.parametrize(
    ("body", "free"),
    [
        ("DTSTART:20260304T080000Z\r\nDTEND:20260304T180000Z\r\nTRANSP:TRANSPARENT", True),
        ("DTSTART:20260304T080000Z\r\nDTEND:20260304T180000Z\r\nSTATUS:CANCELLED", True),
        ("DTSTART:20260304T070000Z\r\nDTEND:20260304T170000Z\r\nSTATUS:TENTATIVE", False),
        ("DTSTART;VALUE=DATE:20260304", False),
        ("DTSTART;VALUE=DATE:20260305", True),
        ("DTSTART;VALUE=DATE:20260303\r\nDTEND;VALUE=DATE:20260304", True),
        ("DTSTART:20260304T080000\r\nDTEND:20260304T180000", False),
        ("DTSTART;TZID=W. Europe Standard Time:20260304T080000\r\nDTEND;TZID=W. Europe Standard Time:20260304T180000", False),
        ('DTSTART;TZID="(GMT+01.00) Amsterdam / Berlin":20260304T080000\r\nDURATION:PT10H', False),
        ("DTSTART:20260225T070000Z\r\nDURATION:PT10H\r\nRRULE:FREQ=WEEKLY;COUNT=3", False),
        ("DTSTART:20260225T070000Z\r\nDURATION:PT10H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE:20260304T070000Z", True),
        ("DTSTART:20260304T120000Z", True),
    ],
)  # fmt: skip
def test_what_takes_time_in_a_calendar(tmp_path, body, free):
    found = day(calendar(tmp_path / "ana.ics", body), zone="Europe/Berlin")
    assert bool(found["slots"]) is free
    assert found["in_the_way"] == ([] if free else ["ana.ics"])


def test_published_busy_times_count(tmp_path):
    path = tmp_path / "ana.ics"
    path.write_text(HEAD + f"BEGIN:VFREEBUSY\r\nUID:1\r\n{STAMP}FREEBUSY:20260304T080000Z/PT2H\r\n"
                    "FREEBUSY;FBTYPE=FREE:20260304T100000Z/PT1H\r\nFREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260304T110000Z/20260304T173000Z\r\n"
                    f"END:VFREEBUSY\r\n{TAIL}", newline="")  # fmt: skip
    assert starts(day(str(path), length="1h")) == ["2026-03-04T10:00"]


def test_where_nothing_suits_it_says_who_is_in_the_way_and_the_best_compromise(tmp_path):
    whole = "DTSTART:20260304T080000Z\r\nDTEND:20260304T180000Z"
    ana, bob = (
        calendar(tmp_path / "ana.ics", whole),
        calendar(tmp_path / "bob.ics", "DTSTART:20260304T080000Z\r\nDURATION:PT1H"),
    )
    found = day(ana, bob)
    assert (found["slots"], found["in_the_way"]) == ([], ["ana.ics"])
    assert found["compromise"]["start"] == "2026-03-04T09:00:00+00:00"
    said = CliRunner().invoke(app, ["slots", ana, bob, "--between", "2026-03-04", "2026-03-05"]).output
    assert "In the way at the best compromise: ana.ics" in said
    assert "Wed 04 Mar 2026 09:00-09:30" in said


def test_at_the_weekend_nobody_works_and_nobody_is_in_the_way(tmp_path):
    found = day(calendar(tmp_path / "ana.ics"), date="2026-03-07")
    assert found == {"slots": [], "in_the_way": [], "compromise": None}


@pytest.mark.parametrize(("date", "opens"), [("2026-03-27", "07:00"), ("2026-03-30", "06:00"), ("2026-10-26", "07:00")])
def test_hours_are_those_of_the_wall_clock_on_either_side_of_a_change(tmp_path, date, opens):
    assert starts(day(calendar(tmp_path / "ana.ics"), zone="Europe/Berlin", date=date))[0] == f"{date}T{opens}"


@pytest.mark.parametrize("seed", range(6))
def test_every_start_is_found_and_no_other(tmp_path, seed):
    chance = random.Random(seed)
    zone = ZoneInfo(
        chance.choice(["Europe/Berlin", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
    )
    origin = datetime(2026, chance.choice([3, 4, 10, 11]), 1, tzinfo=zone).astimezone(UTC)
    span = timedelta(minutes=chance.choice([15, 25, 30, 45, 60, 90]))
    taken, files = [], []
    for n in range(3):
        own = [(s := origin + timedelta(minutes=chance.randrange(0, 6 * 1440)), s + timedelta(minutes=chance.randrange(5, 300)))
               for _ in range(25)]  # fmt: skip
        taken += own
        files.append(
            calendar(
                tmp_path / f"{n}.ics", *(f"DTSTART:{a:%Y%m%dT%H%M%SZ}\r\nDTEND:{b:%Y%m%dT%H%M%SZ}" for a, b in own)
            )
        )
    end = origin + timedelta(days=7)
    found = ask(*files, "--between", origin.isoformat(), end.isoformat(), "--zone", str(zone), "--hours", "08:00-12:30,13:30-18:00",
                "--length", f"{int(span.total_seconds() // 60)}m", "--all")  # fmt: skip
    expected, at = [], origin
    while at + span <= end:
        here, there = at.astimezone(zone), (at + span).astimezone(zone)
        clock = (here.hour * 60 + here.minute, there.hour * 60 + there.minute)
        inside = any(a <= clock[0] and clock[1] <= b for a, b in ((480, 750), (810, 1080)))
        if (
            inside
            and here.date() == there.date()
            and here.weekday() < 5
            and all(b <= at or at + span <= a for a, b in taken)
        ):
            expected.append(at.isoformat())
        at += QUARTER
    assert [s["start"] for s in found["slots"]] == expected
    assert len(expected) > 20


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing.ics", "--between", "2026-03-04", "2026-03-05"], "nothing.ics cannot be read"),
        (["--between", "2026-03-05", "2026-03-04"], "ends (2026-03-04) before it begins"),
        (["--between", "soon", "2026-03-04"], "is no time"),
        (["--between", "2026-03-04", "2026-03-05", "--length", "8h/bh"], "no length of a call"),
        (["--between", "2026-03-04", "2026-03-05", "--zone", "Berlin"], "there is no time zone"),
        (["--between", "2026-03-04", "2026-03-05", "--hours", "18-8"], "no range of hours"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(tmp_path, words, said):
    files = [] if words[0].endswith(".ics") else [calendar(tmp_path / "ana.ics")]
    with pytest.raises(Trouble, match=said.replace("(", r"\(").replace(")", r"\)")):
        CliRunner().invoke(app, ["slots", *files, *words], catch_exceptions=False)


@pytest.mark.parametrize("body", ["this is none", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", HEAD + "BEGIN:VEVENT\r\nUID:1\r\n" + STAMP
                                  + "DTSTART:20260304T080000Z\r\nDURATION:PT1S\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\n" + TAIL])  # fmt: skip
def test_a_file_that_cannot_be_read_as_a_calendar_is_refused(tmp_path, body):
    path = tmp_path / "ana.ics"
    path.write_text(body, newline="")
    with pytest.raises(Trouble, match="is not a calendar"):
        day(str(path))

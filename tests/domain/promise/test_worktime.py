"""Working time: the golden values of practice.md 2.5, and an oracle that counts minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.domain.playbook.span import Clock, Span, read_span
from commsvc.domain.promise.worktime import NoWorkingTime, WorkCalendar, at_share, due, elapsed, subdivision

GOLDEN = [
    ("C1", "8h/bh", "Europe/Berlin", "DE", "2026-11-20T15:30", "2026-11-23T15:30"),
    ("C2", "4h/24x5", "America/Los_Angeles", "US", "2026-11-20T22:30", "2026-11-23T02:30"),
    ("C4", "8h/bh", "Asia/Tokyo", "JP", "2026-11-20T14:00", "2026-11-24T14:00"),
    ("C5", "30m/24x7", "Asia/Tokyo", "JP", "2026-11-23T07:48", "2026-11-23T08:18"),
    ("C8", "4h/bh", "Europe/Berlin", "DE", "2026-11-20T17:00", "2026-11-23T13:00"),
    ("C10", "1bd", "America/Chicago", "US", "2026-11-25T16:00", "2026-11-27T16:00"),
]


@pytest.mark.parametrize(
    ("span", "zone", "country", "start", "end"), [g[1:] for g in GOLDEN], ids=[g[0] for g in GOLDEN]
)
def test_golden_values(span, zone, country, start, end):
    local = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))
    assert due(local, read_span(span), WorkCalendar(zone, country)).astimezone(ZoneInfo(zone)).isoformat()[:16] == end


def test_c3_the_clock_goes_back_and_two_hours_are_two_hours():
    zone = ZoneInfo("America/New_York")
    end = due(datetime(2026, 11, 1, 0, 30, tzinfo=zone), read_span("2h/24x7"), WorkCalendar("America/New_York", "US"))
    assert end.astimezone(zone).isoformat() == "2026-11-01T01:30:00-05:00"


def test_c6_gross_time_in_business_hours():
    zone = ZoneInfo("Europe/Berlin")
    gross = elapsed(
        datetime(2026, 11, 16, 10, tzinfo=zone),
        datetime(2026, 11, 20, 12, tzinfo=zone),
        Clock.BUSINESS,
        WorkCalendar("Europe/Berlin", "DE"),
    )
    assert gross == timedelta(hours=34)


def test_c9_the_clock_goes_forward_and_the_hour_is_gone():
    zone = ZoneInfo("Europe/Berlin")
    night = elapsed(
        datetime(2027, 3, 27, 22, tzinfo=zone),
        datetime(2027, 3, 28, 6, tzinfo=zone),
        Clock.ALWAYS,
        WorkCalendar("Europe/Berlin", "DE"),
    )
    assert night == timedelta(hours=7)


def test_a_calendar_that_never_works_is_refused():
    with pytest.raises(NoWorkingTime):
        due(datetime(2026, 11, 20, tzinfo=UTC), read_span("1h/bh"), WorkCalendar("UTC", hours=()))


@pytest.mark.parametrize("written", ["", "8", "8h/", "8h/9x5", "1bd/24x7", "-1h", "1.5h", "8 h", None, 8])
def test_a_span_that_is_none_says_what_was_expected(written):
    with pytest.raises(ValueError, match=r"expected|business days"):
        read_span(written)


def oracle(start, minutes, clock, calendar):
    """Slow and obvious: walk minute by minute, count those that count."""
    zone, now, left = ZoneInfo(calendar.zone), start, minutes
    while left:
        local = now.astimezone(zone)
        counts = clock is Clock.ALWAYS or (clock is Clock.WEEKDAYS and local.weekday() < 5)
        if clock is Clock.BUSINESS and not calendar.free(local.date()):
            counts = any(opens <= local.time().replace(second=0) < closes for opens, closes in calendar.hours)
        left -= counts
        now += timedelta(minutes=1)
    return now


ZONES = [("Europe/Berlin", "DE"), ("America/New_York", "US"), ("Asia/Tokyo", "JP"), ("Australia/Sydney", "AU"),
         ("America/Bogota", "CO"), ("Asia/Kolkata", "IN"), ("UTC", ""), ("America/St_Johns", "CA")]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.datetimes(datetime(2026, 10, 20), datetime(2027, 4, 10)).map(lambda d: d.replace(second=0, microsecond=0, tzinfo=UTC)),
    st.integers(1, 1500), st.sampled_from(list(Clock)), st.sampled_from(ZONES),
    st.sampled_from([((time(9), time(17)),), ((time(8), time(12)), (time(13), time(18)))]),
)  # fmt: skip
def test_due_agrees_with_counting_minutes(start, minutes, clock, where, hours):
    calendar = WorkCalendar(*where, hours=hours)
    span = Span(timedelta(minutes=minutes), clock, f"{minutes}m")
    end = due(start, span, calendar)
    assert end == oracle(start, minutes, clock, calendar)
    assert elapsed(start, end, clock, calendar) == span.length


def test_shares_stand_on_the_same_clock():
    calendar, zone = WorkCalendar("Europe/Berlin", "DE"), ZoneInfo("Europe/Berlin")
    half = at_share(datetime(2026, 11, 20, 16, tzinfo=zone), read_span("8h/bh"), 50, calendar)
    assert half.astimezone(zone) == datetime(2026, 11, 23, 12, tzinfo=zone)


def test_a_holiday_is_free():
    assert WorkCalendar("Asia/Tokyo", "JP").free(date(2026, 11, 23))
    assert not WorkCalendar("Europe/Berlin", "DE").free(date(2026, 11, 23))


@pytest.mark.parametrize(
    ("country", "region", "code"),
    [
        ("DE", "BY", "BY"),
        ("DE", "Bayern", "BY"),
        ("DE", "DE-BY", "BY"),
        ("CH", "Zürich", "ZH"),
        ("US", "tx", "TX"),
        ("DE", "EMEA", ""),
        ("DE", "TX", ""),
        ("", "BY", ""),
        ("XX", "BY", ""),
    ],
)
def test_a_part_of_a_country_is_known_by_its_code_or_its_name(country, region, code):
    assert subdivision(country, region) == code

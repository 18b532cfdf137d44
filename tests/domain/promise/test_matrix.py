"""Due times in twelve zones, over clock changes and holidays, against an oracle that counts minutes."""

from datetime import UTC, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from commsvc.domain.playbook.span import read_span
from commsvc.domain.promise.explain import reckon
from commsvc.domain.promise.worktime import WorkCalendar, due
from tests.domain.promise.oracle import Oracle

# A zone, its country, and local days around a clock change or a holiday of it.
PLACES = [
    ("Europe/Berlin", "DE", "2027-03-26", "2026-10-23"), ("Europe/London", "GB", "2027-03-25", "2026-12-24"),
    ("America/New_York", "US", "2027-03-12", "2026-10-30"), ("America/Los_Angeles", "US", "2026-11-25", "2027-07-02"),
    ("America/St_Johns", "CA", "2027-03-12", "2026-10-30"), ("America/Sao_Paulo", "BR", "2027-02-05", "2026-11-19"),
    ("America/Santiago", "CL", "2026-09-04", "2027-04-02"), ("Africa/Cairo", "EG", "2027-04-29", "2026-10-29"),
    ("Asia/Tokyo", "JP", "2026-11-20", "2027-04-28"), ("Asia/Kolkata", "IN", "2027-01-25", "2026-08-14"),
    ("Australia/Lord_Howe", "AU", "2026-10-02", "2027-04-02"), ("Pacific/Auckland", "NZ", "2026-09-25", "2027-04-02"),
]  # fmt: skip
HOURS = ["00:00", "08:59", "16:30", "17:00"]
SPANS = [("30m/24x7", 30), ("2h/24x7", 120), ("4h/24x5", 240), ("8h/bh", 480)]
MATRIX = [
    pytest.param(zone, country, f"{day}T{hour}", *span, id=f"{zone.rpartition('/')[2]}-{day}-{hour}-{span[0]}")
    for (zone, country, *days), hour, span in product(PLACES, HOURS, SPANS)
    for day in days
]  # fmt: skip


def test_the_matrix_is_large_enough():
    assert len(MATRIX) >= 300
    assert len({p.values[0] for p in MATRIX}) == 12


@pytest.mark.parametrize(("zone", "country", "start", "span", "minutes"), MATRIX)
def test_due_agrees_with_counting_minutes(zone, country, start, span, minutes):
    since = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))
    found = reckon(since, read_span(span), WorkCalendar(zone, country))
    assert found.due == Oracle(zone, country).due(since, minutes, span.partition("/")[2])
    assert sum((s.counted for s in found.steps), timedelta()) == timedelta(minutes=minutes)
    assert found.steps[-1].left == timedelta()


@pytest.mark.parametrize(("opens", "closes"), [((1, 30), (4, 0)), ((0, 0), (2, 30)), ((2, 15), (2, 45))])
@pytest.mark.parametrize(
    ("zone", "day"), [("Africa/Cairo", "2027-04-30"), ("Asia/Gaza", "2026-03-28"), ("Africa/Casablanca", "2027-02-05")]
)
def test_a_range_whose_edge_the_clocks_jump_over_or_repeat(zone, day, opens, closes):
    since = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=UTC) - timedelta(days=1)
    ranges = ((opens[0] * 60 + opens[1], closes[0] * 60 + closes[1]),)
    calendar = WorkCalendar(zone, hours=((time(*opens), time(*closes)),))
    assert due(since, read_span("9h/bh"), calendar) == Oracle(zone, ranges=ranges).due(since, 540, "bh")


def test_the_oracle_notices_a_reckoning_by_the_wall_clock():
    """A planted fault: whoever adds local hours is an hour wrong where the clocks change."""
    since = datetime(2027, 3, 27, 22, tzinfo=ZoneInfo("Europe/Berlin"))
    wrong = (since + timedelta(hours=8)).astimezone(UTC)
    assert (
        wrong
        != Oracle("Europe/Berlin").due(since, 480, "24x7")
        == due(since, read_span("8h/24x7"), WorkCalendar("Europe/Berlin"))
    )

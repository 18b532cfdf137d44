"""The time that a named instant gives: what the shares of a chain are shares of."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from commsvc.domain.playbook.span import Clock, read_span
from commsvc.domain.promise.cadence import given
from commsvc.domain.promise.worktime import WorkCalendar, at_share, due

BERLIN = WorkCalendar("Europe/Berlin", "DE")
FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("by", "clock", "said"),
    [
        (timedelta(minutes=42), Clock.ALWAYS, "42m/24x7"),
        (timedelta(days=3), Clock.BUSINESS, "480m/bh"),
        (timedelta(days=3), Clock.WEEKDAYS, "1440m/24x5"),
        (timedelta(seconds=10), Clock.ALWAYS, "1m/24x7"),
        (timedelta(hours=20), Clock.BUSINESS, "120m/bh"),
    ],
)
def test_a_named_time_gives_what_lies_until_then(by, clock, said):
    assert str(given(FRIDAY, FRIDAY + by, clock, BERLIN)) == said


def test_where_the_clock_stands_still_until_then_all_hours_count():
    saturday = FRIDAY + timedelta(days=1)
    assert str(given(saturday, saturday + timedelta(hours=5), Clock.BUSINESS, BERLIN)) == "300m/24x7"


@generated(st.integers(0, 10_000), st.integers(1, 20_000), st.sampled_from(list(Clock)))
def test_half_of_it_never_lies_after_the_named_time_and_it_can_be_read_again(start, minutes, clock):
    since = FRIDAY + timedelta(minutes=start)
    by = since + timedelta(minutes=minutes)
    span = given(since, by, clock, BERLIN)
    assert read_span(str(span)) == span
    assert at_share(since, span, 50, BERLIN) <= by
    assert abs(due(since, span, BERLIN) - by) <= timedelta(minutes=1) or clock is not Clock.ALWAYS

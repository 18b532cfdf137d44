"""A clock that is set tells by how much; one that goes on does not."""

from datetime import UTC, datetime, timedelta

import pytest

from commsvc.clock import Pace

START = datetime(2026, 11, 23, 14, tzinfo=UTC)


@pytest.mark.parametrize("set_by", [timedelta(0), timedelta(minutes=7), timedelta(hours=-2)])
def test_a_jump_is_what_the_clock_moved_beyond_the_time_that_passed(set_by):
    walls = iter([START, START + timedelta(seconds=30) + set_by, START + timedelta(seconds=60) + set_by])
    steady = iter([100.0, 130.0, 160.0])
    pace = Pace(lambda: next(walls), lambda: next(steady))

    assert pace.jump() == set_by
    assert pace.jump() == timedelta(0)

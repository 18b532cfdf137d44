"""What silence is usual is learnt, in working time; what is longer is told."""

from datetime import UTC, datetime, timedelta

import pytest

from commsvc.domain.health.silence import ENOUGH, FLOOR, silence, usual
from commsvc.domain.promise.worktime import WorkCalendar

BERLIN = WorkCalendar("Europe/Berlin")
MONDAY = datetime(2026, 11, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def mails(gap: timedelta, days: int = 20) -> list[datetime]:
    """Mails at this gap from 9:00 to 17:00 in Berlin, Monday to Friday."""
    found = []
    for day in range(days):
        start = MONDAY + timedelta(days=day)
        if start.weekday() < 5:
            found += [start + n * gap for n in range(int(8 * HOUR / gap))]
    return found


def test_few_mails_are_no_habit() -> None:
    assert usual([], BERLIN) is None
    assert usual(mails(HOUR)[:ENOUGH], BERLIN) is None
    assert usual(mails(HOUR)[: ENOUGH + 1], BERLIN) is not None


def test_nights_and_weekends_are_no_gaps() -> None:
    assert usual(mails(2 * HOUR), BERLIN) == 3 * HOUR


def test_a_quiet_hour_is_never_told() -> None:
    assert usual(mails(timedelta(minutes=5)), BERLIN) == FLOOR


def test_one_odd_day_does_not_change_the_habit() -> None:
    steady = mails(timedelta(minutes=30))
    assert usual([*steady[:40], *steady[50:]], BERLIN) == FLOOR


@pytest.mark.parametrize(
    ("since", "now", "told"),
    [
        ((23, 9), (23, 11), False), ((23, 9), (23, 13), True),  # Monday: two and four hours of work
        ((20, 15), (23, 9), False), ((20, 15), (23, 11), True),  # over a weekend: two and four
        ((23, 9), (23, 20), False), ((20, 9), (21, 12), False),  # at night, on a Saturday: nobody writes
    ],
    ids=["two hours", "four hours", "weekend and two", "weekend and four", "at night", "on Saturday"],
)  # fmt: skip
def test_silence_is_told_in_working_time_when_it_is_longer_than_usual(since: tuple[int, int], now: tuple[int, int], told: bool) -> None:  # fmt: skip
    last, at = (datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in (since, now))
    found = silence("support", last, 3 * HOUR, BERLIN, at)
    assert (found is not None) is told
    assert found is None or found.lasted == 4 * HOUR

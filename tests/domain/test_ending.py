"""A secret that ends is told a month, two weeks and three days before, once each."""

from datetime import date, timedelta

import pytest

from commsvc.domain.ending import warning

LAST = date(2027, 1, 31)


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (31, ""),
        (30, "the secret ends on 31 January 2027, within 30 days: make a new one"),
        (14, "the secret ends on 31 January 2027, within 14 days: make a new one"),
        (3, "the secret ends on 31 January 2027, within 3 days: make a new one"),
        (0, "the secret ends on 31 January 2027, within 3 days: make a new one"),
        (-1, "the secret ended on 31 January 2027: nothing can be read or sent by it"),
    ],
)
def test_it_is_told_at_each_step(left: int, said: str) -> None:
    assert warning("the secret", LAST, LAST - timedelta(days=left)) == said


def test_the_words_change_four_times_and_no_more() -> None:
    words = [warning("it", LAST, LAST - timedelta(days=left)) for left in range(60, -10, -1)]
    assert len(set(words)) == 5

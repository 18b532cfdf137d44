"""Slots against a slow oracle that walks every start and asks every person: nothing wrong is proposed, nothing is missed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commsvc.domain.call.slots import Busy, Search, common, compromise, first_slot

ORIGIN = datetime(2026, 3, 27, 9, 7, 13, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
minutes = st.integers(-200, 2000).map(lambda n: ORIGIN + n * MINUTE)
intervals = st.builds(lambda start, length: (start, start + length * MINUTE), minutes, st.integers(0, 300))
people = st.dictionaries(st.sampled_from("abcdef"), st.lists(intervals, max_size=8), max_size=6)
searches = st.builds(
    lambda length, step, hours: Search(length * MINUTE, ORIGIN, ORIGIN + hours * 60 * MINUTE, step * MINUTE),
    st.integers(1, 200), st.sampled_from([5, 15, 30, 60]), st.integers(1, 30),
)  # fmt: skip


def starts(search: Search) -> list[datetime]:
    """Every start, minute by minute and second by second."""
    found, at = [], search.earliest
    while at + search.length <= search.latest:
        if at.timestamp() % search.step.total_seconds() == 0:
            found.append(at)
        at += timedelta(seconds=1) if at.second else MINUTE
    return found


def free(taken, start, length) -> bool:
    return all(not (b < start + length and start < e) for b, e in taken if b < e)


def masks(search, busy):
    return {who: search.clashes(Busy(b, e) for b, e in taken) for who, taken in busy.items()}


@given(searches, people, st.lists(intervals, max_size=4))
def test_what_suits_everybody_is_found_and_nothing_else(search, busy, windows):
    expected = [
        s for s in starts(search)
        if any(o <= s and s + search.length <= c for o, c in windows)
        and all(free(taken, s, search.length) for taken in busy.values())
    ]  # fmt: skip
    found = search.slots(common(masks(search, busy), search.inside(windows)))
    assert [x.start for x in found] == expected


@given(searches, people)
def test_the_compromise_is_the_first_that_suits_the_most_and_names_the_others(search, busy):
    wrong = {s: tuple(sorted(w for w, t in busy.items() if not free(t, s, search.length))) for s in starts(search)}
    best = min(wrong, key=lambda s: (len(wrong[s]), s), default=None)
    found = compromise(search, masks(search, busy), search.anywhere)
    assert (found.start, found.blocked) == (best, wrong[best]) if best else found is None


@given(people, st.integers(1, 200))
def test_the_first_slot_suits_everybody_where_any_does(busy, length):
    latest = ORIGIN + timedelta(hours=20)
    slots = {who: [Busy(b, e) for b, e in taken] for who, taken in busy.items()}
    found = first_slot(slots, length * MINUTE, ORIGIN, latest)
    search = Search(length * MINUTE, ORIGIN, latest)
    suits = [s for s in starts(search) if all(free(t, s, search.length) for t in busy.values())]
    assert found.start == suits[0] if suits else found is None or found.blocked

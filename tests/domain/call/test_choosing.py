"""Which times are offered: never a busy one, never outside the hours, fair to every zone, soon, and apart from each other."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.domain.call.choosing import Seat, choose, hours
from commsvc.domain.call.slots import QUARTER, Busy, Search
from commsvc.domain.promise.worktime import WorkCalendar

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
HALF = timedelta(minutes=30)
SEARCH = Search(HALF, MONDAY, MONDAY + timedelta(days=3), QUARTER)
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
BUSY = st.lists(st.tuples(st.integers(0, 4300), st.integers(1, 600)), max_size=8)
ZONES = st.sampled_from([BERLIN, NEW_YORK, "Asia/Tokyo", "Europe/London"])


def busy(spans):
    return [Busy(MONDAY + timedelta(minutes=a), MONDAY + timedelta(minutes=a + n)) for a, n in spans]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(ZONES, BUSY), min_size=1, max_size=4), st.sampled_from([0, 10]))
def test_no_offer_meets_anything_anybody_has_and_each_lies_in_the_hours(people, pause):
    seats = [Seat(f"p{n}", zone, busy(spans)) for n, (zone, spans) in enumerate(people)]
    allowed = hours(WorkCalendar(BERLIN, "DE"), SEARCH)
    kept = timedelta(minutes=pause)
    choice = choose(SEARCH, seats, allowed, kept)
    for offer in choice.offers:
        start, end = offer.slot.start, offer.slot.end
        assert any(opens <= start and end <= closes for opens, closes in allowed)
        assert not [b for s in seats for b in s.busy if b.start - kept < end and start < b.end + kept]
    starts = [o.slot.start for o in choice.offers]
    assert all(abs(a - b) >= timedelta(hours=2) for n, a in enumerate(starts) for b in starts[:n])
    assert [o.score for o in choice.offers] == sorted((o.score for o in choice.offers), reverse=True)
    assert bool(choice.offers) is not bool(choice.compromise) or not choice.offers


def test_a_time_within_everybody_s_day_comes_before_a_sooner_one_at_night():
    choice = choose(SEARCH, [Seat("a", BERLIN), Seat("b", NEW_YORK)], None, timedelta())
    for offer in choice.offers[:1]:
        assert 9 <= offer.slot.start.astimezone(ZoneInfo(NEW_YORK)).hour < 17
        assert 9 <= offer.slot.start.astimezone(ZoneInfo(BERLIN)).hour <= 17
        assert offer.parts == ("within everybody's day",)


def test_who_is_in_the_way_is_named_with_the_best_compromise():
    always = [Busy(MONDAY, MONDAY + timedelta(days=4))]
    choice = choose(SEARCH, [Seat("a", BERLIN), Seat("b", BERLIN, always)], None, timedelta())
    assert choice.offers == ()
    assert choice.compromise is not None
    assert choice.compromise.blocked == ("b",)

"""What every `ports.Calls` keeps to."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from commsvc.domain.call.invitation import Attendee, Call, State
from commsvc.domain.call.slots import Busy, Slot
from commsvc.errors import Stale
from commsvc.ports import Store
from tests.contract.given import ANA, DAY, HOUR, LEASE, MINUTE, NOW, OTHER, SUBJECT

OLGA, BEN = Attendee("Olga", "olga@support.test", customer=False), Attendee("Ben", "ben@support.test", customer=False)
CUSTOMER = Attendee("Ana", ANA, customer=True)


def wanted(uid: str = "call-1@support.test") -> Call:
    return Call(0, SUBJECT, "bridge", uid, 0, State.WANTED, (), wanted_at=NOW)


def at(call: Call, start: datetime, *people: Attendee) -> Call:
    return replace(call, state=State.BOOKED, sequence=1, attendees=people, start=start, end=start + HOUR)


def book(store: Store, uid: str, start: datetime, *people: Attendee) -> bool:
    with store.transaction():
        store.calls.want(wanted(uid))
        (claim,) = store.calls.claim(NOW, 1, LEASE)
        done = store.calls.book(claim, at(claim.row, start, *people))
        if not done:  # as the flow does: nobody tries this one again in a test
            store.calls.save(replace(claim.row, state=State.NO_SLOT))
        return done


class CallsContract:
    """Needs the fixture `store`, empty."""

    def test_a_call_is_wanted_once(self, store: Store) -> None:
        store.calls.want(wanted())
        store.calls.want(replace(wanted(), type="other"))
        (claim,) = store.calls.claim(NOW, 10, LEASE)
        assert claim.row == replace(wanted(), id=claim.row.id)
        assert list(store.calls.of(SUBJECT)) == [claim.row]
        assert list(store.calls.of(OTHER)) == []

    def test_a_call_is_found_by_its_uid(self, store: Store) -> None:
        assert store.calls.by_uid("call-1@support.test") is None
        store.calls.want(wanted())
        found = store.calls.by_uid("call-1@support.test")
        assert found is not None
        assert store.calls.get(found.id) == found

    def test_a_booking_writes_the_time_and_everybody(self, store: Store) -> None:
        assert book(store, "call-1@support.test", NOW + DAY, OLGA, CUSTOMER)
        (call,) = store.calls.of(SUBJECT)
        assert call == at(replace(wanted(), id=call.id), NOW + DAY, OLGA, CUSTOMER)
        assert list(store.calls.claim(NOW + DAY, 10, LEASE)) == []

    def test_our_own_people_are_reserved(self, store: Store) -> None:
        book(store, "call-1@support.test", NOW, OLGA, CUSTOMER)
        assert list(store.calls.reserved(OLGA.address, NOW - HOUR, NOW + DAY)) == [Busy(NOW, NOW + HOUR)]
        assert list(store.calls.reserved(OLGA.address, NOW + HOUR, NOW + DAY)) == []
        assert list(store.calls.reserved(OLGA.address, NOW - HOUR, NOW)) == []
        assert list(store.calls.reserved(ANA, NOW - HOUR, NOW + DAY)) == []

    @pytest.mark.parametrize("shift", [-HOUR + MINUTE, -MINUTE, 0 * MINUTE, MINUTE, HOUR - MINUTE])
    def test_nobody_is_booked_twice(self, store: Store, shift: timedelta) -> None:
        assert book(store, "call-1@support.test", NOW + DAY, OLGA)
        assert not book(store, "call-2@support.test", NOW + DAY + shift, BEN, OLGA)
        assert list(store.calls.reserved(BEN.address, NOW, NOW + 3 * DAY)) == []
        assert [c.state for c in store.calls.of(SUBJECT)] == [State.BOOKED, State.NO_SLOT]

    def test_others_and_the_hours_beside_are_free(self, store: Store) -> None:
        assert book(store, "call-1@support.test", NOW + DAY, OLGA, CUSTOMER)
        assert book(store, "call-2@support.test", NOW + DAY, BEN, CUSTOMER)
        assert book(store, "call-3@support.test", NOW + DAY + HOUR, OLGA)
        assert book(store, "call-4@support.test", NOW + DAY - HOUR, OLGA)

    def test_an_old_fence_books_nothing(self, store: Store) -> None:
        store.calls.want(wanted())
        (lost,) = store.calls.claim(NOW, 1, LEASE)
        (again,) = store.calls.claim(NOW + LEASE, 1, LEASE)
        assert again.attempts == 2
        with pytest.raises(Stale), store.transaction():
            store.calls.book(lost, at(lost.row, NOW, OLGA))
        assert list(store.calls.reserved(OLGA.address, NOW, NOW + DAY)) == []
        assert store.calls.book(again, at(again.row, NOW, OLGA))

    def test_a_call_without_a_time_cannot_be_booked(self, store: Store) -> None:
        store.calls.want(wanted())
        (claim,) = store.calls.claim(NOW, 1, LEASE)
        with pytest.raises(ValueError, match="no time"):
            store.calls.book(claim, claim.row)

    def test_answers_are_saved(self, store: Store) -> None:
        book(store, "call-1@support.test", NOW, OLGA, CUSTOMER)
        (call,) = store.calls.of(SUBJECT)
        answered = replace(
            call, sequence=2, attendees=(replace(OLGA, status="ACCEPTED"), replace(CUSTOMER, status="DECLINED"))
        )
        store.calls.save(answered)
        assert store.calls.get(call.id) == answered

    def test_offered_times_are_held_until_one_is_picked(self, store: Store) -> None:
        with store.transaction():
            store.calls.want(wanted())
            (claim,) = store.calls.claim(NOW, 1, LEASE)
            slots = [Slot(NOW + n * DAY, NOW + n * DAY + HOUR) for n in (1, 2, 3)]
            offered = replace(claim.row, state=State.OFFERED, attendees=(OLGA, CUSTOMER))
            assert store.calls.offer(claim, offered, slots)
        assert list(store.calls.offered(offered.id)) == slots
        assert [c.state for c in store.calls.live()] == [State.OFFERED]
        assert not book(store, "call-2@support.test", slots[1].start, OLGA)
        with store.transaction():
            store.calls.again(replace(offered, state=State.WANTED, start=slots[1].start, end=slots[1].end))
        assert list(store.calls.reserved(OLGA.address, NOW, NOW + 5 * DAY)) == []
        assert list(store.calls.offered(offered.id)) == []
        with store.transaction():
            (claim,) = store.calls.claim(NOW, 1, LEASE)
            assert claim.row.start == slots[1].start
            assert store.calls.book(claim, replace(claim.row, state=State.BOOKED))
        assert list(store.calls.reserved(OLGA.address, NOW, NOW + 5 * DAY)) == [Busy(slots[1].start, slots[1].end)]

    def test_a_taken_time_is_not_offered(self, store: Store) -> None:
        assert book(store, "call-1@support.test", NOW + DAY, OLGA)
        with store.transaction():
            store.calls.want(wanted("call-2@support.test"))
            (claim,) = store.calls.claim(NOW, 1, LEASE)
            offered = replace(claim.row, state=State.OFFERED, attendees=(BEN, OLGA))
            assert not store.calls.offer(claim, offered, [Slot(NOW + DAY, NOW + DAY + HOUR)])
        assert list(store.calls.reserved(BEN.address, NOW, NOW + 3 * DAY)) == []

    def test_what_is_called_off_is_withdrawn_until_it_left_the_calendars(self, store: Store) -> None:
        assert book(store, "call-1@support.test", NOW + DAY, OLGA)
        (call,) = store.calls.live()
        with store.transaction():
            store.calls.save(replace(call, entered=call.sequence))
            store.calls.save(replace(call, entered=call.sequence, state=State.CANCELLED, sequence=call.sequence + 1))
        assert list(store.calls.live()) == []
        assert list(store.calls.reserved(OLGA.address, NOW, NOW + 3 * DAY)) == []
        (off,) = store.calls.withdrawn()
        with store.transaction():
            store.calls.save(replace(off, entered=off.sequence))
        assert list(store.calls.withdrawn()) == []

    def test_what_never_stood_in_a_calendar_is_not_withdrawn(self, store: Store) -> None:
        assert book(store, "call-1@support.test", NOW + DAY, OLGA)
        (call,) = store.calls.live()
        with store.transaction():
            store.calls.save(replace(call, state=State.CANCELLED, sequence=call.sequence + 1))
        assert list(store.calls.withdrawn()) == []

"""What every `ports.Letters` keeps to."""

from dataclasses import replace
from datetime import datetime

import pytest

from commsvc.domain.letter.letter import Audience, Letter, State, Wish
from commsvc.domain.letter.situation import Counts
from commsvc.errors import Stale
from commsvc.ports import Claim, Store
from tests.contract.given import ANA, BOB, DAY, HOUR, LEASE, MINUTE, NOW, ODD, OTHER, SUBJECT, WORDS, wish


def claimed(store: Store, wanted: Wish) -> Claim[Letter]:
    """A letter that was wished for, and claimed to be drafted."""
    with store.transaction():
        assert store.letters.wish(wanted, NOW)
        (claim,) = store.letters.claim(State.WANTED, NOW, 1, LEASE)
    return claim


def stand(store: Store, wanted: Wish, state: State, **more: object) -> Letter:
    """A letter brought to this state."""
    claim = claimed(store, wanted)
    letter = replace(claim.row, state=state, words=WORDS, **more)  # type: ignore[arg-type]
    store.letters.save(claim, letter)
    return store.letters.get(letter.id)


def send_one(store: Store, wanted: Wish, rule: str, at: datetime) -> Letter:
    return stand(store, wanted, State.SENT, rule=rule, sent_at=at)


class LettersContract:
    """Needs the fixture `store`, empty."""

    def test_a_wish_is_one_letter_for_ever(self, store: Store) -> None:
        assert store.letters.wish(wish("receipt:1"), NOW)
        assert not store.letters.wish(wish("receipt:1", to=BOB), NOW + DAY)
        assert [x.wish for x in store.letters.of(SUBJECT)] == [wish("receipt:1")]

    def test_a_new_letter_has_no_words(self, store: Store) -> None:
        letter = claimed(store, wish("k")).row
        assert (letter.state, letter.words, letter.created_at, letter.attempts) == (State.WANTED, None, NOW, 1)
        assert (letter.wish.note, letter.wish.promise_id, letter.wish.regarding) == (ODD, 5, 6)

    def test_everything_that_may_change_is_kept(self, store: Store) -> None:
        claim = claimed(store, wish("k"))
        letter = replace(
            claim.row, state=State.DRAFTED, words=WORDS, rule="owner|manager", revision=4, approve_by=NOW + HOUR,
            expires_at=NOW + DAY, approved_by="olga@support.test", approved_digest="d", send_at=NOW + 2 * HOUR,
            names_update_at=NOW + 3 * HOUR, message_id="m@support.test", in_reply_to="1@customers.test",
            references=("0@customers.test", "1@customers.test"), reply_to="support+t@support.test", why=ODD,
            sent_at=NOW + 4 * HOUR)  # fmt: skip
        store.letters.save(claim, letter)
        assert store.letters.get(letter.id) == letter
        assert store.letters.get(letter.id).digest == letter.digest

    def test_a_saved_letter_can_be_claimed_at_once_in_its_new_state(self, store: Store) -> None:
        letter = stand(store, wish("k"), State.READY)
        assert [c.row.id for c in store.letters.claim(State.READY, NOW, 10, LEASE)] == [letter.id]

    def test_an_old_fence_writes_nothing(self, store: Store) -> None:
        lost = claimed(store, wish("k"))
        (again,) = store.letters.claim(State.WANTED, NOW + LEASE, 10, LEASE)
        with pytest.raises(Stale):
            store.letters.save(lost, replace(lost.row, state=State.VOID))
        assert store.letters.get(lost.row.id).state is State.WANTED
        store.letters.save(again, replace(again.row, state=State.VOID))

    def test_a_ready_letter_is_claimed_when_its_time_has_come(self, store: Store) -> None:
        stand(store, wish("later"), State.READY, send_at=NOW + HOUR)
        now = stand(store, wish("now"), State.READY)
        assert [c.row.id for c in store.letters.claim(State.READY, NOW, 10, LEASE)] == [now.id]
        assert len(store.letters.claim(State.READY, NOW + HOUR, 10, LEASE)) == 2

    def test_claims_are_bounded_exclusive_and_counted(self, store: Store) -> None:
        for n in range(3):
            store.letters.wish(wish(f"k{n}"), NOW)
        first = store.letters.claim(State.WANTED, NOW, 2, LEASE)
        assert [c.row.wish.key for c in first] == ["k0", "k1"]
        assert [c.row.wish.key for c in store.letters.claim(State.WANTED, NOW, 2, LEASE)] == ["k2"]
        assert [c.attempts for c in store.letters.claim(State.WANTED, NOW + LEASE, 9, LEASE)] == [2, 2, 2]

    def test_a_customer_is_never_behind_a_pile_of_internal_mail(self, store: Store) -> None:
        for n in range(3):
            store.letters.wish(replace(wish(f"k{n}"), audience=Audience.INTERNAL), NOW)
        store.letters.wish(replace(wish("last"), audience=Audience.CUSTOMER), NOW)
        assert [c.row.wish.key for c in store.letters.claim(State.WANTED, NOW, 2, LEASE)] == ["last", "k0"]

    def test_change_asks_what_the_letter_was(self, store: Store) -> None:
        letter = stand(store, wish("k"), State.SENDING)
        assert store.letters.change(replace(letter, state=State.DOT), State.SENDING)
        assert not store.letters.change(replace(letter, state=State.READY), State.SENDING)
        assert store.letters.get(letter.id).state is State.DOT

    def test_letters_of_a_subject_in_order(self, store: Store) -> None:
        for key, subject in (("a", SUBJECT), ("b", OTHER), ("c", SUBJECT)):
            store.letters.wish(wish(key, subject), NOW)
        assert [x.wish.key for x in store.letters.of(SUBJECT)] == ["a", "c"]

    def test_the_last_letter_to_a_person_is_one_that_went(self, store: Store) -> None:
        assert store.letters.last_to(SUBJECT, ANA) is None
        went = send_one(store, wish("a"), "auto", NOW)
        send_one(store, wish("b", to=BOB), "auto", NOW)
        send_one(store, wish("c", OTHER), "auto", NOW)
        stand(store, wish("d"), State.READY)
        assert store.letters.last_to(SUBJECT, ANA) == went
        doubt = stand(store, wish("e"), State.UNCERTAIN)
        assert store.letters.last_to(SUBJECT, ANA) == doubt

    def test_drafted_and_doubtful_letters_are_listed(self, store: Store) -> None:
        drafted, doubt = stand(store, wish("a"), State.DRAFTED), stand(store, wish("b"), State.UNCERTAIN)
        stand(store, wish("c"), State.SENT)
        assert list(store.letters.drafted()) == [drafted]
        assert list(store.letters.in_doubt()) == [doubt]

    def test_what_would_have_been_sent_since_a_time(self, store: Store) -> None:
        watched = stand(store, wish("a"), State.WATCHED)
        stand(store, wish("b"), State.SENT)
        assert list(store.letters.watched(NOW)) == [watched]
        assert list(store.letters.watched(NOW + MINUTE)) == []

    def test_counts_of_what_automation_said(self, store: Store) -> None:
        assert store.letters.counts(SUBJECT, ANA, NOW) == Counts(0, 0, 0)
        send_one(store, wish("yesterday"), "auto", NOW - DAY - MINUTE)
        send_one(store, wish("by a person"), "owner", NOW - 3 * HOUR)
        for n in (1, 2):
            send_one(store, wish(f"now {n}"), "auto", NOW - n * HOUR)
        send_one(store, wish("other case", OTHER), "auto", NOW - HOUR)
        send_one(store, wish("other person", to=BOB), "auto", NOW - HOUR)
        send_one(store, wish("ours", audience=Audience.INTERNAL), "auto", NOW)
        assert store.letters.counts(SUBJECT, ANA, NOW) == Counts(
            consecutive=3, case_today=3, contact_today=3, contact_hour=0, domain_today=4
        )
        assert store.letters.counts(SUBJECT, ANA, NOW - MINUTE).contact_hour == 2
        send_one(store, wish("a person again"), "owner", NOW)
        assert store.letters.counts(SUBJECT, ANA, NOW).consecutive == 0

    def test_after_a_crash_only_what_was_before_the_dot_goes_again(self, store: Store) -> None:
        before, at = stand(store, wish("a"), State.SENDING), stand(store, wish("b"), State.DOT)
        sent = stand(store, wish("c"), State.SENT)
        assert store.letters.recover(NOW) == 1
        states = [store.letters.get(x.id).state for x in (before, at, sent)]
        assert states == [State.READY, State.UNCERTAIN, State.SENT]
        assert [c.row.id for c in store.letters.claim(State.READY, NOW, 10, LEASE)] == [before.id]
        assert store.letters.recover(NOW) == 0

    def test_whom_we_asked_about_which_words(self, store: Store) -> None:
        draft = stand(store, wish("draft"), State.DRAFTED)
        requests = [stand(store, wish(f"ask {n}", audience=Audience.INTERNAL), State.SENT) for n in range(3)]
        assert store.letters.asked(requests[0].id) is None
        assert store.letters.approvers(draft.id).approvers == frozenset()
        store.letters.ask(requests[0].id, draft.id, "olga@support.test", "d1")
        store.letters.ask(requests[1].id, draft.id, "max@support.test", "d1")
        assert store.letters.asked(requests[0].id) == (draft.id, "olga@support.test", "d1")
        asked = store.letters.approvers(draft.id)
        assert (asked.digest, asked.approvers) == ("d1", frozenset({"olga@support.test", "max@support.test"}))
        store.letters.ask(requests[2].id, draft.id, "olga@support.test", "d2")
        assert store.letters.approvers(draft.id).digest == "d2"

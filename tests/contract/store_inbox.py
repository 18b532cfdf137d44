"""What every `ports.Inbox` keeps to."""

from dataclasses import replace

import pytest

from commsvc.domain.mail.arrival import Arrival, RawMail
from commsvc.domain.mail.mail import Mail
from commsvc.domain.mail.parse import parse
from commsvc.errors import Stale
from commsvc.ports import Claim, Store
from tests.contract.given import ANA, BOB, DAY, HOUR, LEASE, MINUTE, NOW, OTHER, SUBJECT, arrival, mail, raw, wish
from tests.contract.store_letters import send_one


def taken(store: Store, *arrivals: Arrival) -> list[Claim[RawMail]]:
    """Arrivals, added and claimed."""
    with store.transaction():
        store.inbox.connect("support", 7, NOW - DAY)
        store.inbox.add(arrivals, NOW)
        return list(store.inbox.claim(100, NOW, LEASE))


class InboxContract:
    """Needs the fixture `store`, empty."""

    def test_a_mailbox_is_connected_once(self, store: Store) -> None:
        assert store.inbox.connect("support", 7, NOW) == (NOW, "0")
        assert store.inbox.connect("support", 7, NOW + DAY) == (NOW, "0")
        assert store.inbox.connect("sales", 7, NOW + DAY) == (NOW + DAY, "0")

    def test_the_last_uid_is_remembered_under_its_validity(self, store: Store) -> None:
        store.inbox.connect("support", 7, NOW)
        store.inbox.add([arrival(8), arrival(9)], NOW)
        assert store.inbox.connect("support", 7, NOW)[1] == "9"
        assert store.inbox.connect("support", 8, NOW) == (NOW, "0")

    def test_the_last_uid_never_goes_back(self, store: Store) -> None:
        store.inbox.connect("support", 7, NOW)
        store.inbox.add([arrival(9)], NOW)
        store.inbox.add([arrival(4)], NOW)
        assert store.inbox.connect("support", 7, NOW)[1] == "9"

    def test_raw_mail_comes_back_as_it_was(self, store: Store) -> None:
        odd = arrival(1, body=bytes(range(256)) * 3)
        (claim,) = taken(store, odd)
        assert claim.row.arrival == odd
        assert (claim.attempts, claim.row.history) == (1, False)

    def test_mail_known_by_its_uid_is_kept_once(self, store: Store) -> None:
        store.inbox.connect("support", 7, NOW)
        assert store.inbox.add([arrival(1), arrival(2)], NOW) == 2
        assert store.inbox.add([arrival(2), arrival(3), arrival(3)], NOW) == 1
        assert store.inbox.add([arrival(1, box="sales"), arrival(1, validity=8)], NOW) == 2

    def test_a_mail_is_parted_from_its_case_once_and_read_again_on_its_own(self, store: Store) -> None:
        joined, ignored = taken(store, arrival(1), arrival(2))
        store.inbox.settle(joined, "appended", "reply token", SUBJECT, mail(1))
        store.inbox.settle(ignored, "ignored", "N5", None, mail(2))
        assert store.inbox.part(joined.row.id, "parted by olga")
        assert not store.inbox.part(joined.row.id, "parted by olga")
        assert not store.inbox.part(ignored.row.id, "parted by olga")

        assert store.inbox.thread(SUBJECT) == []
        assert store.inbox.known(mail(1)) is None
        (again,) = store.inbox.claim(100, NOW, LEASE)
        assert (again.row.id, again.row.apart) == (joined.row.id, True)

    def test_the_past_is_read_on_from_an_id_with_what_became_of_each(self, store: Store) -> None:
        first, second, _ = taken(store, arrival(1, NOW - HOUR), arrival(2), arrival(3))
        store.inbox.settle(first, "ignored", "N5", None, mail(1))
        store.inbox.settle(second, "recorded", "E1", SUBJECT, mail(2))
        (past, waiting) = store.inbox.past(NOW, 0, 10)
        assert (past.raw, past.state, past.reason, past.subject) == (second.row, "recorded", "E1", SUBJECT)
        assert (waiting.state, waiting.subject) == ("new", None)
        assert list(store.inbox.past(NOW, second.row.id, 10)) == [waiting]
        assert [p.subject for p in store.inbox.past(NOW - DAY, 0, 1)] == [None]

    def test_mail_from_before_the_first_connection_is_history(self, store: Store) -> None:
        with store.transaction():
            store.inbox.connect("support", 7, NOW)
            store.inbox.add([arrival(1, NOW - MINUTE), arrival(2, NOW)], NOW)
        assert [c.row.history for c in store.inbox.claim(10, NOW, LEASE)] == [True, False]

    def test_a_claim_is_oldest_first_bounded_and_exclusive(self, store: Store) -> None:
        store.inbox.add([arrival(n) for n in (1, 2, 3)], NOW)
        first = store.inbox.claim(2, NOW, LEASE)
        second = store.inbox.claim(2, NOW, LEASE)
        assert [[c.row.arrival.uid for c in claims] for claims in (first, second)] == [["1", "2"], ["3"]]
        assert list(store.inbox.claim(2, NOW + LEASE - MINUTE, LEASE)) == []

    def test_a_lease_that_ended_is_claimed_by_another_and_the_first_is_stale(self, store: Store) -> None:
        (lost,) = taken(store, arrival(1))
        (again,) = store.inbox.claim(10, NOW + LEASE, LEASE)
        assert (again.attempts, again.fence > lost.fence) == (2, True)
        with pytest.raises(Stale):
            store.inbox.settle(lost, "recorded", "", SUBJECT, mail(1))
        with pytest.raises(Stale):
            store.inbox.release(lost, "", NOW)
        store.inbox.settle(again, "recorded", "", SUBJECT, mail(1))

    def test_settled_mail_is_not_claimed_again(self, store: Store) -> None:
        (claim,) = taken(store, arrival(1))
        store.inbox.settle(claim, "ignored", "an advertisement", None, None)
        assert list(store.inbox.claim(10, NOW + DAY, LEASE)) == []

    def test_released_mail_waits_its_time(self, store: Store) -> None:
        (claim,) = taken(store, arrival(1))
        store.inbox.release(claim, "the reader was busy", NOW + HOUR)
        assert list(store.inbox.claim(10, NOW + HOUR - MINUTE, LEASE)) == []
        (again,) = store.inbox.claim(10, NOW + HOUR, LEASE)
        assert again.attempts == 2

    def test_mail_is_known_by_id_and_words_together(self, store: Store) -> None:
        (claim,) = taken(store, arrival(1))
        assert store.inbox.known(mail(1)) is None
        store.inbox.settle(claim, "recorded", "", SUBJECT, mail(1))
        assert store.inbox.known(mail(1)) == claim.row.id
        assert store.inbox.known(mail(1, "Other words.")) is None
        assert store.inbox.known(mail(2)) is None

    def test_an_empty_id_matches_nothing(self, store: Store) -> None:
        claims = taken(store, arrival(1), arrival(2))
        store.inbox.settle(claims[0], "recorded", "", SUBJECT, mail_without_id())
        assert store.inbox.known(mail_without_id()) is None
        assert store.inbox.cases_of([""]) == {}

    def test_the_case_of_a_message(self, store: Store) -> None:
        claims = taken(store, arrival(1), arrival(2), arrival(3))
        store.inbox.settle(claims[0], "recorded", "", SUBJECT, mail(1))
        store.inbox.settle(claims[1], "recorded", "", OTHER, mail(2))
        store.inbox.settle(claims[2], "ignored", "", None, mail(3))
        asked = [f"{n}@customers.test" for n in (1, 2, 3, 4)]
        assert store.inbox.cases_of(asked) == {"1@customers.test": 1, "2@customers.test": 2}
        assert store.inbox.cases_of([]) == {}

    def test_a_thread_is_the_mails_of_a_subject_in_order(self, store: Store) -> None:
        claims = taken(store, arrival(1), arrival(2, NOW + MINUTE), arrival(3))
        store.inbox.settle(claims[0], "recorded", "", SUBJECT, mail(1))
        store.inbox.settle(claims[1], "appended", "", SUBJECT, mail(2), by_us=True)
        store.inbox.settle(claims[2], "recorded", "", OTHER, mail(3))
        first, second = store.inbox.thread(SUBJECT)
        assert (first.sender, first.subject, first.words, first.received_at, first.by_us) == (
            ANA, "Orders 1", "Everything is down.", NOW, False)  # fmt: skip
        assert (second.message_id, second.received_at, second.by_us) == ("2@customers.test", NOW + MINUTE, True)

    def test_the_ledger_counts_every_mail_once(self, store: Store) -> None:
        claims = taken(store, *(arrival(n) for n in range(1, 6)))
        store.inbox.settle(claims[0], "recorded", "", SUBJECT, mail(1))
        store.inbox.settle(claims[1], "ignored", "", None, mail(2))
        store.inbox.settle(claims[2], "ignored", "", None, mail(3))
        store.inbox.settle(claims[3], "quarantined", "it kills its reader", None, None)
        assert store.inbox.ledger() == {"recorded": 1, "ignored": 2, "quarantined": 1, "new": 1}
        assert list(store.inbox.quarantined()) == [(claims[3].row.id, "it kills its reader", NOW)]

    def test_automatic_answers_are_counted_by_address_and_time(self, store: Store) -> None:
        for n, rule in enumerate(["auto", "auto", "owner"]):
            send_one(store, wish(f"k{n}"), rule, NOW + n * HOUR)
        send_one(store, wish("bob", to=BOB), "auto", NOW)
        assert store.inbox.auto_answers_since(ANA, NOW) == 2
        assert store.inbox.auto_answers_since(ANA, NOW + MINUTE) == 1
        store.letters.wish(wish("not sent yet"), NOW)
        assert store.inbox.auto_answers_since(BOB, NOW) == 1

    def test_what_was_taken_in_is_counted_when_it_came(self, store: Store) -> None:
        store.inbox.connect("support", 7, NOW)
        assert store.inbox.seen() == 0
        store.inbox.add([arrival(1), arrival(2), arrival(1, box="sales")], NOW)
        store.inbox.add([arrival(2), arrival(3), arrival(3)], NOW)
        store.inbox.connect("support", 8, NOW)
        assert store.inbox.seen() == 4
        assert sum(store.inbox.ledger().values()) == 4

    def test_an_outlook_conversation_leads_to_its_cases(self, store: Store) -> None:
        for n, subject in enumerate((SUBJECT, OTHER, SUBJECT)):
            (claim,) = taken(store, arrival(n + 1))
            store.inbox.settle(claim, "recorded", "", subject, replace(mail(n + 1), conversation="ab" * 16))
        (claim,) = taken(store, arrival(9))
        store.inbox.settle(claim, "recorded", "", OTHER, mail(9))
        assert store.inbox.cases_of_conversation("ab" * 16) == [SUBJECT.id, OTHER.id]
        assert store.inbox.cases_of_conversation("cd" * 16) == []
        assert store.inbox.cases_of_conversation("") == []


def mail_without_id() -> Mail:
    return parse(raw(1).replace(b"Message-ID: <1@customers.test>\r\n", b""))

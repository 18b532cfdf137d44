"""What every `ports.Store` keeps to: each part's suite, and what holds for the whole."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from commsvc.domain.letter.letter import State
from commsvc.domain.promise.timeline import Entry
from commsvc.ports import Store
from tests.contract.given import CASE, LEASE, NOW, SUBJECT, wish
from tests.contract.store_adoptions import AdoptionsContract
from tests.contract.store_alike import AlikeContract
from tests.contract.store_calls import CallsContract
from tests.contract.store_cases import CasesContract, PromisesContract
from tests.contract.store_evidence import EvidenceContract
from tests.contract.store_facts import FactsContract
from tests.contract.store_histories import HistoriesContract
from tests.contract.store_inbox import InboxContract
from tests.contract.store_learnt import LearntContract
from tests.contract.store_letters import LettersContract
from tests.contract.store_records import ORDER, RecordsContract, SessionsContract
from tests.contract.store_signs import SignsContract
from tests.contract.store_tokens import TokensContract


class Dies(Exception):
    """The process ends here."""


def note(store: Store, said: str) -> None:
    store.records.write(Entry(SUBJECT, NOW, "note", said))


def said(store: Store) -> list[str]:
    return [e.said for e in store.records.timeline(SUBJECT)]


def dies(part: Callable[[], AbstractContextManager[None]], write: Callable[[], None]) -> None:
    """Write something in a transaction or savepoint that then fails."""
    with part():
        write()
        raise Dies


def ends_well(store: Store, part: Callable[[], AbstractContextManager[None]]) -> None:
    with part():
        note(store, "inner")


class TransactionContract:
    """Needs the fixture `store`, empty."""

    def test_a_transaction_that_fails_leaves_nothing(self, store: Store) -> None:
        def write() -> None:
            store.cases.open(CASE)
            store.letters.wish(wish("receipt"), NOW)

        with pytest.raises(Dies):
            dies(store.transaction, write)
        assert list(store.cases.all_open()) == []
        assert store.letters.wish(wish("receipt"), NOW)

    def test_one_item_may_fail_alone(self, store: Store) -> None:
        with store.transaction():
            note(store, "before")
            with pytest.raises(Dies):
                dies(store.savepoint, lambda: note(store, "the bad item"))
            note(store, "after")
        assert said(store) == ["before", "after"]

    def test_a_savepoint_goes_down_with_its_transaction(self, store: Store) -> None:
        with pytest.raises(Dies):
            dies(store.transaction, lambda: ends_well(store, store.savepoint))
        assert said(store) == []

    def test_a_transaction_inside_another_is_part_of_it(self, store: Store) -> None:
        with pytest.raises(Dies):
            dies(store.transaction, lambda: ends_well(store, store.transaction))
        assert said(store) == []

    def test_what_a_dead_worker_held_is_given_back(self, store: Store) -> None:
        store.letters.wish(wish("receipt"), NOW)
        store.records.order(ORDER)
        lost = [*store.letters.claim(State.WANTED, NOW, 9, LEASE), *store.records.claim_commands(NOW, 9, LEASE)]
        store.free()
        again = [*store.letters.claim(State.WANTED, NOW, 9, LEASE), *store.records.claim_commands(NOW, 9, LEASE)]
        assert [c.attempts for c in lost] == [1, 1]
        assert [c.attempts for c in again] == [2, 2]

    def test_a_wish_that_is_known_does_not_spoil_the_transaction(self, store: Store) -> None:
        store.letters.wish(wish("receipt"), NOW)
        with store.transaction():
            assert not store.letters.wish(wish("receipt"), NOW)
            note(store, "after")
        assert said(store) == ["after"]


class StoreContract(
    InboxContract, CasesContract, PromisesContract, LettersContract, RecordsContract, SessionsContract, CallsContract,
    FactsContract, LearntContract, EvidenceContract, AdoptionsContract, AlikeContract, SignsContract,
    HistoriesContract, TokensContract, TransactionContract,
):  # fmt: skip
    """Needs the fixture `store`, empty."""

"""Several workers on one database: each row is done by one of them, and nobody is booked twice.

The second worker starts while the first has written and not yet committed.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from commsvc.adapters.store.store import PeeweeStore, connect
from commsvc.domain.call.invitation import State as CallState
from commsvc.domain.letter.letter import State
from commsvc.domain.playbook.rules import Playbook
from commsvc.errors import Temporary
from commsvc.ports import Store
from tests.contract.given import DAY, LEASE, MINUTE, NOW, SUBJECT, arrival, wish
from tests.contract.store_calls import OLGA, at, wanted
from tests.servers.postgres import Postgres

T = TypeVar("T")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "commsvc.db")
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
def first(url: str) -> Iterator[PeeweeStore]:
    store = connect(url)
    yield store
    store.close()


def together(url: str, first: PeeweeStore, act: Callable[[Store], T]) -> list[T]:
    """What `act` gives to the first worker and to one that comes before the first has committed."""
    results: list[T] = []

    def second() -> None:
        store = connect(url)
        with store.transaction():
            results.append(act(store))
        store.close()

    other = threading.Thread(target=second)
    with first.transaction():
        mine = act(first)
        other.start()
        time.sleep(0.3)
    other.join(20)
    return [mine, *results]


def test_one_wish_is_one_letter(url: str, first: PeeweeStore) -> None:
    assert together(url, first, lambda store: store.letters.wish(wish("receipt"), NOW)) == [True, False]


def test_one_mail_is_one_row(url: str, first: PeeweeStore) -> None:
    first.inbox.connect("support", 7, NOW)
    assert together(url, first, lambda store: store.inbox.add([arrival(1)], NOW)) == [1, 0]


def test_one_call_is_wanted_once(url: str, first: PeeweeStore) -> None:
    together(url, first, lambda store: store.calls.want(wanted()))
    assert len(first.calls.of(SUBJECT)) == 1


def test_one_trouble_stands_once(url: str, first: PeeweeStore) -> None:
    together(url, first, lambda store: store.records.trouble("mailbox", "gone", NOW))
    assert list(first.records.troubles()) == [("mailbox", "gone")]


def test_a_playbook_is_kept_once(url: str, first: PeeweeStore, playbook: Playbook) -> None:
    together(url, first, lambda store: store.records.keep_playbook(playbook, {"a": "b"}, NOW))
    assert first.records.playbook_files(playbook.digest) == {"a": "b"}


def test_nobody_is_booked_by_two_workers_at_once(url: str, first: PeeweeStore) -> None:
    """Their times overlap but begin apart, so that no unique index helps."""
    for uid in ("call-1@support.test", "call-2@support.test"):
        first.calls.want(wanted(uid))
    minutes = iter((0, 1))

    def act(store: Store) -> bool:
        (claim,) = store.calls.claim(NOW, 1, LEASE)
        done = store.calls.book(claim, at(claim.row, NOW + DAY + next(minutes) * MINUTE, OLGA))
        if not done:
            store.calls.save(replace(claim.row, state=CallState.NO_SLOT))
        return done

    assert together(url, first, act) == [True, False]
    assert len(first.calls.reserved(OLGA.address, NOW, NOW + 2 * DAY)) == 1


def test_four_workers_share_the_letters_between_them(url: str, first: PeeweeStore) -> None:
    with first.transaction():
        for n in range(200):
            first.letters.wish(wish(f"k{n}"), NOW)
    done: list[int] = []

    def work() -> None:
        store = connect(url)
        while True:
            with store.transaction():
                claims = store.letters.claim(State.WANTED, NOW, 7, LEASE)
            if not claims:
                break
            for claim in claims:
                with store.transaction():
                    store.letters.save(claim, replace(claim.row, state=State.VOID))
                done.append(claim.row.id)
        store.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert len(done) == len(set(done)) == 200


def test_a_locked_database_is_temporary(tmp_path: Path) -> None:
    one, two = (connect(str(tmp_path / "commsvc.db")) for _ in range(2))
    two.db.execute_sql("PRAGMA busy_timeout = 20")
    with one.transaction(), pytest.raises(Temporary, match="locked"), two.transaction():
        two.records.trouble("never", "reached", NOW)
    with two.transaction():
        two.records.trouble("mailbox", "gone", NOW)
    assert list(one.records.troubles()) == [("mailbox", "gone")]


def test_a_database_server_that_was_away_is_used_again() -> None:
    with Postgres() as server:
        store = connect(server.database())
        server.stop()
        for _ in range(2):
            with pytest.raises(Temporary, match="the database did not take it"), store.transaction():
                store.records.trouble("mailbox", "gone", NOW)
        with pytest.raises(Temporary, match="the database did not take it"):
            store.records.switches()
        server.start()
        assert store.records.switches().watching
        server.stop()
        with pytest.raises(Temporary):
            store.records.switches()
        server.start()
        with store.transaction():
            store.records.trouble("mailbox", "gone", NOW)
        assert list(store.records.troubles()) == [("mailbox", "gone")]
        store.close()

"""Mails that come at the same moment share one commit; one that is not taken refuses no other."""

import asyncio
import threading
from datetime import UTC, datetime

from commsvc.adapters.listener.together import MOST, Together
from commsvc.domain.mail.arrival import Arrival
from commsvc.errors import Temporary

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


def arrival(uid):
    return Arrival("listener", 1, str(uid), b"Subject: Hi\r\n\r\n", NOW, ("support@support.test",), "")


class Store:
    """Commits groups, the first one as slowly as a test wants; refuses uids."""

    def __init__(self, *refused):
        self.refused, self.commits, self.go_on = set(refused), [], threading.Event()

    def accept(self, arrivals):
        if not self.commits:
            self.commits.append(0)
            self.go_on.wait(10)
            self.commits.pop()
        if self.refused & {a.uid for a in arrivals}:
            raise Temporary("the disk is full")
        self.commits.append(len(arrivals))


def sent(store, count):
    """Hand in one mail, and `count` more while it is being committed; what each was told."""

    async def all_of_them():
        together = Together(store.accept)
        first = asyncio.create_task(together.add(arrival(0)))
        await asyncio.sleep(0)
        others = [asyncio.create_task(together.add(arrival(n))) for n in range(1, count + 1)]
        await asyncio.sleep(0)
        store.go_on.set()
        return await asyncio.gather(first, *others, return_exceptions=True)

    return asyncio.run(all_of_them())


def test_what_comes_during_a_commit_shares_the_next_one():
    store = Store()
    assert sent(store, 30) == [None] * 31
    assert store.commits == [1, 30]


def test_a_group_has_a_bound():
    store = Store()
    sent(store, MOST + 1)
    assert store.commits == [1, MOST, 1]


def test_one_that_is_not_taken_refuses_no_other():
    store = Store("2")
    told = sent(store, 3)
    assert [type(t).__name__ for t in told] == ["NoneType", "NoneType", "Temporary", "NoneType"]
    assert store.commits == [1, 1, 1]

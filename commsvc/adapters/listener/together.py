"""Arrivals share a commit: a mail is acknowledged when it is on the disk, and a burst pays for few fsyncs."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

from commsvc.domain.mail.arrival import Arrival

MOST = 100
"""Mails in one commit."""
Waiting: TypeAlias = tuple[Arrival, "asyncio.Future[None]"]


class Together:
    """Hands groups of arrivals to `accept`, which must commit them. To be used on one event loop.

    A mail that comes alone is committed at once; what comes while a commit runs waits for the next one,
    which takes it all, at most `MOST`. So nobody waits longer than one commit, and a burst shares its
    fsyncs. A group that is not taken is tried mail by mail: one mail never refuses another.
    """

    def __init__(self, accept: Callable[[Sequence[Arrival]], object]) -> None:
        self._accept = accept
        self._waiting: list[Waiting] = []
        self._writer = ThreadPoolExecutor(1, "listener")
        self._work: asyncio.Task[None] | None = None

    async def add(self, arrival: Arrival) -> None:
        """Return when the arrival is committed. Raises what `accept` raises for it."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, done))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._drain())
        await done

    async def _drain(self) -> None:
        while group := self._waiting[:MOST]:
            del self._waiting[:MOST]
            if not await self._commit(group) and len(group) > 1:
                for one in group:
                    await self._commit([one])

    async def _commit(self, group: Sequence[Waiting]) -> bool:
        """False: not taken. A mail that is alone is told why."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._writer, self._accept, [a for a, _ in group])
        except Exception as why:
            for _, done in group if len(group) == 1 else ():
                _tell(done, why)
            return False
        for _, done in group:
            _tell(done, None)
        return True


def _tell(done: "asyncio.Future[None]", why: Exception | None) -> None:
    """A sender that hung up meanwhile is not told."""
    if done.cancelled():
        return
    if why is None:
        done.set_result(None)
    else:
        done.set_exception(why)

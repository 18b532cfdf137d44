"""Read hostile bytes in child processes, with limits on time and memory (pebble's process pool).

A batch that fails is done again item by item, so that one bomb costs only itself; its reason goes
back in words. The service itself never parses what a stranger sent.

Temporary:  none: whatever happens in the child is this item's reason
"""

import resource
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from types import TracebackType
from typing import Generic, Self, TypeVar, cast

from pebble import ProcessExpired, ProcessPool

from commsvc.domain.mail.caps import TooBig
from commsvc.domain.mail.mail import Mail, Unread
from commsvc.domain.mail.parse import parse

T = TypeVar("T")
R = TypeVar("R")
MEMORY = 1024 * 1024 * 1024
SECONDS_A_BATCH = 10.0
BATCH = 25
BATCH_BYTES = 4 * 1024 * 1024
SPILLED_FROM = 1024 * 1024
ITEMS_A_CHILD = 2000
_LOST = (FutureTimeout, ProcessExpired, MemoryError, OSError)


@dataclass(frozen=True, slots=True)
class _Spilled:
    """Where an item lies that is too large to be handed over in memory."""

    path: str


class Children(Generic[T, R]):
    """A pool of child processes that do one kind of `work`, a module's function, on hostile items."""

    def __init__(self, work: Callable[[T], R], workers: int = 2, seconds: float = SECONDS_A_BATCH) -> None:
        """`seconds`: how much CPU, and how much time, a batch may take."""
        self._do, self._seconds = partial(_batch, work, seconds), seconds
        self._folder = TemporaryDirectory(prefix="commsvc-reading-")
        self._pool = ProcessPool(max_workers=workers, max_tasks=ITEMS_A_CHILD // BATCH, initializer=_limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def run(self, items: Sequence[T]) -> Iterator[R | Unread]:
        """The answer of each item, or why there is none, in the order of the items. Never raises."""
        batches = [[self._spilled(item) for item in batch] for batch in _cut(items)]
        futures = [self._pool.schedule(self._do, args=[batch], timeout=self._seconds) for batch in batches]
        for batch, future in zip(batches, futures, strict=True):
            try:
                yield from future.result()
            except _LOST as why:
                yield from (map(self._alone, batch) if len(batch) > 1 else [self._lost(why)])
            for item in batch:
                if isinstance(item, _Spilled):
                    Path(item.path).unlink(missing_ok=True)

    def close(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
        self._folder.cleanup()

    def _spilled(self, item: T) -> "T | _Spilled":
        """A large item goes through a file: pickled, it would be in our memory three times over."""
        if not isinstance(item, bytes) or len(item) < SPILLED_FROM:
            return item
        try:
            with NamedTemporaryFile(dir=self._folder.name, delete=False) as file:
                file.write(item)
        except OSError:
            return item
        return _Spilled(file.name)

    def _alone(self, item: "T | _Spilled") -> R | Unread:
        try:
            answers: list[R | Unread] = self._pool.schedule(self._do, args=[[item]], timeout=self._seconds).result()
        except _LOST as why:
            return self._lost(why)
        return answers[0]

    def _lost(self, why: BaseException) -> Unread:
        if isinstance(why, FutureTimeout):
            return Unread(f"reading it took more than {self._seconds:g} s")
        return Unread(f"reading it ended the child process: {why}")


class PooledReader:
    """`ports.Reader` on a pool of child processes."""

    def __init__(self, workers: int = 2) -> None:
        self._children: Children[bytes, Mail] = Children(parse, workers)

    def read(self, raws: Sequence[bytes]) -> Sequence[Mail | Unread]:
        return list(self._children.run(raws))

    def close(self) -> None:
        self._children.close()


def _cut(items: Sequence[T]) -> Iterator[list[T]]:
    """Batches of at most so many items and, where the items are bytes, about so many bytes."""
    batch: list[T] = []
    size = 0
    for item in items:
        weight = len(item) if isinstance(item, bytes) else 0
        if batch and (len(batch) == BATCH or size + weight > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += weight
    if batch:
        yield batch


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _batch(work: Callable[[T], R], seconds: float, items: list[T | _Spilled]) -> list[R | Unread]:
    """Runs in the child. The CPU limit is raised with each batch: it counts the process's whole life."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
    return [_one(work, item) for item in items]


def _one(work: Callable[[T], R], item: T | _Spilled) -> R | Unread:
    try:
        return work(cast("T", Path(item.path).read_bytes()) if isinstance(item, _Spilled) else item)
    except TooBig as over:
        return Unread(over.reason.value, certain=True)
    except MemoryError:
        return Unread("it needs too much memory")
    except Exception as why:  # the reason belongs to this item, whatever it is
        return Unread(f"{type(why).__name__}: {why}")

"""Read hostile bytes in child processes, with limits on time and memory (pebble's process pool).

A batch that fails is read again mail by mail, so that one bomb costs only itself; its reason goes
back in words. The service itself never parses what a stranger sent.

Temporary:  none: whatever happens in the child is this mail's reason
"""

import resource
from collections.abc import Sequence
from concurrent.futures import TimeoutError as FutureTimeout

from pebble import ProcessExpired, ProcessPool

from commsvc.domain.mail.mail import Mail
from commsvc.domain.mail.parse import parse

MEMORY = 1024 * 1024 * 1024
SECONDS_A_MAIL = 10.0
CHUNK = 25
MAILS_A_CHILD = 2000


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(raws: list[bytes]) -> list[Mail | str]:
    """Runs in the child. The CPU limit is raised with each task: it counts the process's whole life."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(used.ru_utime + used.ru_stime + SECONDS_A_MAIL) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
    return [_one(raw) for raw in raws]


def _one(raw: bytes) -> Mail | str:
    try:
        return parse(raw)
    except MemoryError:
        return "it needs too much memory"
    except Exception as why:  # the reason belongs to this mail, whatever it is
        return f"{type(why).__name__}: {why}"


class PooledReader:
    """`ports.Reader` on a pool of child processes."""

    def __init__(self, workers: int = 2) -> None:
        self._pool = ProcessPool(max_workers=workers, max_tasks=MAILS_A_CHILD, initializer=_limits)

    def read(self, raws: Sequence[bytes]) -> Sequence[Mail | str]:
        chunks = [list(raws[n : n + CHUNK]) for n in range(0, len(raws), CHUNK)]
        futures = [self._pool.schedule(_read, args=[chunk], timeout=SECONDS_A_MAIL) for chunk in chunks]
        out: list[Mail | str] = []
        for chunk, future in zip(chunks, futures, strict=True):
            try:
                out += future.result()
            except (FutureTimeout, ProcessExpired, MemoryError, OSError) as why:
                out += [self._alone(raw) for raw in chunk] if len(chunk) > 1 else [_reason(why)]
        return out

    def close(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def _alone(self, raw: bytes) -> Mail | str:
        try:
            return self._pool.schedule(_read, args=[[raw]], timeout=SECONDS_A_MAIL).result()[0]
        except (FutureTimeout, ProcessExpired, MemoryError, OSError) as why:
            return _reason(why)


def _reason(why: BaseException) -> str:
    if isinstance(why, FutureTimeout):
        return f"reading it took more than {SECONDS_A_MAIL:.0f} s"
    return f"reading it ended the child process: {why}"

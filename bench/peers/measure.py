"""How every side of the ingest bench is timed: the work alone, without start-up and without building the store."""

import json
import resource
import time
from collections.abc import Callable


def measured(work: Callable[[], None], count: Callable[[], dict[str, int]]) -> None:
    """Run `work`, then print one line of JSON: seconds, CPU seconds (children included), what is stored."""
    begin, cpu = time.perf_counter(), _cpu()
    work()
    seconds, cpu = time.perf_counter() - begin, _cpu() - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "stored": count()}))


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime

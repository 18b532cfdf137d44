"""What a tick over promises costs: with how many are due, not with how many are open.

    python bench/promises.py [--open 10000 100000 1000000] [--due 100] [--repeats 7] [--events 200000]

Each store is filled with one case a promise. A tick looks after the same number of due promises (warns owner and
approver) and is rolled back, so that every repeat meets the same rows; the sizes take turns. An idle tick finds
nothing due. The query plan is the store's own. The simulated year runs the chains of 10,000 open cases in memory,
every step in order of time, on the shipped rules: it stops at the end of the year or after `--events`.
"""

import argparse
import heapq
import logging
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from commsvc.adapters.rulebook import Rulebook  # noqa: E402
from commsvc.adapters.stationery import Templates  # noqa: E402
from commsvc.adapters.store.store import PeeweeStore, connect  # noqa: E402
from commsvc.desk import Desk, Identity, Register  # noqa: E402
from commsvc.domain.case.case import Case, Stage  # noqa: E402
from commsvc.domain.case.directory import Account, Contact, Directory, Person  # noqa: E402
from commsvc.domain.letter.draft import Brand  # noqa: E402
from commsvc.domain.letter.tokens import Mint  # noqa: E402
from commsvc.domain.playbook.rules import Chain  # noqa: E402
from commsvc.domain.playbook.words import Kind, Segment, Severity  # noqa: E402
from commsvc.domain.promise.cadence import next_update  # noqa: E402
from commsvc.domain.promise.chain import next_at, steps_due  # noqa: E402
from commsvc.domain.promise.promise import Promise, Subject  # noqa: E402
from commsvc.domain.promise.worktime import WorkCalendar  # noqa: E402
from commsvc.flow.promises import Promises  # noqa: E402
from tests.servers.postgres import Postgres  # noqa: E402

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
WARNED = 2
"""The step of the update's chain that the due promises stand before: it tells owner and approver."""
OWNER = "dana@kestrel.example"
IDLE = 2_000


def desk(url: str) -> Desk:
    people = (
        Person("Dana", OWNER, ("escalation_owner",), "America/New_York"),
        Person("Jon", "jon@kestrel.example", ("account_manager",), "America/New_York"),
        Person("Sam", "sam@kestrel.example", ("support_manager",), "Europe/London"),
    )
    contact = Contact("Ada", "ada@nimbus.example")
    account = Account("ACC-1", "Nimbus", Segment.STRATEGIC, "America/New_York", "US", "en", ("nimbus.example",),
                      (contact,), "jon@kestrel.example")  # fmt: skip
    templates = Templates(ROOT / "templates/email")
    identity = Identity(Brand("Kestrel"), Mint(b"a secret of the bench", "kestrel.example", "s@kestrel.example"),
                        "s@kestrel.example", "operator@kestrel.example")  # fmt: skip
    rulebook = Rulebook(ROOT / "rules", templates.letters())
    return Desk(connect(url), rulebook, Register(Directory((account,), people)), templates, identity)


def fill(bench: Desk, still_open: int, due: int) -> None:
    """One case a promise, all like the first; `due` of them want a step now, the others later and later."""
    store, micro = bench.store, int(NOW.timestamp() * 1_000_000)
    with store.transaction():
        playbook = bench.playbooks.current().digest
        case = Case(0, "ACC-1", "ada@nimbus.example", "Down", Stage.INVESTIGATE, Severity.SEV2, True, "incident", "integrations",
                    "en", OWNER, "sam@kestrel.example", "nothing works", (), False, True, playbook, NOW)  # fmt: skip
        first = bench.subject(store.cases.open(case))
        owed = store.promises.make(first, Kind.NEXT_UPDATE, "2h/24x7", NOW - timedelta(minutes=100),
                                   NOW + timedelta(minutes=20), NOW)  # fmt: skip
        store.promises.save(replace(owed, step=WARNED))
        multiply(store, "escalation", still_open - 1, {})
        later = f"CASE WHEN i < {due} THEN {micro} - i ELSE {micro} + (CAST(i AS BIGINT) + 3600) * 1000000 END"
        multiply(store, "promise", still_open - 1, {"subject_id": "i + 1", "next_at": later})
    store.db.execute_sql("ANALYZE")


def multiply(store: PeeweeStore, table: str, times: int, other: dict[str, str]) -> None:
    """Copy the first row of a table, numbered i from 1 on; `other`: the columns that differ, as SQL."""
    names = [c.name for c in store.db.get_columns(table) if c.name != "id"]
    values = ", ".join(other.get(name, f"t.{name}") for name in names)
    store.db.execute_sql(
        f"INSERT INTO {table} ({', '.join(names)}) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {times})"
        f" SELECT {values} FROM n, {table} t WHERE t.id = 1"
    )


def cpu(work: Callable[[], object]) -> float:
    """CPU milliseconds of this process."""
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1000


def tick(bench: Desk, due: int) -> tuple[float, float]:
    """CPU and wall milliseconds of one tick with `due` promises due, undone afterwards."""
    with bench.store.db.atomic() as everything:
        started = time.perf_counter()
        spent = cpu(lambda: _looked(bench, due))
        wall = (time.perf_counter() - started) * 1000
        everything.rollback()
    return spent, wall


def _looked(bench: Desk, due: int) -> None:
    looked = Promises(bench).run(NOW)
    if looked != due:
        raise SystemExit(f"{looked} promises were looked at, not {due}")


def idle(bench: Desk) -> float:
    """CPU milliseconds of a tick that finds nothing due."""
    promises, before = Promises(bench), NOW - timedelta(days=1)
    return cpu(lambda: [promises.run(before) for _ in range(IDLE)]) / IDLE


def plan(bench: Desk) -> str:
    """How the store finds what is due, in its own words."""
    explain = "EXPLAIN QUERY PLAN" if "Sqlite" in type(bench.store.db).__name__ else "EXPLAIN"
    sql = f"{explain} SELECT * FROM promise WHERE state = 'open' AND next_at IS NOT NULL AND next_at <= 1 ORDER BY next_at LIMIT 500"
    return " / ".join(str(row[-1]).strip() for row in bench.store.db.execute_sql(sql).fetchall())


def measure(name: str, urls: dict[int, str], due: int, repeats: int) -> None:
    benches = {size: desk(url) for size, url in urls.items()}
    for size, bench in benches.items():
        fill(bench, size, due)
        tick(bench, due)
    costs: dict[int, list[tuple[float, float]]] = {size: [] for size in benches}
    for repeat in range(repeats):
        for size in list(benches)[:: -1 if repeat % 2 else 1]:
            costs[size].append(tick(benches[size], due))
    for size, bench in benches.items():
        spent, wall = (statistics.median(c[n] for c in costs[size]) for n in (0, 1))
        print(f"| {name} | {size:,} | {spent:.1f} | {wall:.1f} | {idle(bench):.3f} |")
    few, many = costs[min(costs)], costs[max(costs)]
    by = [statistics.median(b[n] / a[n] for a, b in zip(few, many, strict=True)) for n in (0, 1)]
    print(f"| {name} | ratio of the largest to the smallest | {by[0]:.2f} | {by[1]:.2f} | |")
    print(f"| {name} | {plan(benches[max(costs)])} | | | |")
    for bench in benches.values():
        bench.store.close()


def year(cases: int, events: int) -> None:
    """Every step of the update chains of so many cases in order of time; each update goes at its due time."""
    book = Rulebook(ROOT / "rules", Templates(ROOT / "templates/email").letters()).current()
    chain, calendar = book.chain(Kind.NEXT_UPDATE), WorkCalendar("America/New_York", "US")
    if chain is None:
        raise SystemExit("the shipped rules have no chain for updates")
    segments, severities = list(Segment), [Severity.SEV2, Severity.SEV3, Severity.SEV4]
    queue: list[tuple[datetime, int, Promise]] = []
    for n in range(cases):
        span, start = book.update(severities[n % 3], segments[n % len(segments)]), NOW + timedelta(seconds=n)
        heapq.heappush(queue, _next(Promise(n, Subject("case", n), Kind.NEXT_UPDATE, span, start,
                                            next_update(start, span, calendar, start)), chain, calendar))  # fmt: skip
    done, kept, before = 0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    while queue and done < events and queue[0][0] < NOW + timedelta(days=365):
        at, _, promise = heapq.heappop(queue)
        taken = steps_due(promise, chain, calendar, at)
        done += len(taken)
        after = replace(promise, step=taken[-1].number + 1)
        if taken[-1].at >= promise.due_at:
            due_at = next_update(promise.due_at, promise.span, calendar, at)
            after = replace(promise, step=0, started_at=promise.due_at, due_at=due_at)
        heapq.heappush(queue, _next(after, chain, calendar))
    spent, grown = time.process_time() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - kept
    until = queue[0][0] - NOW
    print(
        f"\n{cases:,} open cases, {done:,} steps in {until.days} days: {done / spent:,.0f} a CPU second, {grown / 1024:.1f} MB more"
    )


def _next(promise: Promise, chain: Chain, calendar: WorkCalendar) -> tuple[datetime, int, Promise]:
    at = next_at(promise, chain, calendar)
    if at is None:
        raise SystemExit("a chain ended before its promise")
    return at, promise.id, promise


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--open", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options.add_argument("--due", type=int, default=100)
    options.add_argument("--repeats", type=int, default=7)
    options.add_argument("--events", type=int, default=200_000)
    chosen = options.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print("| store | open promises | CPU ms a tick | wall ms a tick | CPU ms idle |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", {n: f"{folder}/{n}.db" for n in chosen.open}, chosen.due, chosen.repeats)
    with Postgres() as postgres:
        measure("PostgreSQL", {n: postgres.database() for n in chosen.open}, chosen.due, chosen.repeats)
    year(10_000, chosen.events)


if __name__ == "__main__":
    main()

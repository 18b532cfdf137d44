"""How long pages take with 100,000 cases and two million timeline entries on SQLite; and a year of briefings.

    python bench/console.py [--cases 100000] [--entries 20] [--repeats 40] [--executives 200] [--days 20]

The store is filled by SQL: cases of three years over 2,000 accounts, one in fifty open. Each page is asked for in this process, by
somebody signed in, another case or word each time; the time is that of the answer, as CPU and as it passes. Briefings are rendered
for so many executives on so many days, and reckoned up to the 260 working days of a year.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from growth import NUMBERS, _all

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fastapi.testclient import TestClient

from commsvc.console.viewer import COOKIE
from commsvc.console.web import create
from commsvc.desk import Desk, Register
from commsvc.domain.case.directory import Account, Contact, Directory, Person
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.playbook.words import Segment
from commsvc.flow.briefings import HOUSE
from commsvc.flow.letters.reports import report_slots
from commsvc.installation import open_installation
from commsvc.shipped import write_installation

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
YEARS, ACCOUNTS, OPEN = 3, 2000, 50
ME = Person("Olga", "olga@support.test", ("escalation_owner", "support_manager", "account_manager"))
WORKING_DAYS = 260


def directory(executives: int) -> Directory:
    """Two thousand accounts with a contact each, and those who read briefings in four zones."""
    zones = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "UTC")
    segments = list(Segment)
    accounts = tuple(
        Account(f"A{n}", f"Company {n}", segments[n % len(segments)], zones[n % 4], "DE", "en", (f"c{n}.test",),
                (Contact(f"Person {n}", f"p@c{n}.test"),), ME.address) for n in range(ACCOUNTS)
    )  # fmt: skip
    readers = tuple(
        Person(f"Reader {n}", f"r{n}@support.test", ("executive",), zones[n % 4]) for n in range(executives)
    )
    return Directory(accounts, (ME, *readers))


def fill(desk: Desk, cases: int, entries: int) -> None:
    """Write the record: for each case its timeline, letters, mails and promises."""
    db, digest = desk.store.db, desk.playbooks.current().digest
    step = YEARS * 365 * 86_400_000_000 // cases
    opened = f"{int((NOW - timedelta(days=YEARS * 365)).timestamp())}000000 + {{i}} * {step}"
    case = f"1 + (i - 1) % {cases}"
    of = opened.format(i=f"({case})")
    minute = 60_000_000
    states = f"CASE WHEN i % {OPEN} = 0 THEN 'investigate' ELSE 'resolved' END"
    rows = (
        ("escalation", cases, {"account_id": f"'A' || (i % {ACCOUNTS})", "contact": f"'p@c' || (i % {ACCOUNTS}) || '.test'", "stage": states,
                               "subject": "'Orders of store ' || i || ' stopped'", "severity": "'SEV' || (1 + i % 4)", "area": "'area' || (i % 7)",
                               "language": "'en'", "owner": f"'{ME.address}'", "playbook": f"'{digest}'", "opened_at": opened.format(i="i"),
                               "impact": "'orders are lost'", "risk": "'low'", "trusted": "1"}),
        ("timeline", cases * entries, {"subject_kind": "'case'", "subject_id": case, "at": f"{of} + (i / {cases}) * 20 * {minute}",
                                       "what": f"CASE WHEN i / {cases} = {entries - 1} AND ({case}) % {OPEN} <> 0 THEN 'resolved' ELSE 'chain' END",
                                       "said": "'the customer confirmed'", "who": "'commsvc'"}),
        ("letter", cases * 3, {"subject_kind": "'case'", "subject_id": case, "audience": "'customer'", "recipient": f"'p@c' || (i % {ACCOUNTS}) || '.test'",
                               "letter": f"CASE i / {cases} WHEN 0 THEN 'acknowledge' WHEN 1 THEN 'first_answer' ELSE 'update_progress' END",
                               "rule": f"CASE i / {cases} WHEN 0 THEN 'auto' ELSE 'owner' END", "wish_key": "'k' || i", "state": "'sent'",
                               "title": "'[ESC] Orders'", "body_text": "'Dear all, we look into it.'", "body_html": "'<p>Dear all</p>'", "approved_by": f"'{ME.address}'",
                               "created_at": of, "sent_at": f"{of} + (1 + (i / {cases}) * (i % 90)) * {minute}"}),
        ("message", cases * 2, {"raw_id": "1", "message_id": "i || '@x'", "subject_kind": "'case'", "subject_id": case, "sender": "'p@c1.test'",
                                "words": "'it is down'", "received_at": f"{of} + (i / {cases}) * 60 * {minute}"}),
        ("promise", cases * 3, {"subject_kind": "'case'", "subject_id": case, "span": "'4h/24x7'", "started_at": of,
                                "kind": f"CASE i / {cases} WHEN 0 THEN 'receipt' WHEN 1 THEN 'first_human' ELSE 'next_update' END",
                                "due_at": f"{of} + 240 * {minute}", "state": f"CASE WHEN ({case}) % {OPEN} = 0 AND i / {cases} = 2 THEN 'open' ELSE 'kept' END",
                                "settled_at": f"{of} + (i % 300) * {minute}"}),
    )  # fmt: skip
    with desk.store.transaction():
        db.execute_sql("INSERT INTO raw_mail (id, mailbox, uidvalidity, uid, received_at, sha256, body, rcpt_to, submitted_by, history, state)"
                       " VALUES (1, 'x', 1, '1', 0, '', x'', '', '', 0, 'appended')")  # fmt: skip
        for table, count, values in rows:
            names, wanted = zip(*_all(desk.store, table, values), strict=True)
            db.execute_sql(
                f"INSERT INTO {table} ({', '.join(names)}) {NUMBERS.format(count=count)}SELECT {', '.join(wanted)} FROM n"
            )
        drafted = f"state = 'sent' AND letter = 'update_progress' AND subject_id % {OPEN} = 0 AND subject_id > {cases * 99 // 100}"
        db.execute_sql(
            f"UPDATE letter SET state = 'waits for approval', sent_at = NULL, approve_by = created_at WHERE {drafted}"
        )
        db.execute_sql(
            f"INSERT INTO asked (letter_id, about_letter, person, digest) SELECT id, id, '{ME.address}', '' FROM letter WHERE state = 'waits for approval'"
        )
        desk.store.records.keep_playbook(desk.playbooks.current(), {}, NOW)
    db.execute_sql("ANALYZE")


def pages(desk: Desk, cases: int) -> Iterator[tuple[str, Callable[[int], str]]]:
    """Each page by its name, and its address the nth time."""
    drafts = [x.id for x in desk.store.letters.drafted()]
    yield "list", lambda _: "/cases"
    yield "board", lambda _: "/cases/board"
    yield "search", lambda n: f"/cases?q=store+{cases * (n + 1) // 100}"
    yield "search by account", lambda n: f"/cases?account=A{n * 37 % ACCOUNTS}"
    yield "case", lambda n: f"/cases/{1 + n * 997 % cases}"
    yield "approvals", lambda _: "/approvals"
    yield "approval", lambda n: f"/approvals/{drafts[n % len(drafts)]}"
    yield "figures, 12 weeks", lambda _: "/figures"
    yield "one figure, 12 weeks", lambda _: "/figures/first_human"


def measure(http: TestClient, path: Callable[[int], str], repeats: int) -> tuple[float, float]:
    """Milliseconds at the 95th percentile: CPU, and as time passes."""
    cpu, wall = [], []
    for n in range(-2, repeats):
        started, worked = time.perf_counter(), time.process_time()
        answer = http.get(path(abs(n)))
        if answer.status_code != 200:
            raise SystemExit(f"{path(abs(n))}: {answer.status_code}")
        if n >= 0:
            cpu.append(1000 * (time.process_time() - worked))
            wall.append(1000 * (time.perf_counter() - started))
    return statistics.quantiles(cpu, n=20)[-1], statistics.quantiles(wall, n=20)[-1]


def briefings(desk: Desk, days: int) -> float:
    """CPU seconds for the briefings of all executives on so many days."""
    worked = time.process_time()
    for day in range(days):
        for person in desk.directory.holders("executive"):
            slots = report_slots(
                desk, Wish("exec_daily", HOUSE, Audience.INTERNAL, person.address, ""), NOW - timedelta(days=day)
            )
            desk.stationery.render("exec_daily", "en", slots)
    return time.process_time() - worked


def main() -> None:
    """Fill a store, ask for every page, and print a table."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("cases", 100_000), ("entries", 20), ("repeats", 40), ("executives", 200), ("days", 20)):
        read.add_argument(f"--{name}", type=int, default=value)
    asked = read.parse_args()
    home = Path(tempfile.mkdtemp(prefix="console-"))
    try:
        write_installation(home / "x")
        installation = open_installation(home / "x")
        made = installation.desk(installation.store())
        desk = Desk(made.store, made.playbooks, Register(directory(asked.executives)), made.stationery, made.identity)
        fill(desk, asked.cases, asked.entries)
        http = TestClient(create(desk, lambda: NOW, lambda: None, None))
        http.cookies.set(COOKIE, desk.store.sessions.begin(ME.address, NOW, timedelta(hours=1)))
        print("| page | CPU ms, p95 | ms, p95 |\n|---|---|---|")
        for name, path in pages(desk, asked.cases):
            print("| {} | {:.0f} | {:.0f} |".format(name, *measure(http, path, asked.repeats)), flush=True)
        took = briefings(desk, asked.days)
        print(f"\nbriefings: {asked.days} days of {asked.executives} executives took {took:.1f} s of CPU, "
              f"a year {took * WORKING_DAYS / asked.days:.0f} s")  # fmt: skip
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()

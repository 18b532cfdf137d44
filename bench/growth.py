"""CPU milliseconds a mail with a thousand and with a million mails stored before, on SQLite.

    python bench/growth.py [--stored 1000 1000000] [--mails 1000] [--repeats 3] [--open 250]

Both stores are filled by SQL with what a mail leaves behind (raw mail, message, case, timeline, promise,
letter); `--open` of the cases are open still, spread over the owners that the new mails will get too. Then
the same new mails are ingested into a copy of each, in turn, as in `bench/ingest.py`.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import ingest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from commsvc.adapters.store.store import connect  # noqa: E402

HOME = ingest.DATA.parent / "growth"
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "


def fill(folder: Path, count: int, still_open: int) -> None:
    """Make a store in which `count` mails were taken in, a quarter of them by a case of their own."""
    folder.mkdir(parents=True)
    store = connect(str(folder / "commsvc.db"))
    with store.transaction():
        for table, columns, values, times in _rows(count // 4, still_open):
            names, wanted = zip(*_all(store, table, dict(zip(columns, values, strict=True))), strict=True)
            store.db.execute_sql(
                f"INSERT INTO {table} ({', '.join(names)}) {NUMBERS.format(count=max(1, int(count * times)))}"
                f"SELECT {', '.join(wanted)} FROM n"
            )
    store.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


def _rows(cases: int, still_open: int) -> list[tuple[str, tuple[str, ...], tuple[str, ...], float]]:
    """Table, columns, SQL of their values for row i, rows a mail."""
    case, moment = f"1 + i % {max(cases, 1)}", "1700000000000000 + i * 1000000"
    of_case = ("'case'", case)
    return [
        ("raw_mail", ("mailbox", "uidvalidity", "uid", "received_at", "sha256", "body", "state"),
         ("'before'", "1", "i", moment, "hex(randomblob(32))", "randomblob(2000)", "'appended'"), 1),
        ("escalation", ("account_id", "contact", "stage", "severity", "owner", "opened_at"),
         ("'ACC-' || i % 5000", "'a' || i || '@old.example'", f"CASE WHEN i <= {still_open} THEN 'investigate' ELSE 'resolved' END",
          "'SEV3'", "'person' || i % 3 || '@kestrel.example'", moment), 0.25),
        ("message", ("raw_id", "message_id", "body_hash", "subject_kind", "subject_id", "sender", "words", "received_at"),
         ("i", "i || '@old.example'", "hex(randomblob(16))", *of_case, "'a@old.example'", "hex(randomblob(300))", moment), 1),
        ("timeline", ("subject_kind", "subject_id", "at", "what", "said"),
         (*of_case, moment, "'customer wrote'", "hex(randomblob(60))"), 3),
        ("promise", ("subject_kind", "subject_id", "kind", "span", "started_at", "due_at", "state"),
         (*of_case, "'next_update'", "'4h/bh'", moment, moment, "'kept'"), 1),
        ("letter", ("subject_kind", "subject_id", "letter", "audience", "recipient", "wish_key", "state", "created_at", "sent_at"),
         (*of_case, "'update'", "'customer'", "'a' || i || '@old.example'", "'old:' || i", "'sent'", moment, moment), 1),
    ]  # fmt: skip


def _all(store, table: str, given: dict[str, str]) -> list[tuple[str, str]]:
    """The columns of a table that need a value: the given ones, and a blank for the others."""
    out = []
    for _, name, kind, not_null, default, key in store.db.execute_sql(f"PRAGMA table_info({table})").fetchall():
        if name in given:
            out.append((name, given[name]))
        elif not_null and default is None and not key:
            out.append((name, {"INTEGER": "0", "BLOB": "x''"}.get(kind, "''")))
    return out


def turn(pristine: Path, mails: Path, count: int) -> float:
    home = HOME / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(pristine, home)
    command = [sys.executable, ingest.HERE / "peers" / "ours.py", "run", home, mails]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])["cpu"] / count * 1000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--stored", type=int, nargs=2, default=[1_000, 1_000_000])
    options.add_argument("--mails", type=int, default=1_000)
    options.add_argument("--repeats", type=int, default=3)
    options.add_argument("--open", type=int, default=250)
    chosen = options.parse_args()
    mails = ingest.write(chosen.mails, 7)
    shutil.rmtree(HOME, ignore_errors=True)
    for stored in chosen.stored:
        fill(HOME / str(stored), stored, min(chosen.open, stored // 4))
    cost: dict[int, list[float]] = {stored: [] for stored in chosen.stored}
    for repeat in range(chosen.repeats):
        for stored in chosen.stored[:: -1 if repeat % 2 else 1]:
            cost[stored].append(turn(HOME / str(stored), mails, chosen.mails))
    few, many = (cost[stored] for stored in chosen.stored)
    print("| mails stored before | CPU ms a mail | (min - max) |\n|---|---|---|")
    for stored, costs in cost.items():
        print(f"| {stored:,} | {statistics.median(costs):.2f} | ({min(costs):.2f} - {max(costs):.2f}) |")
    print(f"\nratio: {statistics.median(b / a for a, b in zip(few, many, strict=True)):.2f}")
    shutil.rmtree(HOME)


if __name__ == "__main__":
    main()

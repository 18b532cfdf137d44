"""The reference pipeline, run where it lies: the same steps composed in sixty lines, without a product around them.

    reference.py run HOME FOLDER PIPELINE [store]

PIPELINE holds proto.py and what it imports. Its table definitions lie elsewhere, so the ones its
statements need are given here; the parsers of others that it compares in other benches are left out.
With `store` the mails are read and judged before the clock starts: its rows and the raw mail alone.
"""

import sys
from pathlib import Path
from types import ModuleType

from measure import measured

TABLES = (
    (
        "create table escalation(id integer primary key, subject text, sender text, severity integer, state text,"
        " opened_at integer, updated_at integer, next_due_at integer)"
    ),
    (
        "create table message(id integer primary key, message_id text, escalation_id integer, in_reply_to text, sender text,"
        " subject text, body text, sha256 text, size integer, received_at integer)"
    ),
    "create index message_ids on message(message_id)",
    "create unique index message_once on message(message_id, sha256)",
    "create table event(id integer primary key, escalation_id integer, kind text, at integer, data text)",
    "create index event_of on event(escalation_id)",
    (
        "create table outbox(id integer primary key, escalation_id integer, dedupe_key text unique, kind text, state text,"
        " due_at integer, payload text)"
    ),
    "create index due on escalation(next_due_at) where state = 'open'",
    "create index pending on outbox(due_at) where state = 'pending'",
)


def pipeline(folder: str) -> ModuleType:
    """Import proto.py; nothing is written beside it."""
    sys.dont_write_bytecode = True
    stand_ins = {
        "bench": {},
        "gen_corpus": {"load": lambda _: []},
        "fast_mail_parser": {},
        "mailparser": {},
        "limits_store": {"DDL": TABLES},
    }
    for name, holds in stand_ins.items():
        module = ModuleType(name)
        vars(module).update(holds)
        sys.modules[name] = module
    sys.path.insert(0, folder)
    return __import__("proto")


def main() -> None:
    home, folder, where = Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    proto, count = pipeline(where), len(list(folder.glob("*.eml")))
    db = proto.opendb(str(home / "reference.db"))

    def stored() -> dict[str, int]:
        return {"mails": db.execute("select count(*) from message").fetchone()[0],
                "cases": db.execute("select count(*) from escalation").fetchone()[0]}  # fmt: skip

    if "store" in sys.argv:
        ready = [proto.prepare(path.read_bytes(), proto.PARSERS["compat32"]) for path in sorted(folder.glob("*.eml"))]
        batches = [ready[first : first + 100] for first in range(0, count, 100)]
        measured(lambda: [proto.store(db, batch, 1.79e9) for batch in batches], stored)
    else:
        measured(lambda: proto.ingest(str(folder), 0, count, "", "compat32", 100, c=db), stored)


if __name__ == "__main__":
    main()

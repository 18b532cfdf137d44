"""Was every promise kept, late or ended on the record, and was nobody written to twice or in a burst?

Reads the database with its own SQL and the mailboxes with Python's own reader; nothing of ours decides here.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from tests.simulation.days import Received

CUSTOMERS = ("first_human", "next_update")
STEP = re.compile(r"\(step [^)]+\)")
MOST_AT_ONCE = 2
AFTER_DOWN = timedelta(minutes=5)


class Rows(Protocol):
    def execute_sql(self, sql: str) -> Sequence[tuple[object, ...]]: ...


def when(micro: int) -> datetime:
    return datetime.fromtimestamp(micro / 1e6, UTC)


def faults(
    db: object, mailboxes: Sequence[Received], downs: Sequence[tuple[datetime, datetime]], now: datetime
) -> list[str]:
    """Everything that is wrong, in words."""
    return [*_promises(db, mailboxes, now), *_missing(db), *_notices(mailboxes), *_bursts(db, mailboxes, downs)]


def _rows(db: object, sql: str) -> list[tuple[object, ...]]:
    return list(db.execute_sql(sql).fetchall())  # type: ignore[attr-defined]


def _promises(db: object, mailboxes: Sequence[Received], now: datetime) -> Iterator[str]:
    """Each promise: what its row says, and what the record and the mailboxes say about it."""
    record = Counter(
        (case, what, said.partition(" UTC")[0])
        for case, what, said in _rows(db, "SELECT subject_id, what, said FROM timeline WHERE subject_kind = 'case'")
    )  # type: ignore[union-attr]
    late = {(c, k.partition(" was due ")[0], k.partition(" was due ")[2]) for c, w, k in record if w == "promise late"}
    contacts = dict(_rows(db, "SELECT id, contact FROM escalation"))
    sql = "SELECT id, subject_id, kind, due_at, state, settled_at FROM promise WHERE subject_kind = 'case' ORDER BY id"
    for id, case, kind, due_at, state, settled_at in _rows(db, sql):
        due, name = when(due_at), f"promise {id} ({kind} of case {case})"  # type: ignore[arg-type]
        key = f"{kind} by {due:%Y-%m-%d %H:%M}"
        if not (
            record[case, "promised", key] or record[case, "owed again", key] or record[case, "brought forward", key]
        ):
            yield f"{name} was made in silence"
        if state == "open":
            if due < now - timedelta(minutes=10) and (case, kind, f"{due:%Y-%m-%d %H:%M}") not in late:
                yield f"{name} is overdue since {due} and nothing says so"
            continue
        if not record[case, "promise " + str(state) if state != "no longer owed" else state, key]:
            yield f"{name} ended in silence: {state}"
        settled = when(settled_at)  # type: ignore[arg-type]
        if state == "kept" and settled > due:
            yield f"{name} counts as kept, at {settled}, after {due}"
        near = (m.at for m in mailboxes if m.to == contacts[case])
        if (
            kind in CUSTOMERS
            and str(state).startswith("kept")
            and not any(abs(at - settled) <= timedelta(minutes=2) for at in near)
        ):
            yield f"{name} counts as {state} at {settled}, and no letter came"


def _missing(db: object) -> Iterator[str]:
    """Open cases on which nothing is owed, and that nobody was told about."""
    sql = ("SELECT id FROM escalation WHERE stage NOT IN ('resolved', 'exit', 'in a normal queue', 'merged') AND NOT EXISTS"
           " (SELECT 1 FROM promise WHERE subject_kind = 'case' AND subject_id = escalation.id AND state = 'open')"
           " AND NOT EXISTS (SELECT 1 FROM timeline WHERE subject_kind = 'case' AND subject_id = escalation.id AND what = 'stalled')")  # fmt: skip
    yield from (f"case {id} is open and nothing is owed on it" for (id,) in _rows(db, sql))


def _notices(mailboxes: Sequence[Received]) -> Iterator[str]:
    """The same notice to the same person twice within an hour, or one message twice."""
    ids = Counter((m.to, str(m.mail["Message-ID"])) for m in mailboxes)
    yield from (f"{to} got the message {id} {n} times" for (to, id), n in ids.items() if n > 1)
    last: dict[tuple[str, str, str], datetime] = {}
    for m in mailboxes:
        said = next((line for line in m.text.splitlines() if STEP.search(line)), "")
        if not said:
            continue
        key = (m.to, str(m.mail["Subject"]), said)
        if key in last and m.at - last[key] < timedelta(hours=1):
            yield f"{m.to} was told twice, at {last[key]} and {m.at}: {said}"
        last[key] = m.at


def _bursts(db: object, mailboxes: Sequence[Received], downs: Sequence[tuple[datetime, datetime]]) -> Iterator[str]:
    """Several letters to one customer in one minute, or more than one that no person approved just after a downtime."""
    theirs = [m for m in mailboxes if not m.to.endswith("@kestrel.example")]
    at_once = Counter((m.to, m.at) for m in theirs)
    yield from (f"{to} got {n} letters at {at}" for (to, at), n in at_once.items() if n > MOST_AT_ONCE)
    approved = {str(id).strip("<>") for (id,) in _rows(db, "SELECT message_id FROM letter WHERE approved_by <> ''")}
    alone = [m for m in theirs if str(m.mail["Message-ID"]).strip("<> ") not in approved]
    for _, end in downs:
        after = Counter(m.to for m in alone if end <= m.at <= end + AFTER_DOWN)
        yield from (
            f"{to} got {n} letters that nobody approved when the service was back at {end}"
            for to, n in after.items()
            if n > 1
        )

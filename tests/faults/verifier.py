"""Hold what was submitted against the mailboxes and the database, and name every difference.

It imports nothing of the service, so that no fault of the service can hide in here too: its own SQL,
and the Maildirs as `mailbox` and `email` read them. It asserts nothing; it returns what is wrong.
"""

import email
import email.policy
import mailbox
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

KEYWORD = "$commsvc"
PROMISES = Counter(("first_human", "next_update", "receipt"))
SETTLED = ("recorded", "appended", "ignored", "quarantined")
SENT, PERHAPS = "sent", "perhaps sent"
ON_ITS_WAY = ("wanted", "ready to send", "being sent", "handed over, no answer yet")
_CASE = re.compile(r"\bESC-(\d+)\b")


@dataclass(frozen=True)
class Submitted:
    """One mail as it was handed to the mail server: who, which, and how many times the very same."""

    message_id: str
    subject: str
    sender: str
    times: int = 1

    @property
    def identity(self) -> tuple[str, str]:
        """A Message-ID that is used again for other words is another mail."""
        return self.message_id, self.subject


@dataclass(frozen=True)
class Raw:
    """A row of raw mail, read with Python's own parser."""

    id: int
    state: str
    reason: str
    identity: tuple[str, str]


@dataclass(frozen=True)
class Letter:
    id: int
    kind: str
    audience: str
    to: str
    state: str
    message_id: str
    case: int


@dataclass
class Findings:
    """Every difference by its kind, and what was counted."""

    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    kills: int = 0
    mails: int = 0
    cases: int = 0
    copies: int = 0
    letters: Counter[str] = field(default_factory=Counter)
    receipts: int = 0
    doubt: list[tuple[Letter, int]] = field(default_factory=list)
    """Letters that were perhaps sent, each with the copies that really lie in the mailbox."""

    def __str__(self) -> str:
        there = sum(copies for _, copies in self.doubt)
        lines = [
            f"{self.mails} mails, {self.kills} kills: {self.cases} cases, {self.copies} known copies, {self.receipts} receipts",
            "letters: " + ", ".join(f"{n} {state}" for state, n in sorted(self.letters.items())),
            f"in doubt: {len(self.doubt)} ({there} of them arrived, {len(self.doubt) - there} did not)",
            *(f"  letter {x.id}: {x.kind} to {x.to} on ESC-{x.case}, {copies} in the mailbox"
              for x, copies in self.doubt),
            *(f"WRONG: {kind}: {said}" for kind, found in self.faults.items() for said in found),
        ]  # fmt: skip
        return "\n".join(lines)


def verify(database: Path, maildirs: Path, support: str, submitted: Sequence[Submitted], kills: int) -> Findings:
    """Compare; `maildirs` holds one Maildir an address, `support` is the address the mails went to."""
    found = Findings(kills=kills, mails=sum(s.times for s in submitted))
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        raws = [Raw(id, state, reason, _identity(body))
                for id, state, reason, body in db.execute("SELECT id, state, reason, body FROM raw_mail")]  # fmt: skip
        letters = [Letter(*row) for row in db.execute(
            "SELECT id, letter, audience, recipient, state, message_id, subject_id FROM letter")]  # fmt: skip
        _intact(db, found)
        _mails(db, raws, submitted, found)
        _cases(db, submitted, found)
        _ledger(db, raws, maildirs / support, found)
    _letters(letters, maildirs, kills, found)
    _receipts(letters, maildirs, submitted, found)
    found.faults = {kind: said for kind, said in found.faults.items() if said}
    return found


def _intact(db: sqlite3.Connection, found: Findings) -> None:
    for (said,) in db.execute("PRAGMA integrity_check"):
        if said != "ok":
            found.faults["database"].append(said)
    for row in db.execute("PRAGMA foreign_key_check"):
        found.faults["database"].append(f"a row points nowhere: {row}")


def _mails(db: sqlite3.Connection, raws: Sequence[Raw], submitted: Sequence[Submitted], found: Findings) -> None:
    """Each mail is settled once as a record, each copy of it as a copy, and nothing else is there."""
    rows = defaultdict(list)
    for raw in raws:
        rows[raw.identity].append(raw)
    messages = defaultdict(list)
    for raw_id, message_id, kind, case in db.execute(
        "SELECT raw_id, message_id, subject_kind, subject_id FROM message"
    ):
        messages[raw_id].append((message_id, kind, case))
    cases: Counter[int] = Counter()
    for mail in submitted:
        mine = rows.pop(mail.identity, [])
        _one_mail(mail, mine, found)
        of_it = [m for r in mine for m in messages[r.id]]
        if [(i, kind) for i, kind, _ in of_it] != [(mail.message_id, "case")]:
            found.faults["message"].append(f"{mail.message_id}: {of_it}")
        cases.update(case for _, _, case in of_it)
    for identity, others in rows.items():
        found.faults["nobody sent it"].append(f"{identity}: {[(r.id, r.state, r.reason) for r in others]}")
    found.faults["case"] += [f"ESC-{case} has {n} opening mails" for case, n in cases.items() if n != 1]


def _one_mail(mail: Submitted, mine: Sequence[Raw], found: Findings) -> None:
    records = [r for r in mine if r.state == "recorded"]
    copies = [r for r in mine if r.state == "appended" and "copy" in r.reason]
    found.copies += len(copies)
    if len(mine) < mail.times:
        found.faults["lost"].append(f"{mail.message_id}: submitted {mail.times} times, taken in {len(mine)} times")
    if len(mine) > mail.times:
        found.faults["taken in twice"].append(f"{mail.message_id}: {len(mine)} rows for {mail.times} mails")
    if len(records) > 1:
        found.faults["recorded twice"].append(f"{mail.message_id}: rows {[r.id for r in records]}")
    if len(records) + len(copies) != len(mine) or (mine and not records):
        found.faults["not settled"].append(f"{mail.message_id}: {[(r.id, r.state, r.reason) for r in mine]}")


def _cases(db: sqlite3.Connection, submitted: Sequence[Submitted], found: Findings) -> None:
    """One case a mail, opened once, owing exactly what it owes."""
    cases = {
        id: (contact, subject) for id, contact, subject in db.execute("SELECT id, contact, subject FROM escalation")
    }
    found.cases = len(cases)
    expected = Counter((m.sender, m.subject) for m in submitted)
    there = Counter(cases.values())
    for key in expected.keys() | there.keys():
        if there[key] != expected[key]:
            kind = "case missing" if there[key] < expected[key] else "case opened twice"
            found.faults[kind].append(f"{key}: {there[key]} cases for {expected[key]} mails")
    owed = defaultdict(Counter)
    for case, kind in db.execute("SELECT subject_id, kind FROM promise WHERE subject_kind = 'case'"):
        owed[case][kind] += 1
    opened = dict(db.execute(
        "SELECT subject_id, COUNT(*) FROM timeline WHERE subject_kind = 'case' AND what = 'opened' GROUP BY subject_id"))  # fmt: skip
    for case in cases:
        if (its := owed.pop(case, Counter())) != PROMISES:
            found.faults["promises"].append(f"ESC-{case}: {dict(its)}")
        if opened.get(case) != 1:
            found.faults["timeline"].append(f"ESC-{case} was opened {opened.get(case, 0)} times")
    for case, kinds in owed.items():
        found.faults["promises"].append(f"owed on ESC-{case}, which does not exist: {dict(kinds)}")


def _ledger(db: sqlite3.Connection, raws: Sequence[Raw], inbox: Path, found: Findings) -> None:
    """What lies in the mailbox was seen, what was seen is settled, and what is settled is marked as such there."""
    states = Counter(raw.state for raw in raws)
    there = mailbox.Maildir(inbox, create=False)
    seen = db.execute("SELECT COUNT(*) FROM (SELECT DISTINCT mailbox, uidvalidity, uid FROM raw_mail)").fetchone()[0]
    if not len(there) == seen == len(raws) == sum(states[s] for s in SETTLED):
        found.faults["ledger"].append(
            f"{len(there)} in the mailbox, {seen} seen, {len(raws)} rows, settled {dict(states)}"
        )
    letter = _letter_of(inbox, KEYWORD)
    for key in there.iterkeys():
        flags = there[key].get_flags()
        if letter not in flags:
            found.faults["not marked"].append(f"{_identity_of(there, key)[0]} is not marked in the mailbox: {flags!r}")


def _letters(letters: Sequence[Letter], maildirs: Path, kills: int, found: Findings) -> None:
    """Sent is there once, perhaps sent is there at most once, and nothing else is there at all.

    What our own people get may be there again, with the same Message-ID: it goes at least once.
    """
    boxes = {to: _ids(maildirs / to) for to in {x.to for x in letters}}
    found.letters = Counter(x.state for x in letters)
    for x in letters:
        copies = boxes[x.to].pop(x.message_id, 0) if x.message_id else 0
        said = f"letter {x.id} ({x.kind} to {x.to}, {x.state}) is {copies} times in the mailbox"
        if x.state in ON_ITS_WAY:
            found.faults["left behind"].append(said)
        elif x.state == PERHAPS:
            found.doubt.append((x, copies))
        if copies > 1 and x.audience == "customer":
            found.faults["sent twice"].append(said)
        elif copies < 1 and x.state == SENT:
            found.faults["not delivered"].append(said)
        elif copies and x.state not in (SENT, PERHAPS):
            found.faults["sent in secret"].append(said)
    for to, left in boxes.items():
        for message_id, n in left.items():
            found.faults["sent in secret"].append(f"{message_id} is {n} times in the mailbox of {to}")
    if len(found.doubt) > kills:
        found.faults["doubt"].append(f"{len(found.doubt)} letters are in doubt after {kills} kills")


def _receipts(letters: Sequence[Letter], maildirs: Path, submitted: Sequence[Submitted], found: Findings) -> None:
    """Each customer has one receipt a case, by the number in its subject; without a doubt, exactly one."""
    rows = defaultdict(list)
    for x in letters:
        if x.kind == "acknowledge" and x.audience == "customer":
            rows[x.to, x.case].append(x)
    for customer in sorted({m.sender for m in submitted}):
        there = _numbers(maildirs / customer)
        found.receipts += there.total()
        for case in there.keys() | {case for to, case in rows if to == customer}:
            mine = rows.get((customer, case), [])
            wanted = {SENT: (1,), PERHAPS: (0, 1)}.get(mine[0].state if len(mine) == 1 else "", ())
            if there[case] not in wanted:
                states = [x.state for x in mine]
                found.faults["receipts"].append(
                    f"ESC-{case}: {there[case]} in the mailbox of {customer}, letters {states}"
                )


def _letter_of(inbox: Path, keyword: str) -> str:
    """The letter that stands for a keyword in the file names of this Maildir; "?" when it is not known there."""
    keywords = inbox / "dovecot-keywords"
    for line in keywords.read_text().splitlines() if keywords.exists() else []:
        number, _, name = line.partition(" ")
        if name == keyword:
            return chr(ord("a") + int(number))
    return "?"


def _heads(maildir: Path) -> Iterator[email.message.Message]:
    if maildir.exists():
        box = mailbox.Maildir(maildir, create=False)
        for key in box.iterkeys():
            yield email.message_from_bytes(box.get_bytes(key), policy=email.policy.default)


def _ids(maildir: Path) -> Counter[str]:
    return Counter(_bare(m["Message-ID"]) for m in _heads(maildir))


def _numbers(maildir: Path) -> Counter[int]:
    """How often each case number stands in a subject."""
    return Counter(int(n) for m in _heads(maildir) for n in set(_CASE.findall(str(m["Subject"]))) or {"0"})


def _identity_of(box: mailbox.Maildir, key: str) -> tuple[str, str]:
    return _identity(box.get_bytes(key))


def _identity(raw: bytes) -> tuple[str, str]:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    return _bare(mail["Message-ID"]), str(mail["Subject"])


def _bare(message_id: object) -> str:
    return str(message_id or "").strip().removeprefix("<").removesuffix(">")

"""Everything that goes wrong between a mailbox and the record, in one run: nothing is lost, nothing is doubled.

Two hundred mails, the connection cut six times, the mail server killed once, its uids and marks forgotten while it runs,
the disk full once; with COMMSVC_PROVE two thousand, twenty and five.
"""

import email
import email.policy
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

import pytest

from tests.faults.house import SUPPORT, House, shares
from tests.servers.road import Road

PROVE = bool(os.environ.get("COMMSVC_PROVE"))
MAILS, CUTS, KILLS = (2000, 20, 5) if PROVE else (200, 6, 1)
SEED = 2026
DISK = "300m" if PROVE else "60m"
FULL_FOR = 8.0
"""Seconds; the daemon asks again after five."""


class Mailroom(House):
    """A house on a small disk, with a road to its mailbox that breaks."""

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def _config(self) -> str:
        self.road = self._stack.enter_context(Road(self.dovecot.imap_port))
        return super()._config().replace(f"port = {self.dovecot.imap_port}\n", f"port = {self.road.port}\n")

    def cut(self) -> None:
        self.road.cut()

    def kill_server(self) -> None:
        self.dovecot.kill()
        time.sleep(0.5)
        self.dovecot.start()

    def forget(self) -> None:
        """The server comes back from a backup of its own: other uids, another validity, no marks."""
        self.later()
        for file in self.dovecot.files(SUPPORT):
            if file.parent.name == "cur":
                file.rename(file.with_name(f"{file.name.partition(':2,')[0]}:2,"))
        self.dovecot.forget_uids(SUPPORT)
        self.road.cut()

    def fill_disk(self) -> None:
        """Not a byte is left, for some seconds, while mails come."""
        with closing(sqlite3.connect(self.at / "commsvc.db", timeout=10)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # there would be room in it
        ballast = self.at.with_name("ballast")
        with ballast.open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                while _written(file.fileno(), size):
                    continue
        before = self.count("SELECT COUNT(*) FROM raw_mail")
        self.post(5)
        time.sleep(FULL_FOR)
        self._lives()
        self.seen_full = self.count("SELECT COUNT(*) FROM raw_mail") == before
        ballast.unlink()

    def taken_in(self, patience: float) -> None:
        """Wait until every mail in the mailbox is marked and settled."""
        self.delivered(patience)
        self._for_a_moment(
            lambda: (
                self.marked() == len(self.dovecot.flags(SUPPORT))
                and self.count("SELECT COUNT(*) FROM raw_mail WHERE state = 'new'") == 0
            ),
            patience,
        )


def _written(file: int, size: int) -> bool:
    try:
        return os.write(file, b"\0" * size) > 0
    except OSError:
        return False


@contextmanager
def disk(at: Path, size: str) -> Iterator[Path]:
    """A file system of this size."""
    at.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(at)], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    with disk(tmp_path / "small", DISK) as at:
        yield at


def test_whatever_breaks_between_mailbox_and_record_every_mail_is_there_once(small, capsys):
    with Mailroom(small, MAILS, SEED) as house:
        events: list[Callable[[], None]] = (
            [house.cut] * CUTS + [house.kill_server] * KILLS + [house.forget, house.fill_disk]
        )
        house.random.shuffle(events)
        house.start()
        house.connected()
        for event, share in zip(events, shares(MAILS, len(events) + 1), strict=False):
            house.post(share)
            time.sleep(house.random.uniform(0, 0.4))
            event()
        house.post(house.unposted)
        house.taken_in(patience=90 + MAILS / 5)
        house.stop()
        found = faults(house)
        with capsys.disabled():
            sys.stdout.write(
                f"\nseed {SEED}: {MAILS} mails, {CUTS} cuts, {KILLS} kills: {rows(house)}, faults {dict(found)}\n"
            )
        assert not found
        assert house.seen_full, "nothing could be written while the disk was full"
        assert house.count("SELECT COUNT(DISTINCT uidvalidity) FROM raw_mail") == 2, (
            "the uids were forgotten in the middle"
        )


@pytest.mark.parametrize(
    ("bug", "event", "expected"),
    [("mark_before_commit", Mailroom.fill_disk, "lost"), ("no_dedupe", Mailroom.forget, "doubled")],
)
def test_a_planted_bug_is_found(small, bug, event, expected):
    with Mailroom(small, 40, SEED) as house:
        house.start("--bug", bug)
        house.connected()
        house.post(30)
        house.settled(30)
        event(house)
        house.post(house.unposted)
        house.taken_in(patience=60)
        assert expected in faults(house), rows(house)


# --- the verifier: its own reading and its own SQL ------------------------------------------------


def faults(house: Mailroom) -> Counter[str]:
    """What is wrong, by kind."""
    found: Counter[str] = Counter()
    with closing(sqlite3.connect(f"file:{house.at / 'commsvc.db'}?mode=ro", uri=True)) as db:
        raws = Counter(_identity(body) for (body,) in db.execute("SELECT body FROM raw_mail"))
        known = Counter(db.execute("SELECT message_id, subject FROM message"))
        opened = db.execute("SELECT COUNT(*) FROM timeline WHERE what = 'opened' GROUP BY subject_kind, subject_id")
        found["case opened twice"] = sum(1 for (n,) in opened if n != 1)
        found["unsettled"] = db.execute("SELECT COUNT(*) FROM raw_mail WHERE state = 'new'").fetchone()[0]
    for mail in house.submitted:
        key = (mail.message_id, mail.subject)
        found["lost"] += raws[key] == 0
        found["doubled"] += known[key] > 1
        found["not on the record"] += known[key] == 0
    found["strange"] = len(raws.keys() - {(m.message_id, m.subject) for m in house.submitted})
    return +found


def rows(house: Mailroom) -> str:
    taken = house.count("SELECT COUNT(*) FROM raw_mail")
    return f"{len(house.dovecot.flags(SUPPORT))} in the mailbox, {taken} rows, {house.count('SELECT COUNT(*) FROM message')} messages"


def _identity(raw: bytes) -> tuple[str, str]:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    return str(mail["Message-ID"]).strip("<> "), str(mail["Subject"])

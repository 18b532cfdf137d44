"""Everything that goes wrong between a mailbox and the record, in one run: nothing is lost, nothing is doubled.

Two hundred mails, the connection cut six times, the mail server killed once, its uids and marks forgotten while it runs;
with COMMSVC_PROVE two thousand, twenty and five.
"""

import email
import email.policy
import os
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from typing import Self

from tests.faults.house import SUPPORT, House, shares
from tests.servers.road import Road

PROVE = bool(os.environ.get("COMMSVC_PROVE"))
MAILS, CUTS, KILLS = (2000, 20, 5) if PROVE else (200, 6, 1)
SEED = 2026


class Mailroom(House):
    """A house with a road to its mailbox that breaks."""

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
        self._for_a_moment(lambda: self.count("SELECT COUNT(*) FROM raw_mail") > 0, 30)
        self.later()
        for file in self.dovecot.files(SUPPORT):
            if file.parent.name == "cur":
                file.rename(file.with_name(f"{file.name.partition(':2,')[0]}:2,"))
        self.dovecot.forget_uids(SUPPORT)
        self.road.cut()

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


def test_whatever_breaks_between_mailbox_and_record_every_mail_is_there_once(tmp_path, capsys):
    with Mailroom(tmp_path, MAILS, SEED) as house:
        events: list[Callable[[], None]] = [house.cut] * CUTS + [house.kill_server] * KILLS
        house.random.shuffle(events)
        events.insert(len(events) // 2, house.forget)  # when there is something to forget
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
        assert house.count("SELECT COUNT(DISTINCT uidvalidity) FROM raw_mail") == 2, (
            "the uids were forgotten in the middle"
        )


def test_a_planted_bug_is_found(tmp_path):
    with Mailroom(tmp_path, 40, SEED) as house:
        house.start("--bug", "no_dedupe")
        house.connected()
        house.post(30)
        house.settled(30)
        house.forget()
        house.post(house.unposted)
        house.taken_in(patience=60)
        assert "doubled" in faults(house), rows(house)


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

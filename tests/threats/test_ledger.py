"""Every mail is accounted for, every minute, and `commsvc doctor` says so."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
import schedule

from commsvc.clock import now
from commsvc.domain.mail.arrival import Arrival
from commsvc.domain.mail.caps import DEFAULT
from commsvc.installation import open_installation
from commsvc.shipped import write_installation
from scheduler import timetable
from tests.stories.world import ADA, DOWN, SUPPORT, World


def troubles(world: World) -> dict[str, str]:
    return dict(world.store.records.troubles())


def too_large(world: World) -> None:
    world.mailbox.put(b"x" * (DEFAULT.message + 1), world.now, (SUPPORT,))
    world.forward(minutes=5)


class TestTheLedger:
    def test_it_balances_whatever_comes(self, world: World) -> None:
        world.receives(DOWN, ADA)
        world.mailbox.put(world.raw[0], world.now, (SUPPORT,))
        world.receives("Away until Monday", ADA, "Automatic reply", headers={"Auto-Submitted": "auto-replied"})
        world.mailbox.put(b"", world.now, (SUPPORT,))
        too_large(world)
        assert world.store.inbox.seen() == 5 == sum(world.store.inbox.ledger().values())
        world.app.audit(world.now)
        assert "ledger" not in troubles(world)

    def test_a_lost_mail_is_an_alarm_until_it_is_there_again(self, world: World) -> None:
        world.receives(DOWN, ADA)
        mailbox = world.store.tables.mailbox
        mailbox.update(taken=2).where(mailbox.name == "support").execute()
        assert world.app.audit(world.now) == 1
        assert troubles(world)["ledger"].startswith("2 mails were taken in, 1 are accounted for")
        mailbox.update(taken=1).where(mailbox.name == "support").execute()
        assert world.app.audit(world.now) == 0
        assert "ledger" not in troubles(world)

    def test_a_state_that_nobody_knows_is_an_alarm(self, world: World) -> None:
        world.receives(DOWN, ADA)
        world.store.tables.raw_mail.update(state="half done").execute()
        world.app.audit(world.now)
        assert "half done" in troubles(world)["ledger"]

    def test_a_mail_set_aside_is_an_alarm_for_a_day(self, world: World) -> None:
        too_large(world)
        world.app.audit(world.now)
        assert troubles(world)["quarantine"] == (
            "1 mails were set aside in the last day, the newest is 1: the message is too large"
        )
        world.now = world.now.replace(day=25)
        world.app.audit(world.now)
        assert "quarantine" not in troubles(world)

    def test_a_mail_over_a_cap_is_set_aside_the_first_time(self, world: World) -> None:
        world.mailbox.put(b"x" * (DEFAULT.message + 1), world.now, (SUPPORT,))
        world.forward(minutes=1)
        rows = world.store.tables.raw_mail.select().dicts()
        assert [(r["state"], r["reason"], r["attempts"]) for r in rows] == [
            ("quarantined", "the message is too large", 1)
        ]

    def test_the_timetable_looks_every_minute(self) -> None:
        class Watched:
            def tick(self) -> None: ...
            def reload(self) -> None: ...
            def audit(self) -> None: ...
            def retain(self) -> None: ...

        jobs = timetable(Watched()).get_jobs()
        assert [j.interval for j in jobs if j.unit == "minutes" and j.job_func.__name__ == "audit"] == [1]
        assert isinstance(jobs[0], schedule.Job)


class TestDoctor:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        write_installation(tmp_path / "house")
        return tmp_path / "house"

    def ask(self, folder: Path, *options: str) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "commsvc", "doctor", "--dir", str(folder), *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_a_new_installation_is_well(self, folder: Path) -> None:
        code, said, _ = self.ask(folder)
        assert (code, "Nothing is wrong." in said) == (0, True)
        code, said, _ = self.ask(folder, "--json")
        assert json.loads(said)["ledger"] == {"seen": 0, "balanced": True}

    def test_what_is_wrong_is_said_and_the_exit_code_is_one(self, folder: Path) -> None:
        store, at = open_installation(folder).store(), now()
        with store.transaction():
            store.inbox.add([Arrival("support", 1, str(n), b"x", at) for n in (1, 2)], at)
            store.records.trouble("mailbox support", "the password is wrong", at)
        store.tables.raw_mail.update(state="quarantined", reason="it needs too much memory").execute()
        store.tables.mailbox.update(taken=3).execute()
        code, said, why = self.ask(folder)
        assert code == 1
        assert "3 mails seen = 0 recorded + 0 appended + 0 ignored + 2 quarantined + 0 new" in said
        assert said.count("it needs too much memory") == 2
        assert why.splitlines()[0].startswith("3 mails were taken in, 2 are accounted for")
        assert "mailbox support: the password is wrong" in why
        code, said, _ = self.ask(folder, "--json")
        found = json.loads(said)
        assert (code, found["ledger"]["balanced"], len(found["wrong"])) == (1, False, 4)
        assert [datetime.fromisoformat(q["received_at"]) for q in found["quarantine"]] == [at, at]

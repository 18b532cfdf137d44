"""`commsvc backup` and `restore`: of one moment, without a secret, and paused when it is put back."""

import json
import os
import re
import secrets
import sqlite3
import subprocess
import sys
import tarfile
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playhouse.migrations import Runner

from commsvc import backup
from commsvc.adapters.store.store import MIGRATIONS, connect, unmigrated
from commsvc.config import load
from commsvc.domain.letter.switches import Position, Scope, Switch
from commsvc.errors import Permanent
from commsvc.installation import open_installation
from commsvc.instance import vouch
from commsvc.shipped import write_installation
from tests.contract.given import arrival
from tests.contract.store_evidence import written
from tests.servers.postgres import Postgres

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
TEN = 10


def commsvc(*words: object, **environment: str) -> tuple[int, str]:
    """Exit code, and everything it said."""
    done = subprocess.run([sys.executable, "-m", "commsvc", *map(str, words)], capture_output=True, text=True, timeout=60,
                          check=False, env=os.environ | environment)  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """An installation that is live and has one case."""
    write_installation(tmp_path / "site")
    fill(tmp_path / "site")
    return tmp_path / "site"


def fill(folder: Path) -> None:
    store = open_installation(folder).store()
    assert written(store) == 1
    with store.transaction():
        store.records.turn(Switch(Scope.ALL, "", live=True), NOW)
    assert vouch(store, folder, NOW) == ""
    store.close()


def position(folder: Path) -> tuple[Position, str]:
    store = open_installation(folder).store()
    said = store.records.switches().judge("acknowledge", ("support", "ACC-1"))
    store.close()
    return said


def test_what_is_restored_is_as_it_was_and_paused(site: Path, tmp_path: Path) -> None:
    (site / "rules/wording.toml").write_text((site / "rules/wording.toml").read_text() + "\n# ours\n")
    assert position(site)[0] is Position.LIVE
    code, said = commsvc("backup", tmp_path / "b.backup", "--dir", site)
    assert (code, "Not in it, keep these apart: secret.key" in said) == (0, True), said
    assert (tmp_path / "b.backup").stat().st_mode & 0o077 == 0
    code, said = commsvc("restore", tmp_path / "b.backup", "--dir", tmp_path / "new")
    assert (code, "It is paused: nothing leaves." in said, "Put your own copy of secret.key there" in said) == (0, True, True), said  # fmt: skip
    where, why = position(tmp_path / "new")
    assert (where, "restored from the backup of" in why) == (Position.STOPPED, True)
    assert (tmp_path / "new/rules/wording.toml").read_text().endswith("# ours\n")
    store = open_installation(tmp_path / "new").store()
    assert vouch(store, tmp_path / "new", NOW) == "", "it is this installation's record now"
    assert [c.id for c in store.cases.listed()] == [1]
    store.close()
    assert commsvc("resume", "--dir", tmp_path / "new")[0] == 0
    assert position(tmp_path / "new")[0] is Position.LIVE


def test_a_backup_made_while_mail_is_written_is_of_one_moment(site: Path, tmp_path: Path) -> None:
    """Ten mails a commit, and a counter beside them: no copy has a part of a commit."""
    stop, commits = threading.Event(), []

    def write() -> None:
        store = connect(str(site / "commsvc.db"))
        while not stop.wait(0.02):
            with store.transaction():
                first = 1000 + len(commits) * TEN
                store.inbox.add([arrival(first + n, body=secrets.token_bytes(5000)) for n in range(TEN)], NOW)
            commits.append(first)
        store.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        sizes = [copied(site, tmp_path / f"{n}.backup") for n in range(8)]
    finally:
        stop.set()
        writer.join()
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1], "the writer wrote meanwhile"


def copied(site: Path, file: Path) -> int:
    """How many mails a new backup holds; it is whole, and its counter agrees."""
    backup.write(site, load(site / "config.toml"), file, NOW)
    with tarfile.open(file) as tar:
        tar.extract("record", file.with_suffix(".d"), filter="data")
    with closing(sqlite3.connect(file.with_suffix(".d") / "record")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = db.execute("SELECT COUNT(*) FROM raw_mail WHERE body IS NOT NULL AND mailbox = 'support'").fetchone()[0]
        taken = db.execute("SELECT taken FROM mailbox WHERE name = 'support'").fetchone()
        new = db.execute("SELECT COUNT(*) FROM raw_mail WHERE length(body) = 5000").fetchone()[0]
    assert (taken[0], new % TEN) == (rows, 0)
    return int(new)


def test_no_secret_is_in_a_backup(site: Path, tmp_path: Path) -> None:
    canary = secrets.token_hex(16)
    config = (site / "config.toml").read_text() + (
        '\n[[imap]]\nname = "box"\nhost = "127.0.0.1"\nuser = "u"\npassword_env = "CANARY"\n'
        '[smtp]\nhost = "127.0.0.1"\ndkim_selector = "s"\ndkim_key_file = "rules/dkim.pem"\n'
    )
    (site / "config.toml").write_text(config)
    (site / "rules/dkim.pem").write_text(f"dkim {canary}")
    (site / "secret.key").touch(mode=0o600)
    (site / "secret.key").write_text(canary)
    store = connect(str(site / "commsvc.db"))
    with store.transaction():
        link = store.sessions.invite("amir@example.com", NOW, timedelta(minutes=15))
    store.close()
    code, said = commsvc("backup", tmp_path / "b.backup", "--dir", site, CANARY=canary)
    assert (code, canary in said, "rules/dkim.pem, secret.key, CANARY" in said) == (0, False, True), said
    parts = members(tmp_path / "b.backup")
    assert {"record", "manifest.json", "files/config.toml", "files/rules/severity.toml"} <= parts.keys()
    for name, content in parts.items():
        assert canary.encode() not in content, name
        assert link.encode() not in content, name
    (tmp_path / "record").write_bytes(parts["record"])
    with closing(sqlite3.connect(tmp_path / "record")) as db:
        assert [db.execute(f"SELECT COUNT(*) FROM {t}").fetchone()[0] for t in ("session", "one_time")] == [0, 0]


def test_no_password_may_stand_in_the_settings(site: Path) -> None:
    config = (site / "config.toml").read_text().replace('"commsvc.db" ', '"postgresql://me:canary@db/record" ')
    (site / "config.toml").write_text(config)
    code, said = commsvc("check", "--dir", site)
    assert (code, "database: no password stands in here" in said, "canary" in said) == (1, True, False), said


def members(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}


def repacked(file: Path, change: dict[str, bytes | None]) -> None:
    """The same backup with other contents in some of its members, or without them."""
    parts = {name: content for name, content in (members(file) | change).items() if content is not None}
    folder = file.with_suffix(".parts")
    with tarfile.open(file, "w:gz") as tar:
        for name, content in parts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
            tar.add(folder / name, name)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"files/rules/severity.toml": b"# calmer"}, "is damaged: files/rules/severity.toml is not as it was"),
     ({"record": None}, "is damaged: record is not as it was"), ({"manifest.json": b"[]"}, "cannot be read as a backup"),
     ({"manifest.json": json.dumps({"format": 7}).encode()}, "cannot be read as a backup")],
    ids=["changed", "record missing", "no manifest", "of a later version"],
)  # fmt: skip
def test_a_damaged_backup_is_refused_and_leaves_nothing(site: Path, tmp_path: Path, change: dict[str, bytes | None], sentence: str) -> None:  # fmt: skip
    backup.write(site, load(site / "config.toml"), tmp_path / "b.backup", NOW)
    repacked(tmp_path / "b.backup", change)
    with pytest.raises(Permanent, match=re.escape(sentence)):
        backup.restore(tmp_path / "b.backup", tmp_path / "new", NOW)
    assert not (tmp_path / "new").exists()
    assert list(tmp_path.glob(".restore-*")) == []


def test_nothing_of_anybodys_is_overwritten(site: Path, tmp_path: Path) -> None:
    (tmp_path / "b.backup").write_text("mine")
    code, said = commsvc("backup", tmp_path / "b.backup", "--dir", site)
    assert (code, "is there already; nothing was changed" in said) == (1, True)
    assert (tmp_path / "b.backup").read_text() == "mine"
    assert commsvc("restore", tmp_path / "b.backup", "--dir", site) == (
        1,
        f"{site} is not empty; nothing was changed\n",
    )
    code, said = commsvc("restore", tmp_path / "b.backup", "--dir", tmp_path / "new")
    assert (code, "cannot be read as a backup" in said) == (1, True)


def test_an_upgrade_backs_up_what_it_is_about_to_change(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_installation(site)
    old = unmigrated(str(site / "commsvc.db"))
    Runner(old, str(MIGRATIONS)).up("0001_first")
    old.execute_sql("INSERT INTO trouble (source, said, at) VALUES ('old', 'here', 1)")
    old.close()
    open_installation(site).store().close()
    (made,) = site.glob("before-*.backup")
    (tmp_path / "record").write_bytes(members(made)["record"])
    with closing(sqlite3.connect(tmp_path / "record")) as db:
        assert db.execute("SELECT name FROM schema_migration").fetchall() == [("0001_first",)]
        assert db.execute("SELECT said FROM trouble").fetchall() == [("here",)]
    written_at = made.stat().st_mtime_ns
    open_installation(site).store().close()
    assert made.stat().st_mtime_ns == written_at, "once"


def test_a_new_installation_has_nothing_to_back_up(tmp_path: Path) -> None:
    write_installation(tmp_path / "site")
    open_installation(tmp_path / "site").store().close()
    assert list((tmp_path / "site").glob("*.backup")) == []


class TestPostgresql:
    @pytest.fixture
    def site(self, tmp_path: Path, postgres: Postgres) -> Path:
        write_installation(tmp_path / "site")
        config = (tmp_path / "site/config.toml").read_text()
        (tmp_path / "site/config.toml").write_text(config.replace('"commsvc.db" ', f'"{postgres.database()}" '))
        fill(tmp_path / "site")
        return tmp_path / "site"

    def test_it_is_restored_into_an_empty_database_and_paused(self, site: Path, tmp_path: Path, postgres: Postgres) -> None:  # fmt: skip
        assert commsvc("backup", tmp_path / "b.backup", "--dir", site)[0] == 0
        here = ("restore", tmp_path / "b.backup", "--dir", tmp_path / "new")
        code, said = commsvc(*here)
        assert (code, "the database is not empty: make a new one, and name it with --database" in said) == (1, True), (
            said
        )
        url = postgres.database()
        code, said = commsvc(*here, "--database", url)
        assert code == 0, said
        assert load(tmp_path / "new/config.toml").database == url
        assert position(tmp_path / "new")[0] is Position.STOPPED
        assert position(site)[0] is Position.LIVE

    def test_without_its_programs_a_sentence_says_what_is_missing(self, site: Path, tmp_path: Path) -> None:
        code, said = commsvc("backup", tmp_path / "b.backup", "--dir", site, PATH="")
        assert (code, said.startswith("pg_dump is not installed here")) == (1, True), said
        assert list(tmp_path.glob("*.backup*")) == []

"""The tables keep what they promise: strict types, whole commits, ids that are never used twice."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from peewee import IntegrityError

from commsvc.adapters.store.store import AlreadyRunning, PeeweeStore, connect, migrate, only_daemon
from tests.contract.given import CASE, NOW

NOT_OURS = re.compile(r"sqlite_.*|.*migration.*|case_text.*")
_HOLDER = """
import os, sys, time
from commsvc.adapters.store.store import connect, only_daemon
with only_daemon(connect(sys.argv[1])):
    if "://" not in sys.argv[1] and os.fork() == 0:  # a child that outlives us must not keep the file's lock
        time.sleep(20)
    print("held", flush=True)
    time.sleep(20)
"""


@pytest.fixture
def sqlite(tmp_path: Path) -> PeeweeStore:
    return connect(str(tmp_path / "commsvc.db"))


@pytest.fixture
def postgresql(postgres_url: str) -> PeeweeStore:
    return connect(postgres_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> PeeweeStore:
    """A store on each kind of database."""
    found: PeeweeStore = request.getfixturevalue(request.param)
    return found


def ours(sqlite: PeeweeStore) -> dict[str, str]:
    rows = sqlite.db.execute_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name: sql for name, sql in rows if not NOT_OURS.fullmatch(name)}


def test_every_table_is_strict_and_says_what_may_be_missing(sqlite: PeeweeStore) -> None:
    tables = ours(sqlite)
    assert len(tables) > 15
    assert [name for name, sql in tables.items() if not sql.endswith("STRICT")] == []
    listed = sqlite.db.execute_sql("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").fetchall()
    assert {name for name, strict in listed if strict} == set(tables)


def test_ids_are_never_used_twice(store: PeeweeStore) -> None:
    last = [store.cases.open(CASE).id for _ in range(3)][-1]
    store.db.execute_sql("DELETE FROM escalation")
    assert store.cases.open(CASE).id > last


def test_every_id_counts_up_for_ever(sqlite: PeeweeStore) -> None:
    assert [
        n for n, sql in ours(sqlite).items() if re.search(r"\bid INTEGER", sql) and "AUTOINCREMENT" not in sql
    ] == []


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)]
)
def test_a_commit_that_returned_is_on_the_disk(sqlite: PeeweeStore, pragma: str, value: object) -> None:
    assert sqlite.db.execute_sql(f"PRAGMA {pragma}").fetchone()[0] == value


def test_a_commit_on_postgresql_is_awaited(postgresql: PeeweeStore) -> None:
    assert postgresql.db.execute_sql("SHOW synchronous_commit").fetchone()[0] == "on"


def test_a_number_cannot_hold_words(sqlite: PeeweeStore) -> None:
    with pytest.raises(IntegrityError, match="cannot store TEXT value in INTEGER column"):
        sqlite.db.execute_sql("INSERT INTO trouble (source, said, at) VALUES ('a', 'b', 'soon')")


def test_a_row_cannot_point_nowhere(store: PeeweeStore) -> None:
    with pytest.raises(IntegrityError):
        store.letters.ask(98, 99, "olga@support.test", "d")


def test_postgresql_has_only_bigint_text_and_bytes(postgresql: PeeweeStore) -> None:
    rows = postgresql.db.execute_sql(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
    ).fetchall()
    columns = {(table, column): kind for table, column, kind in rows if not NOT_OURS.fullmatch(table)}
    assert set(columns.values()) == {"bigint", "text", "bytea"}
    times = {kind for (_, column), kind in columns.items() if column == "at" or column.endswith("_at")}
    assert times == {"bigint"}
    assert columns["raw_mail", "body"] == "bytea"


def test_both_databases_have_the_same_columns(sqlite: PeeweeStore, postgresql: PeeweeStore) -> None:
    rows = postgresql.db.execute_sql(
        "SELECT table_name, column_name, is_nullable = 'YES' FROM information_schema.columns WHERE table_schema = 'public'"
    ).fetchall()
    there = {tuple(row) for row in rows if not NOT_OURS.fullmatch(row[0])}
    here = {
        (table, column, not (required or column == "id"))
        for table in ours(sqlite)
        for _, column, _, required, _, _ in sqlite.db.execute_sql(f"PRAGMA table_info({table})").fetchall()
    }
    assert here == there


def test_opening_again_changes_nothing(store: PeeweeStore) -> None:
    case = store.cases.open(CASE)
    assert migrate(store.db) == []
    assert store.cases.get(case.id) == case


def test_what_was_committed_is_there_for_the_next_process(tmp_path: Path) -> None:
    path = tmp_path / "commsvc.db"
    with connect(str(path)).transaction():
        connect_again = path.with_suffix(".copy")
    store = connect(str(path))
    with store.transaction():
        case = store.cases.open(CASE)
    for suffix in ("", "-wal"):
        Path(f"{connect_again}{suffix}").write_bytes(Path(f"{path}{suffix}").read_bytes())  # as after a power cut
    assert connect(str(connect_again)).cases.get(case.id) == case


class TestOnlyOneDaemon:
    @pytest.fixture(params=["sqlite", "postgresql"])
    def url(self, request: pytest.FixtureRequest, tmp_path: Path) -> str:
        if request.param == "sqlite":
            return str(tmp_path / "commsvc.db")
        found: str = request.getfixturevalue("postgres_url")
        return found

    def test_a_second_process_is_told_and_a_dead_one_holds_nothing(self, url: str) -> None:
        store = connect(url)
        holder = subprocess.Popen([sys.executable, "-c", _HOLDER, url], stdout=subprocess.PIPE, start_new_session=True)
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            with pytest.raises(AlreadyRunning, match="another commsvc daemon"), only_daemon(store):
                pytest.fail("two daemons at once")
            holder.kill()
            holder.wait()
            assert soon_free(store)
        finally:
            holder.kill()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(holder.pid, signal.SIGKILL)
            holder.communicate()

    def test_it_is_free_again_afterwards(self, url: str) -> None:
        one, two = connect(url), connect(url)
        for store in (one, two, one):
            with only_daemon(store):
                store.records.trouble("daemon", "runs", NOW)

    def test_memory_needs_no_lock(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        with only_daemon(connect(":memory:")):
            assert list(tmp_path.iterdir()) == []


def soon_free(store: PeeweeStore) -> bool:
    """The server takes a moment to notice that a client died."""
    for _ in range(100):
        try:
            with only_daemon(store):
                return True
        except AlreadyRunning:
            time.sleep(0.05)
    return False

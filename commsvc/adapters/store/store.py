"""Open the record: SQLite by default, PostgreSQL for a URL.

SQLite runs in WAL mode with synchronous=FULL: a commit that returned is on the disk. Every
transaction begins IMMEDIATE, so that no reader can turn writer and fail half-way.

Temporary:  the database is locked or gone for a moment    the tick ends, the next one tries again
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from peewee import Database, InterfaceError, OperationalError, PostgresqlDatabase, SqliteDatabase
from playhouse.migrations import Runner

from commsvc.adapters.store.adoptions import StoredAdoptions
from commsvc.adapters.store.calls import StoredCalls
from commsvc.adapters.store.cases import StoredCases, StoredPromises
from commsvc.adapters.store.evidence import StoredEvidence
from commsvc.adapters.store.facts import StoredFacts
from commsvc.adapters.store.histories import StoredHistories
from commsvc.adapters.store.inbox import StoredInbox
from commsvc.adapters.store.learnt import StoredLearnt
from commsvc.adapters.store.letters import StoredLetters
from commsvc.adapters.store.records import StoredRecords
from commsvc.adapters.store.rows import Tables
from commsvc.adapters.store.sessions import StoredSessions
from commsvc.adapters.store.signs import StoredSigns
from commsvc.adapters.store.staff import StoredStaff
from commsvc.adapters.store.timeline import StoredTimeline
from commsvc.adapters.store.tokens import StoredTokens
from commsvc.errors import Temporary, Trouble
from commsvc.ports import (
    Adoptions,
    ApiTokens,
    Calls,
    Cases,
    Evidence,
    Facts,
    Histories,
    Inbox,
    LearntShelf,
    Letters,
    Promises,
    Records,
    Sessions,
    Signs,
    Staff,
)

MIGRATIONS = Path(__file__).parent / "migrations"
_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "busy_timeout": 10_000,
    "cache_size": -16_384,
}
_ADVISORY_LOCK = 0x636F6D6D


class AlreadyRunning(Trouble):
    """Another daemon works on this database."""


class _Sqlite(SqliteDatabase):  # type: ignore[misc]
    """SQLite whose troubles are ours, outside a transaction too."""

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        try:
            return super().execute_sql(sql, params)
        except (OperationalError, InterfaceError) as why:
            raise _temporary(why) from why


class _Postgresql(PostgresqlDatabase):  # type: ignore[misc]
    """PostgreSQL whose troubles are ours; a connection that the server lost is replaced by the next statement."""

    def cursor(self, named_cursor: Any = None) -> Any:
        if not self.is_closed() and not self.in_transaction() and self.connection().closed:
            self.close()
        return super().cursor(named_cursor)

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        try:
            return super().execute_sql(sql, params)
        except (OperationalError, InterfaceError) as why:
            raise _temporary(why) from why


def _temporary(why: Exception) -> Temporary:
    return Temporary(f"the database did not take it: {why}")


class PeeweeStore:
    """`ports.Store` on one database."""

    def __init__(self, db: Database) -> None:
        self.db = db
        tables = Tables(db)
        self.inbox: Inbox = StoredInbox(tables)
        self.cases: Cases = StoredCases(tables)
        self.promises: Promises = StoredPromises(tables)
        self.letters: Letters = StoredLetters(tables)
        self.facts: Facts = StoredFacts(tables)
        timeline = StoredTimeline(tables)
        self.records: Records = StoredRecords(tables, timeline)
        self.evidence: Evidence = StoredEvidence(tables, timeline)
        self.calls: Calls = StoredCalls(tables)
        self.staff: Staff = StoredStaff(tables)
        self.learnt: LearntShelf = StoredLearnt(tables)
        self.signs: Signs = StoredSigns(tables)
        self.sessions: Sessions = StoredSessions(tables)
        self.adoptions: Adoptions = StoredAdoptions(tables)
        self.histories: Histories = StoredHistories(tables)
        self.tokens: ApiTokens = StoredTokens(tables, self.records.order)
        self.tables = tables

    @contextmanager
    def transaction(self, durable: bool = True) -> Iterator[None]:
        kind = () if isinstance(self.db, PostgresqlDatabase) else ("IMMEDIATE",)
        try:
            with self._synced(durable), self.db.atomic(*kind):
                yield
        except (OperationalError, InterfaceError) as why:
            raise _temporary(why) from why

    @contextmanager
    def _synced(self, durable: bool) -> Iterator[None]:
        """SQLite syncs this commit, or leaves that to the next one that is durable. PostgreSQL always syncs."""
        if durable or not isinstance(self.db, SqliteDatabase) or self.db.in_transaction():
            yield
            return
        self.db.execute_sql("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            self.db.execute_sql("PRAGMA synchronous = FULL")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        with self.db.atomic():
            yield

    def free(self) -> None:
        for table in (self.tables.raw_mail, self.tables.letter, self.tables.command, self.tables.call):
            table.update(lease_until=0).where(table.lease_until > 0).execute()

    def scrub(self) -> None:
        """After an erasure: let go of SQLite's log, where former words may stand. PostgreSQL vacuums by itself."""
        if isinstance(self.db, SqliteDatabase):
            self.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        self.db.close()


def remote(url: str) -> bool:
    """Is it the URL of a PostgreSQL database, and no path?"""
    return url.startswith(("postgresql://", "postgres://"))


def unmigrated(url: str) -> Database:
    """The database at a path or a `postgresql://` URL, its tables as they stand."""
    return _Postgresql(url, prefer_psycopg3=True) if remote(url) else _Sqlite(url, pragmas=_PRAGMAS)


def connect(url: str, before: Callable[[str], object] = str) -> PeeweeStore:
    """Open the database at a path or a `postgresql://` URL, and bring its tables up to date.

    `before` is called with the name of the last new migration, before any is applied to tables that are there.
    """
    db = unmigrated(url)
    migrate(db, before)
    return PeeweeStore(db)


def migrate(db: Database, before: Callable[[str], object] = str) -> list[str]:
    """Apply the migrations that are new to this database; returns their names."""
    runner = Runner(db, str(MIGRATIONS))
    known = runner.status()
    new = [m.name for m in known if not m.applied]
    if new and len(new) < len(known):
        before(new[-1])
    return list(runner.up())


@contextmanager
def only_daemon(store: PeeweeStore) -> Iterator[None]:
    """Hold the one lock that a daemon needs on this database; freed by the system when it dies.

    Raises AlreadyRunning.
    """
    if isinstance(store.db, PostgresqlDatabase):
        if not store.db.execute_sql("SELECT pg_try_advisory_lock(%s)", (_ADVISORY_LOCK,)).fetchone()[0]:
            raise AlreadyRunning("another commsvc daemon works on this database")
        try:
            yield
        finally:
            with suppress(Temporary):  # with the session the lock is gone anyway
                store.db.execute_sql("SELECT pg_advisory_unlock(%s)", (_ADVISORY_LOCK,))
        return
    if store.db.database == ":memory:":
        yield  # nobody else can see it
        return
    handle = os.open(f"{store.db.database}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # unlike flock, no child of ours keeps it
        except OSError as why:
            raise AlreadyRunning(f"another commsvc daemon works on {store.db.database}") from why
        yield
    finally:
        os.close(handle)

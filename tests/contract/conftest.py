"""Fixtures of the store's suites: the shipped playbook, and one PostgreSQL database that each test finds empty."""

from pathlib import Path

import pytest

from commsvc.adapters.rulebook import Rulebook
from commsvc.adapters.store.store import connect
from commsvc.domain.playbook.rules import Playbook
from tests.servers.postgres import Postgres

ROOT = Path(__file__).parents[2]
REFERRING_FIRST = ("placed", "handoff", "told", "message", "asked", "attendee", "reservation")


@pytest.fixture(scope="session")
def playbook() -> Playbook:
    """The shipped rules."""
    return Rulebook(ROOT / "rules", [p.name for p in (ROOT / "templates/email").iterdir() if p.is_dir()]).current()


@pytest.fixture(scope="session")
def postgres_with_tables(postgres: Postgres) -> str:
    """A database is 300 files: one serves all tests."""
    url = postgres.database()
    connect(url).close()
    return url


@pytest.fixture
def postgres_url(postgres_with_tables: str) -> str:
    """The URL of a database with our tables and nothing in them."""
    store = connect(postgres_with_tables)
    with store.transaction():
        tables = [name for name in store.db.get_tables() if "migration" not in name]
        for name in (*REFERRING_FIRST, *sorted(set(tables) - set(REFERRING_FIRST))):
            store.db.execute_sql(f'DELETE FROM "{name}"')
    store.close()
    return postgres_with_tables

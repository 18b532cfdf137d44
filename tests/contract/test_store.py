"""The store keeps to its contract on every database it may stand on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from commsvc.adapters.store.store import PeeweeStore, connect
from tests.contract.store import StoreContract


class TestSqliteFile(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[PeeweeStore]:
        store = connect(str(tmp_path / "commsvc.db"))
        yield store
        store.close()


class TestSqliteMemory(StoreContract):
    @pytest.fixture
    def store(self) -> Iterator[PeeweeStore]:
        store = connect(":memory:")
        yield store
        store.close()


class TestPostgres(StoreContract):
    @pytest.fixture
    def store(self, postgres_url: str) -> Iterator[PeeweeStore]:
        store = connect(postgres_url)
        yield store
        store.close()

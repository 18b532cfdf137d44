"""A program that uses the API of a world."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from commsvc.ports import ApiToken, Grant
from tests.console.conftest import ADA, DANA, DOWN, Browser
from tests.stories.world import World

MARKUS = "m.brandt@hartmann-pt.example"


@dataclass
class Program:
    """Calls with one token."""

    http: TestClient
    secret: str

    def get(self, path: str, **more):
        return self.http.get(f"/api/v1{path}", headers=self.headers, **more)

    def post(self, path: str, body: object, key: str = "a key of mine"):
        return self.http.post(f"/api/v1{path}", json=body, headers={**self.headers, "Idempotency-Key": key})

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


@pytest.fixture
def world(tmp_path):
    """Two cases: Ada's stores are down, and Markus's figures are wrong; drafts wait."""
    world = World(tmp_path)
    world.receives(DOWN, ADA, "Order sync stopped")
    world.receives("Unser Datenexport liefert falsche Zahlen. Bitte eskalieren Sie das.", MARKUS, "Datenexport falsch")
    world.forward(minutes=3)
    return world


@pytest.fixture
def program(world):
    """Makes programs: with which scopes, as whom, of which accounts."""
    http = TestClient(Browser(world).app, raise_server_exceptions=False)

    def made(*scopes: Grant, person: str = DANA, accounts: frozenset[str] = frozenset(), name: str = "crm") -> Program:
        token = ApiToken(0, name, person, frozenset(scopes or Grant), accounts, world.now, world.now)
        with world.store.transaction():
            return Program(http, world.store.tokens.make(token, timedelta(days=30)))

    return made

"""The programs that use the API, and the orders they placed."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from commsvc.adapters.store.rows import Row, Tables, at, maybe_at, us, words
from commsvc.domain.letter.command import Command
from commsvc.ports import ApiToken, Grant, Placed

PREFIX = "commsvc_"
"""So that a secret that leaked into a file can be found by its shape."""


class StoredTokens:
    """`ports.ApiTokens` on tables. `order` writes a command and returns its id."""

    def __init__(self, tables: Tables, order: Callable[[Command], int]) -> None:
        self._t, self._placed, self._db, self._order = tables.token, tables.placed, tables.db, order

    def make(self, token: ApiToken, lasts: timedelta) -> str:
        secret = PREFIX + secrets.token_urlsafe(32)
        self._t.insert(
            name=token.name, secret_hash=_hash(secret), person=token.person, scopes=" ".join(sorted(s.value for s in token.scopes)),
            accounts=" ".join(sorted(token.accounts)), made_at=us(token.made_at), ends_at=us(token.made_at + lasts),
        ).execute()  # fmt: skip
        return secret

    def find(self, secret: str, now: datetime) -> ApiToken | None:
        t = self._t
        holds = (t.secret_hash == _hash(secret)) & (t.ends_at > us(now)) & t.revoked_at.is_null()
        rows = list(t.select().where(holds).limit(1))
        return _token(rows[0]) if rows else None

    def revoke(self, name: str, now: datetime) -> int:
        t = self._t
        return int(t.update(revoked_at=us(now)).where((t.name == name) & t.revoked_at.is_null()).execute())

    def all(self) -> Sequence[ApiToken]:
        return [_token(r) for r in self._t.select().order_by(self._t.id)]

    def place(self, token_id: int, key: str, request: str, command: Command) -> Placed:
        with self._db.atomic():
            list(self._t.update(name=self._t.name).where(self._t.id == token_id).returning(self._t.id).execute())
            p = self._placed
            rows = list(p.select().where((p.token_id == token_id) & (p.idempotency_key == key)))
            if rows:
                return Placed(rows[0]["command_id"], rows[0]["request"])
            id = self._order(command)
            p.insert(token_id=token_id, idempotency_key=key, request=request, command_id=id).execute()
        return Placed(id, request)

    def placed_by(self, token_id: int, command_id: int) -> bool:
        p = self._placed
        return bool(p.select().where((p.token_id == token_id) & (p.command_id == command_id)).exists())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _token(r: Row) -> ApiToken:
    return ApiToken(
        r["id"], r["name"], r["person"], frozenset(Grant(s) for s in words(r["scopes"])), frozenset(words(r["accounts"])),
        at(r["made_at"]), at(r["ends_at"]), maybe_at(r["revoked_at"]),
    )  # fmt: skip

"""Signed-in people: sessions of the console, kept as hashes."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from commsvc.adapters.store.rows import Tables, us


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in, and the token their forms must carry."""

    person: str
    csrf: str


class StoredSessions:
    """Begin, find and end sessions. The cookie's value itself is never stored."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables.session

    def begin(self, person: str, now: datetime, lasts: timedelta) -> str:
        """Begin a session; returns the value for the cookie."""
        token = secrets.token_urlsafe(32)
        self._t.insert(token_hash=_hash(token), person=person, csrf=secrets.token_urlsafe(24),
                       ends_at=us(now + lasts)).execute()  # fmt: skip
        return token

    def find(self, token: str, now: datetime) -> Session | None:
        t = self._t
        rows = list(t.select().where((t.token_hash == _hash(token)) & (t.ends_at > us(now))).limit(1))
        return Session(rows[0]["person"], rows[0]["csrf"]) if rows else None

    def end(self, token: str) -> None:
        self._t.delete().where(self._t.token_hash == _hash(token)).execute()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

"""Signed-in people: sessions of the console, kept as hashes."""

import hashlib
import secrets
from datetime import datetime, timedelta

from commsvc.adapters.store.rows import Tables, us
from commsvc.ports import Session


class StoredSessions:
    """Begin, find and end sessions. The cookie's value itself is never stored."""

    def __init__(self, tables: Tables) -> None:
        self._t, self._links, self._feeds = tables.session, tables.one_time, tables.feed

    def invite(self, person: str, now: datetime, lasts: timedelta) -> str:
        """Make a one-time secret for a link; returns it."""
        secret = secrets.token_urlsafe(32)
        self._links.insert(secret_hash=_hash(secret), person=person, ends_at=us(now + lasts)).execute()
        return secret

    def accept(self, secret: str, now: datetime) -> str | None:
        """Use up a one-time secret; the person it was made for, or None when it is spent or over."""
        t = self._links
        rows = list(t.select().where((t.secret_hash == _hash(secret)) & (t.ends_at > us(now))).limit(1))
        spent = t.delete().where(t.secret_hash == _hash(secret)).execute()
        return rows[0]["person"] if rows and spent == 1 else None

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

    def begin_feed(self, person: str) -> str:
        secret = secrets.token_urlsafe(32)
        self.end_feed(person)
        self._feeds.insert(person=person, secret_hash=_hash(secret)).execute()
        return secret

    def end_feed(self, person: str) -> None:
        self._feeds.delete().where(self._feeds.person == person).execute()

    def has_feed(self, person: str) -> bool:
        return bool(list(self._feeds.select(self._feeds.id).where(self._feeds.person == person).limit(1)))

    def feed_of(self, secret: str) -> str | None:
        rows = list(self._feeds.select().where(self._feeds.secret_hash == _hash(secret)).limit(1))
        return rows[0]["person"] if rows else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

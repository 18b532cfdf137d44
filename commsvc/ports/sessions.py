"""Who is signed in. A port of the store."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in, and the token their forms must carry."""

    person: str
    csrf: str


class Sessions(Protocol):
    """Who is signed in to the console. Secrets are kept as hashes only."""

    def invite(self, person: str, now: datetime, lasts: timedelta) -> str:
        """Make a one-time secret for a link; returns it."""

    def accept(self, secret: str, now: datetime) -> str | None:
        """Use up a one-time secret; the person it was made for, or None when it is spent or over."""

    def begin(self, person: str, now: datetime, lasts: timedelta) -> str:
        """Begin a session; returns the value for the cookie."""

    def find(self, token: str, now: datetime) -> Session | None: ...
    def end(self, token: str) -> None: ...
    def begin_feed(self, person: str) -> str:
        """Make the secret of a person's calendar feed, and end the one before; returns it."""

    def end_feed(self, person: str) -> None: ...
    def has_feed(self, person: str) -> bool: ...
    def feed_of(self, secret: str) -> str | None:
        """Whose feed it is; None for nobody's."""

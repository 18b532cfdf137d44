"""The programs that use the API, and the orders they placed. A port of the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from commsvc.domain.letter.command import Command


class Grant(Enum):
    """What a token may be used for."""

    ACCOUNTS = "accounts:read"
    CASES = "cases:read"
    LETTERS = "letters:read"
    FIGURES = "figures:read"
    ORDERS = "orders:write"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A program's right to act as one of our people. `accounts`: the only ones it may look at; none is all of them."""

    id: int
    name: str
    person: str
    scopes: frozenset[Grant]
    accounts: frozenset[str]
    made_at: datetime
    ends_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that was placed with a key. `request`: the digest of what was asked for."""

    command_id: int
    request: str


class ApiTokens(Protocol):
    """Secrets are kept as hashes only."""

    def make(self, token: ApiToken, lasts: timedelta) -> str:
        """Write a new token; returns its secret, which nobody can read again."""

    def find(self, secret: str, now: datetime) -> ApiToken | None:
        """The token with this secret, if it is neither over nor revoked."""

    def revoke(self, name: str, now: datetime) -> int:
        """Revoke all tokens with this name; returns how many that were."""

    def all(self) -> Sequence[ApiToken]:
        """Every token that was ever made, oldest first."""

    def place(self, token_id: int, key: str, request: str, command: Command) -> Placed:
        """Write an order once for each key: the same key again is answered with what it was first used for."""

    def placed_by(self, token_id: int, command_id: int) -> bool:
        """Did this token place this order?"""

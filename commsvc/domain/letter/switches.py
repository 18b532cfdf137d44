"""May anything leave this installation? Stop is the safe state.

A new installation watches: nothing is live. `commsvc live` widens it by mailbox, account and kind of
letter; `commsvc stop` narrows it at once, for all or for one of them, with a reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Scope(Enum):
    """What a switch covers. ALL covers everything."""

    ALL = "all"
    MAILBOX = "mailbox"
    ACCOUNT = "account"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Switch:
    """One position: this scope is live, or stopped. `name` is "" for ALL."""

    scope: Scope
    name: str
    live: bool
    by: str = ""
    reason: str = ""
    resumes: bool = False
    """Takes back a stop, and leaves as live as it was before."""


class Position(Enum):
    """What the switches say of one letter."""

    LIVE = "live"
    WATCHING = "this installation watches: it is not live for this"
    STOPPED = "stopped by a person"


@dataclass(frozen=True, slots=True)
class Switches:
    """What is live and what is stopped now."""

    positions: tuple[Switch, ...] = ()

    @classmethod
    def after(cls, turns: Iterable[Switch]) -> "Switches":
        """Where the switches stand after all turns, oldest first: a stop lies over what is live."""
        live: dict[tuple[Scope, str], Switch] = {}
        stopped: dict[tuple[Scope, str], Switch] = {}
        for turn in turns:
            key = (turn.scope, turn.name)
            if turn.live or turn.resumes:
                stopped.pop(key, None)
            if not turn.resumes:
                (live if turn.live else stopped)[key] = turn
        return cls((*stopped.values(), *live.values()))

    def judge(self, letter: str, case: tuple[str, str] | None, *, to_us: bool = False) -> tuple[Position, str]:
        """The position for a letter, and the reason a person gave, or "".

        `case`: the mailbox and the account of its case; None for a letter that belongs to none. `to_us`: it goes to one of our
        own people, who have to write by hand now: a stop of less than everything is none of theirs.
        """
        names = {Scope.ALL: "", Scope.LETTER: letter}
        if case is not None:
            names |= {Scope.MAILBOX: case[0], Scope.ACCOUNT: case[1]}
        for s in self.positions:
            concerns = s.scope is Scope.ALL or not to_us
            if not s.live and concerns and names.get(s.scope) == s.name:
                return Position.STOPPED, f"{s.scope.value} {s.name}: {s.reason} ({s.by})".replace("  ", " ")
        if any(s.live and s.scope is Scope.ALL for s in self.positions):
            return Position.LIVE, ""
        for scope in names.keys() - {Scope.ALL}:
            if not any(s.live and s.scope is scope and s.name in ("*", names[scope]) for s in self.positions):
                return Position.WATCHING, ""
        return Position.LIVE, ""

    @property
    def watching(self) -> bool:
        """Is nothing at all live?"""
        return not any(s.live for s in self.positions)

    def mailbox_live(self, mailbox: str) -> bool:
        """May this mailbox be changed (mail moved or marked), or is it only watched?"""
        return any(
            s.live and (s.scope is Scope.ALL or (s.scope is Scope.MAILBOX and s.name in ("*", mailbox)))
            for s in self.positions
        )

"""A case is offered to somebody else, who takes it or not; until then its owner stays accountable.

Rules of when it may not be offered: practice.md 3.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from commsvc.domain.case.directory import Person
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.promise import Promise
from commsvc.domain.promise.promise import State as PromiseState

SEND_FIRST = timedelta(minutes=15)
SOON_AWAY = timedelta(hours=2)
TWICE = timedelta(hours=4)
MOST_DECLINES = 3


class State(Enum):
    """Where an offer stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "nobody answered"
    WITHDRAWN = "taken back"


@dataclass(frozen=True, slots=True)
class Handoff:
    """One offer. `round` counts the offers since a person asked for it, from 1."""

    id: int
    case_id: int
    giver: str
    receiver: str
    reason: str
    state: State
    offered_at: datetime
    round: int = 1
    answered_at: datetime | None = None


class Bar(Enum):
    """Why a case may not be offered now, and the way out."""

    SELF = "{to} owns it already"
    PENDING = "it is offered to {to} already: wait for their answer, or answer MINE to keep it"
    SEND_FIRST = "an update is due within 15 minutes: send it first, then hand over"
    AWAY = "{to} is away, or will be within two hours: name somebody else"
    TWICE = "it was handed over within the last four hours: ask a support manager to do it again"
    FULL = "{to} has as many open cases as the playbook allows: name somebody else"


def bar(receiver: Person, owner: str, earlier: Sequence[Handoff], promises: Sequence[Promise], load: int, capacity: int,
        manager: bool, now: datetime) -> Bar | None:  # fmt: skip
    """The first reason against the offer, or None. `manager`: does a support manager ask for it?"""
    if receiver.address == owner:
        return Bar.SELF
    if any(h.state is State.OFFERED for h in earlier):
        return Bar.PENDING
    updates = (p.due_at for p in promises if p.kind is Kind.NEXT_UPDATE and p.state is PromiseState.OPEN)
    if any(now <= due < now + SEND_FIRST for due in updates):
        return Bar.SEND_FIRST
    if receiver.absent(now) or receiver.absent(now + SOON_AWAY):
        return Bar.AWAY
    if not manager and any(
        h.state is State.ACCEPTED and h.answered_at and h.answered_at > now - TWICE for h in earlier
    ):
        return Bar.TWICE
    return Bar.FULL if load >= capacity else None

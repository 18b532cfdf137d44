"""Calls, and the time they hold. A port of the store."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from commsvc.domain.call.invitation import Call
from commsvc.domain.call.slots import Busy
from commsvc.domain.promise.promise import Subject
from commsvc.ports.claim import Claim


class Calls(Protocol):
    def want(self, call: Call) -> None:
        """Ask for a call; one with its uid is left as it is."""

    def claim(self, now: datetime, limit: int, lease: timedelta) -> Sequence[Claim[Call]]: ...
    def get(self, id: int) -> Call: ...
    def by_uid(self, uid: str) -> Call | None: ...
    def of(self, subject: Subject) -> Sequence[Call]: ...
    def book(self, claim: Claim[Call], call: Call) -> bool:
        """Write the booking and reserve everybody's time; False when somebody's was just taken."""

    def save(self, call: Call) -> None: ...
    def reserved(self, person: str, start: datetime, end: datetime) -> Sequence[Busy]: ...

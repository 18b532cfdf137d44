"""Calls, and the time they hold. A port of the store."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from commsvc.domain.call.invitation import Call
from commsvc.domain.call.slots import Busy, Slot
from commsvc.domain.promise.promise import Subject
from commsvc.ports.claim import Claim


class Calls(Protocol):
    def want(self, call: Call) -> None:
        """Ask for a call; one with its uid is left as it is."""

    def claim(self, now: datetime, limit: int, lease: timedelta) -> Sequence[Claim[Call]]: ...
    def get(self, id: int) -> Call: ...
    def by_uid(self, uid: str) -> Call | None: ...
    def of(self, subject: Subject) -> Sequence[Call]: ...
    def offer(self, claim: Claim[Call], call: Call, slots: Sequence[Slot]) -> bool:
        """Write times that are offered, numbered from 1, and hold them for our people; False when one was just taken."""

    def offered(self, call_id: int) -> Sequence[Slot]:
        """The times that were offered last, in the order of their numbers."""

    def book(self, claim: Claim[Call], call: Call) -> bool:
        """Write the booking and reserve our people's time, instead of what was held for this call before; False when
        somebody's was just taken.
        """

    def again(self, call: Call) -> None:
        """Write a call that waits to be booked anew, at its start where it has one; what was held for it is free."""

    def live(self) -> Sequence[Call]:
        """The calls that are booked or offered."""

    def withdrawn(self) -> Sequence[Call]:
        """The calls that do not take place and still stand in our people's calendars."""

    def save(self, call: Call) -> None:
        """Write what may change of a call; one that is over holds nobody's time any more."""

    def reserved(self, person: str, start: datetime, end: datetime) -> Sequence[Busy]: ...

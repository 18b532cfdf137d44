"""Who of our own people is away, and which cases are offered to whom. A port of the store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from commsvc.domain.case.absence import Absence
from commsvc.domain.promise.handoff import Handoff, State


class Staff(Protocol):
    """Our own people: who is away, and which cases are offered to whom."""

    def learn(self, absence: Absence) -> int:
        """Keep an absence; returns its id, 0 when the same one is known."""

    def absences(self, now: datetime) -> Sequence[Absence]:
        """Absences that have not ended, what was learnt last first."""

    def begun(self, now: datetime) -> Sequence[Absence]:
        """Absences that last now and whose work has not been passed on yet."""

    def moved(self, id: int) -> None:
        """The work of this absence has been passed on."""

    def back(self, person: str, now: datetime) -> int:
        """End a person's absences now; returns how many there were."""

    def offer(self, handoff: Handoff) -> Handoff:
        """Write an offer; returns it with its id."""

    def answer(self, handoff: Handoff, state: State, now: datetime) -> bool:
        """End an offer that still stands; False when it does not."""

    def offers(self, case_id: int) -> Sequence[Handoff]:
        """Every offer of a case, oldest first."""

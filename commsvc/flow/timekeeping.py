"""The clock of the machine jumped: what was promised by it cannot be trusted, so customers' letters wait for a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from commsvc.desk import Desk
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.letter.switches import Scope, Switch
from commsvc.domain.promise.promise import Subject

HOUSE = Subject("house", 0)
MOST = timedelta(minutes=5)
"""A clock that is set by more than this pauses the letters to customers (reliability.md, F10)."""


@dataclass(frozen=True)
class Timekeeping:
    desk: Desk

    def run(self, jump: timedelta, now: datetime) -> bool:
        """Pause letters to customers and write to the operator, if the clock jumped by too much; says whether it did."""
        if abs(jump) <= MOST:
            return False
        minutes, way = round(abs(jump).total_seconds() / 60), "forwards" if jump > timedelta(0) else "backwards"
        said = f"the clock jumped {minutes} minutes {way} to {now:%Y-%m-%d %H:%M} UTC"
        store, operator = self.desk.store, self.desk.identity.operator
        with store.transaction():
            store.records.turn(
                Switch(Scope.ALL, "", live=False, by="commsvc", reason=f"{said}; look, then resume"), now
            )
            note = f"{said[0].upper()}{said[1:]}."
            store.letters.wish(
                Wish("clock_jumped", HOUSE, Audience.OPERATOR, operator, f"clock:{now:%Y%m%d%H%M%S}", note=note), now
            )
        return True

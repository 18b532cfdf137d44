"""Is every mail accounted for? seen = recorded + appended + ignored + quarantined + new.

What was seen is counted when mail comes in, what became of it is counted in the rows: a mail that is
lost between the two, or stands in a state nobody knows, shows within a minute. So does a mail that was
set aside for a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from commsvc.desk import Desk

STATES = ("recorded", "appended", "ignored", "quarantined", "new")
FRESH = timedelta(days=1)
"""For so long a mail set aside is an alarm; it is listed for ever."""


@dataclass(frozen=True, slots=True)
class Balance:
    """How many mails came in, and how many stand in each state."""

    seen: int
    states: Mapping[str, int]

    @property
    def fault(self) -> str:
        """What does not add up; "" when all does."""
        strange = sorted(set(self.states) - set(STATES))
        if strange:
            return f"mails stand in a state that nobody knows: {', '.join(strange)}"
        total = sum(self.states.values())
        if total == self.seen:
            return ""
        said = f"{self.seen} mails were taken in, {total} are accounted for ({self})"
        return f"{said}: {abs(self.seen - total)} {'lost' if total < self.seen else 'too many'}"

    def __str__(self) -> str:
        return " + ".join(f"{self.states.get(s, 0)} {s}" for s in STATES)


@dataclass(frozen=True)
class Ledger:
    desk: Desk

    def balance(self) -> Balance:
        """The books as they stand; looked at twice when they are wrong, since mail may come in between."""
        first = self._look()
        return self._look() if first.fault else first

    def _look(self) -> Balance:
        with self.desk.store.transaction():
            return Balance(self.desk.store.inbox.seen(), self.desk.store.inbox.ledger())

    def run(self, now: datetime) -> int:
        """Show what does not add up and what was set aside lately, or clear it; returns how many alarms stand."""
        balance = self.balance()
        said = {
            "ledger": balance.fault,
            "quarantine": self._set_aside(now) if balance.states.get("quarantined") else "",
        }
        records = self.desk.store.records
        shown = dict(records.troubles())
        for source, words in said.items():
            if words != shown.get(source, ""):
                with self.desk.store.transaction():
                    records.trouble(source, words, now)
        return sum(map(bool, said.values()))

    def _set_aside(self, now: datetime) -> str:
        fresh = [(id, reason) for id, reason, at in self.desk.store.inbox.quarantined() if at > now - FRESH]
        if not fresh:
            return ""
        id, reason = fresh[0]
        return f"{len(fresh)} mails were set aside in the last day, the newest is {id}: {reason}"

"""Whatever stands wrong with the service itself is told to the operator, once; and that it lives, again and again.

Temporary:  the database is away    nothing is told by this way; the heartbeat stays away
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from commsvc.desk import Desk
from commsvc.domain.health.alarms import alarms
from commsvc.domain.health.silence import MEMORY, Silence, silence, usual
from commsvc.domain.health.vitals import Vitals
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.worktime import WorkCalendar

HOUSE = Subject("house", 0)
_AGAIN = timedelta(hours=1)
"""Habits are learnt anew after so long."""


@dataclass(frozen=True)
class Alarms:
    """`mailboxes`: those whose silence matters."""

    desk: Desk
    mailboxes: frozenset[str] = frozenset()
    _habits: dict[str, tuple[datetime, timedelta | None]] = field(default_factory=dict)

    def run(self, now: datetime) -> int:
        """Tell what was not told yet; returns how many things that were."""
        store = self.desk.store
        vitals = store.signs.look(now)
        found = alarms(vitals, list(self._silences(vitals, now)))
        with store.transaction():
            return sum(self._tell("service_alarm", f"alarm:{a.key}", self.desk.identity.operator, a.said, now) for a in found)  # fmt: skip

    def beat(self, address: str, every: timedelta, stretch: int, now: datetime) -> int:
        """Write to an address that the service lives, once in stretch number `stretch`; returns 1 when it did."""
        note = f"Alive at {now:%Y-%m-%d %H:%M} UTC. The next of these mails comes within {every.total_seconds() / 60:.0f} minutes."
        with self.desk.store.transaction():
            return int(self._tell("heartbeat", f"heartbeat:{stretch}", address, note, now))

    def _tell(self, letter: str, key: str, to: str, note: str, now: datetime) -> bool:
        return self.desk.store.letters.wish(Wish(letter, HOUSE, Audience.OPERATOR, to, key, note=note), now)

    def _silences(self, vitals: Vitals, now: datetime) -> Iterator[Silence]:
        for box in vitals.mailboxes:
            if box.name not in self.mailboxes or box.last_mail_at is None:
                continue
            limit = self._habit(box.name, now)
            found = silence(box.name, box.last_mail_at, limit, self._calendar(), now) if limit else None
            if found:
                yield found

    def _habit(self, mailbox: str, now: datetime) -> timedelta | None:
        learnt_at, limit = self._habits.get(mailbox, (now - 2 * _AGAIN, None))
        if now - learnt_at >= _AGAIN:
            limit = usual(self.desk.store.signs.arrivals(mailbox, now - MEMORY), self._calendar())
            self._habits[mailbox] = now, limit
        return limit

    def _calendar(self) -> WorkCalendar:
        """Working time where the operator is."""
        operator = self.desk.directory.person(self.desk.identity.operator)
        return WorkCalendar(operator.zone if operator else "UTC")

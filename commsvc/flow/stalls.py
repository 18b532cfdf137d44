"""An open case without a next best action is a stall: whoever owns it is told, once a day, until something is owed again."""

from dataclasses import dataclass
from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.case.case import Case
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.promise.timeline import Entry

BATCH = 100
NOTE = ("Nothing is owed on this open case, so nothing would make anybody act. Please say what comes next: ACK your next step, "
        "FACT text, RESOLVE what was done, or NOT reason.")  # fmt: skip


@dataclass(frozen=True)
class Stalls:
    desk: Desk

    def run(self, now: datetime) -> int:
        """Report what stalls; returns how many cases were reported anew."""
        with self.desk.store.transaction():
            return sum(self._told(case, now) for case in self.desk.store.cases.stalled(BATCH))

    def _told(self, case: Case, now: datetime) -> bool:
        person, subject = self.desk.person_for("owner", case, now), self.desk.subject(case)
        to = person.address if person else self.desk.identity.operator
        audience = Audience.INTERNAL if person else Audience.OPERATOR
        wish = Wish("needs_person", subject, audience, to, f"stall:{case.id}:{now:%Y%m%d}", note=NOTE)
        fresh = self.desk.store.letters.wish(wish, now)
        if fresh:
            entry = Entry(
                subject,
                now,
                "stalled",
                f"nothing is owed; {to} is told",
                rule="next best action",
                playbook=case.playbook,
            )
            self.desk.store.records.write(entry)
        return fresh

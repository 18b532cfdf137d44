"""Executives' briefings at their local time, daily and on Mondays, and the operator's report while we only watch.

One of each a local day and person: the key of the wish is the day, so no restart can write it twice.
"""

from dataclasses import dataclass
from datetime import date, datetime

from commsvc.desk import Desk
from commsvc.domain.case.directory import Person
from commsvc.domain.learning.briefing import due_on, week_due_on
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.promise.promise import Subject

HOUSE = Subject("house", 0)


@dataclass(frozen=True)
class Briefings:
    desk: Desk

    def run(self, now: datetime) -> int:
        """Wish for every briefing whose local time has come today; returns how many are new."""
        rules = self.desk.playbooks.current().briefings
        worst = min((c.severity.level for c in self.desk.store.cases.all_open()), default=9)
        new, began = 0, self.desk.store.inbox.began()
        with self.desk.store.transaction():
            for person in self.desk.directory.holders(rules.role):
                due = {
                    "exec_daily": due_on(person, rules, worst, now),
                    "exec_weekly": week_due_on(person, rules, now, began),
                }
                new += sum(self._wish(letter, person, day, now) for letter, day in due.items() if day is not None)
            new += self._watch(now)
        return new

    def _wish(self, letter: str, person: Person, day: date, now: datetime) -> bool:
        key = f"briefing:{person.address}:{day}" if letter == "exec_daily" else f"week:{person.address}:{day}"
        return self.desk.store.letters.wish(Wish(letter, HOUSE, Audience.INTERNAL, person.address, key), now)

    def _watch(self, now: datetime) -> int:
        operator = self.desk.identity.operator
        if not operator or not self.desk.store.records.switches().watching:
            return 0
        key = f"watch:{now:%Y-%m-%d}"
        return int(self.desk.store.letters.wish(Wish("watch_report", HOUSE, Audience.OPERATOR, operator, key), now))

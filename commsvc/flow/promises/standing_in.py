"""Somebody's absence begins: what waits for them goes to whoever stands in, at once."""

from dataclasses import dataclass
from datetime import datetime

from commsvc.desk import Desk
from commsvc.desk.asking import Asking
from commsvc.domain.case.absence import Absence
from commsvc.domain.case.case import Case
from commsvc.domain.case.owner import present
from commsvc.domain.letter.letter import Audience, State, Wish
from commsvc.domain.promise.timeline import Entry


@dataclass(frozen=True)
class StandingIn:
    desk: Desk

    def run(self, now: datetime) -> None:
        """Pass on the work of every absence that has begun, once each, in a transaction of its own."""
        for absence in self.desk.store.staff.begun(now):
            with self.desk.store.transaction():
                self._pass_on(absence, now)

    def _pass_on(self, absence: Absence, now: datetime) -> None:
        for case in self.desk.store.cases.all_open():
            self._approvals(absence, case, now)
            if case.owner == absence.person:
                self._case(absence, case, now)
        self.desk.store.staff.moved(absence.id)

    def _approvals(self, absence: Absence, case: Case, now: datetime) -> None:
        letters = self.desk.store.letters
        for letter in letters.of(self.desk.subject(case)):
            if letter.state is State.DRAFTED and absence.person in letters.approvers(letter.id).approvers:
                Asking(self.desk).request(letter, case, now)

    def _case(self, absence: Absence, case: Case, now: datetime) -> None:
        """Whoever stands in leads the case; without a deputy the manager is told so."""
        staff, subject = self.desk.staff(now), self.desk.subject(case)
        deputy = present(absence.person, staff, now)
        to = deputy or self.desk.person_for("support_manager", case, now)
        why = "you stand in" if deputy else "they have no deputy who is here: please name one, HANDOFF name"
        note = f"{absence.person} is away until {absence.until:%Y-%m-%d %H:%M} UTC ({absence.told.value}) and owns this case; {why}."
        address, audience = (to.address, Audience.INTERNAL) if to else (self.desk.identity.operator, Audience.OPERATOR)
        key = f"away:{absence.id}:{case.id}"
        self.desk.store.letters.wish(Wish("needs_person", subject, audience, address, key, note=note), now)
        self.desk.store.records.write(Entry(subject, now, "owner away", f"{absence.person}: {address} is told",
                                            rule="absence", playbook=case.playbook))  # fmt: skip

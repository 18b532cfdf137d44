"""Begin and end a pilot of a version of the rules. Cases that began under it keep it, as all cases keep theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.playbook.adoption import ADOPT, may
from commsvc.domain.playbook.pilot import NoPilot, Pilot, bar_pilot, seconded
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import Entry
from commsvc.errors import Trouble


@dataclass(frozen=True)
class Piloting:
    """`adopts`: does a version need two people here? Then a pilot of it does as well."""

    desk: Desk
    adopts: bool

    def begin(self, new: Playbook, files: Mapping[str, str], accounts: frozenset[str], by: str, now: datetime) -> Pilot:
        """New cases of these accounts begin with `new` from now on. Raises Trouble with what bars it."""
        store, current = self.desk.store, self.desk.playbooks.current()
        wanted = Pilot(0, new.digest, new.version, accounts, by, now)
        known = [a.id for a in self.desk.directory.accounts]
        barred = bar_pilot(
            wanted, store.adoptions.pilot(), current.digest, known, self.desk.roles(by), current.ownership
        )
        if barred is None and self.adopts and not seconded(wanted, store.adoptions.all()):
            barred = NoPilot.ALONE
        if barred:
            raise Trouble(f"no pilot begins: {barred.value}")
        with store.transaction():
            store.records.keep_playbook(new, files, now)
            begun = store.adoptions.begin_pilot(wanted)
            self._note(begun, now, "pilot began", f"for {', '.join(sorted(accounts))}", by)
        return begun

    def end(self, by: str, now: datetime) -> Pilot:
        """New cases begin with the version in force again. Raises Trouble with what bars it."""
        store, roles = self.desk.store, self.desk.roles(by)
        lasting = store.adoptions.pilot()
        if lasting is None:
            raise Trouble(f"nothing ends: {NoPilot.NONE.value}")
        if roles is None or not may(ADOPT, roles, self.desk.playbooks.current().ownership):
            raise Trouble(f"the pilot lasts: {NoPilot.ROLE.value}")
        with store.transaction():
            store.adoptions.end_pilot(lasting.id, by, now)
            self._note(lasting, now, "pilot ended", "cases that began under it keep it", by)
        return lasting

    def _note(self, pilot: Pilot, now: datetime, what: str, said: str, who: str) -> None:
        self.desk.store.records.write(
            Entry(
                Subject("pilot", pilot.id), now, what, f"{pilot.version}: {said}", who, "pilot", playbook=pilot.digest
            )
        )

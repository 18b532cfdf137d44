"""Versions of the rules: proposed by one person, adopted by another, announced to those they concern, answered by them.

Each step is one transaction, with an entry in the timeline of the version. An answer is tracked and holds nothing up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.case.owner import acting
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.playbook.adoption import Adoption, bar_adoption, bar_proposal, in_force, too_low
from commsvc.domain.playbook.concern import concerned
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import Entry
from commsvc.errors import Trouble

KIND = "playbook"
"""The kind of subject that an adoption is."""


@dataclass(frozen=True)
class Adopting:
    desk: Desk

    def propose(self, new: Playbook, files: Mapping[str, str], by: str, reason: str, now: datetime) -> Adoption:
        """Write a proposal. Raises Trouble with what bars it."""
        store, current = self.desk.store, self.desk.playbooks.current()
        known = [k.digest for k in store.records.playbooks()]
        if barred := bar_proposal(new, current, known, self.desk.roles(by)):
            least = too_low(current, new)
            raise Trouble(f"not proposed: {barred.value}" + (f"; write {least}" if least else ""))
        with store.transaction():
            made = store.adoptions.propose(Adoption(0, new.digest, new.version, current.digest, reason, by, now), files)
            self._note(made, now, "proposed", reason, by)
        return made

    def adopt(self, id: int, by: str, effective: datetime, now: datetime) -> Adoption:
        """Have a proposal take force at `effective`, and announce it to whom it concerns. Raises Trouble with what bars it."""
        store, current = self.desk.store, self.desk.playbooks.current()
        wanted = store.adoptions.get(id)
        if barred := bar_adoption(wanted, by, self.desk.roles(by), current.ownership, effective, now):
            raise Trouble(f"not adopted: {barred.value}")
        adopted = replace(wanted, replaces=current.digest, adopted_by=by, adopted_at=now, effective_at=effective)
        with store.transaction():
            if not store.adoptions.adopt(adopted):
                raise Trouble("not adopted: somebody else was faster")
            self._note(adopted, now, "adopted", f"in force from {effective:%Y-%m-%d %H:%M} UTC", by)
            self._announce(adopted, now)
        return adopted

    def begin(self, now: datetime) -> Adoption:
        """The version that is in force now. Where none was ever adopted, the one we work by is where it begins."""
        adoptions = self.desk.store.adoptions
        if found := in_force(adoptions.all(), now):
            return found
        current = self.desk.playbooks.current()
        files = self.desk.store.records.playbook_files(current.digest) or {}
        with self.desk.store.transaction():
            first = adoptions.propose(
                Adoption(0, current.digest, current.version, "", "in force when adoption began", "commsvc", now, "commsvc", now, now),
                files)  # fmt: skip
            self._note(first, now, "adopted", first.reason, "commsvc")
        return first

    def _announce(self, adopted: Adoption, now: datetime) -> None:
        store, playbooks = self.desk.store, self.desk.playbooks
        new = playbooks.remember(store.adoptions.files(adopted.digest) or {})
        roles = concerned(playbooks.current(), new)
        people = dict.fromkeys(p.address for r in roles for p in acting(r, self.desk.directory, new.ownership))
        for address in people:
            store.adoptions.tell(adopted.id, address)
            key = f"playbook:{adopted.id}:{address}"
            store.letters.wish(Wish("policy_change", Subject(KIND, adopted.id), Audience.INTERNAL, address, key), now)

    def _note(self, adoption: Adoption, now: datetime, what: str, said: str, who: str) -> None:
        self.desk.store.records.write(
            Entry(Subject(KIND, adoption.id), now, what, f"{adoption.version}: {said}", who, "adoption", playbook=adoption.digest)
        )  # fmt: skip

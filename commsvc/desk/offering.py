"""Offer a case to a colleague, and what their answer does. Its owner is accountable until somebody takes it.

At any time a case has exactly one accountable owner: the row changes hands in the one write that accepts.
A third refusal, or nobody left with room, goes to the escalation manager, who assigns it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from commsvc.desk import Desk
from commsvc.desk.owing import end, owe
from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Person
from commsvc.domain.case.owner import Need, choose
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.handoff import MOST_DECLINES, Handoff, State
from commsvc.domain.promise.promise import Promise
from commsvc.domain.promise.promise import State as PromiseState
from commsvc.domain.promise.timeline import CHANGED_HANDS, Entry, moved_said
from commsvc.domain.promise.worktime import due


@dataclass(frozen=True)
class Offering:
    desk: Desk

    def standing(self, case: Case) -> Handoff | None:
        """The offer of this case that waits for an answer."""
        return next((h for h in self.desk.store.staff.offers(case.id) if h.state is State.OFFERED), None)

    def offer(self, case: Case, giver: str, receiver: Person, reason: str, round: int, now: datetime) -> Handoff:
        """Offer the case, with a note from the record and a time to answer."""
        made = self.desk.store.staff.offer(
            Handoff(0, case.id, giver, receiver.address, reason, State.OFFERED, now, round)
        )
        subject, calendar = self.desk.subject(case), self.desk.calendar(case.account_id)
        span = self.desk.rules(case).chains.handoff_limit[case.severity]
        by = due(now, span, calendar)
        owe(self.desk, case, Kind.HANDOFF, span, now, by, now, regarding=made.id)
        note = f"{self._name(giver)} offers you {case.ref}: {reason}. Until you take it, {self._name(case.owner)} stays accountable."
        self.desk.store.letters.wish(
            Wish("handoff_offer", subject, Audience.INTERNAL, receiver.address, f"offer:{made.id}", note=note), now
        )
        self._note(
            case, now, "offered", f"{giver} to {receiver.address}, answer by {by:%Y-%m-%d %H:%M} UTC: {reason}", giver
        )
        return made

    def accept(self, case: Case, offer: Handoff, now: datetime) -> None:
        """The receiver owns the case from now on; whoever owned it is the backup."""
        self._end(case, offer, State.ACCEPTED, PromiseState.KEPT, now)
        self.give(case, offer.receiver, f"{offer.receiver} took it over", now)
        self._introduce(case, offer, now)

    def give(self, case: Case, to: str, why: str, now: datetime) -> None:
        """Make somebody the one accountable owner, and say so to both."""
        moved = replace(case, owner=to, backup=case.owner, revision=case.revision + 1)
        self.desk.store.cases.save(moved)
        self._note(case, now, CHANGED_HANDS, moved_said(case.owner, to, why), to)
        key, subject = f"assignment:case:{case.id}:{to}:{moved.revision}", self.desk.subject(case)
        self.desk.store.letters.wish(Wish("assignment", subject, Audience.INTERNAL, to, key), now)
        if case.owner != to:
            self._tell(
                case, case.owner, f"{self._name(to)} owns it now: {why}. You are the backup.", f"given:{key}", now
            )

    def decline(self, case: Case, offer: Handoff, reason: str, now: datetime) -> str:
        """The receiver cannot: the next candidate is asked. Returns what happens now, in words."""
        self._end(case, offer, State.DECLINED, PromiseState.VOID, now)
        self._note(case, now, "declined", f"{offer.receiver}: {reason}", offer.receiver)
        return self._on(case, offer, f"{self._name(offer.receiver)} declined: {reason}", now)

    def lapse(self, case: Case, promise: Promise, now: datetime) -> None:
        """Nobody answered the offer in time: somebody else is asked."""
        offer = next((h for h in self.desk.store.staff.offers(case.id) if h.id == promise.regarding), None)
        if offer is not None and offer.state is State.OFFERED:
            self._end(case, offer, State.LAPSED, PromiseState.VOID, now)
            self._on(case, offer, f"{self._name(offer.receiver)} did not answer in time", now)

    def withdraw(self, case: Case, now: datetime) -> bool:
        """Take a standing offer back; False when there is none."""
        offer = self.standing(case)
        if offer is not None:
            self._end(case, offer, State.WITHDRAWN, PromiseState.VOID, now)
        return offer is not None

    def _on(self, case: Case, last: Handoff, why: str, now: datetime) -> str:
        after = self._candidate(case, last, now) if last.round < MOST_DECLINES else None
        if after is not None:
            self.offer(case, last.giver, after, last.reason, last.round + 1, now)
            said = f"{why}; {after.name} is asked now"
        else:
            manager = self.desk.person_for("escalation_manager", case, now)
            said = f"{why}; {manager.name if manager else 'the operator'} is asked to assign it"
            to = manager.address if manager else self.desk.identity.operator
            self._tell(
                case, to, f"{why}, offer {last.round}. Please assign it: HANDOFF name.", f"assign:{last.id}", now
            )
        if case.owner != last.receiver:
            self._tell(
                case, case.owner, f"{said}. Until somebody takes it, you stay accountable.", f"declined:{last.id}", now
            )
        return said

    def _candidate(self, case: Case, last: Handoff, now: datetime) -> Person | None:
        """The best person with room who was not asked in these rounds."""
        rules, staff = self.desk.rules(case).ownership, self.desk.staff(now)
        load = self.desk.store.cases.load([p.address for p in staff.people])
        out = {h.receiver for h in self.desk.store.staff.offers(case.id)[-last.round :]} | {case.owner, last.giver}
        left = [p for p in staff.people if p.address not in out and load.get(p.address, 0) < rules.capacity]
        if not any(set(p.roles) & set(rules.owner_roles) and not p.absent(now) for p in left):
            return None
        room = replace(staff, people=tuple(left))
        return staff.person(choose(Need(case.area, case.language), room, load, rules, now).owner)

    def _introduce(self, case: Case, offer: Handoff, now: datetime) -> None:
        """The customer hears from the one who knew them who leads their case now: drafted, approved by a person."""
        if case.drafted_for and "handoff_intro" in self.desk.rules(case).approvals.letter:
            self.desk.store.letters.wish(
                Wish("handoff_intro", self.desk.subject(case), Audience.CUSTOMER, case.contact, f"intro:{offer.id}",
                     regarding=offer.id), now)  # fmt: skip

    def _end(self, case: Case, offer: Handoff, state: State, promise: PromiseState, now: datetime) -> None:
        self.desk.store.staff.answer(offer, state, now)
        for owed in self.desk.store.promises.of(self.desk.subject(case)):
            if owed.kind is Kind.HANDOFF and owed.regarding == offer.id:
                end(self.desk, case, owed, promise, now, offer.receiver, "handoff")

    def _name(self, address: str) -> str:
        person = self.desk.directory.person(address)
        return person.name if person else address

    def _tell(self, case: Case, to: str, note: str, key: str, now: datetime) -> None:
        ours = self.desk.directory.person(to) is not None
        audience = Audience.INTERNAL if ours else Audience.OPERATOR
        self.desk.store.letters.wish(Wish("needs_person", self.desk.subject(case), audience, to, key, note=note), now)

    def _note(self, case: Case, now: datetime, what: str, said: str, who: str) -> None:
        self.desk.store.records.write(
            Entry(self.desk.subject(case), now, what, said, who, "handoff", playbook=case.playbook)
        )

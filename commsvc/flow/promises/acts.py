"""What a step of a chain does besides telling people: a draft, a question, another owner."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from commsvc.desk import Desk
from commsvc.desk.offering import Offering
from commsvc.domain.case.case import Case, Stage
from commsvc.domain.letter.effects import reminders, update_letter
from commsvc.domain.letter.letter import Audience, Letter, State, Wish
from commsvc.domain.playbook.words import Action, Kind
from commsvc.domain.promise.chain import Due
from commsvc.domain.promise.promise import Promise
from commsvc.domain.promise.promise import State as PromiseState
from commsvc.domain.promise.timeline import CHANGED_HANDS, Entry, moved_said


@dataclass(frozen=True)
class Acts:
    desk: Desk

    def take(self, due: Due, promise: Promise, case: Case, draft: Letter | None, now: datetime) -> None:
        """Do what one step says; a step without an action does nothing here."""
        action = due.step.action
        if action is Action.DRAFT_UPDATE:
            self._draft_update(promise, case, now)
        elif action is Action.ASK_FACTS and not due.silenced:
            self._ask_facts(due, promise, case, now)
        elif action is Action.HOLDING_STATEMENT:
            self._holding(case, draft, now)
        elif action is Action.REASSIGN_TO_BACKUP:
            self._reassign(promise, case, now)
        elif action is Action.DRAFT_AGAIN:
            self._draft_again(due, promise, case, now)
        elif action is Action.MISSED_COMMITMENT and case.stage is not Stage.VALIDATE:
            self._wish("missed_commitment", case, f"missed:{promise.id}", promise.id, now)
        elif action is Action.OFFER_NEXT:
            Offering(self.desk).lapse(case, promise, now)

    def _draft_update(self, promise: Promise, case: Case, now: datetime) -> None:
        subject = self.desk.subject(case)
        waits = {x.wish.letter for x in self.desk.store.letters.of(subject) if x.state in (State.DRAFTED, State.WANTED)}
        if waits & {"first_answer", "resolution_proposed"} or self._under_way(case, promise):
            return
        self._update(promise, case, f"update:{promise.id}", now)

    def _update(self, promise: Promise, case: Case, key: str, now: datetime) -> None:
        """The letter that an owed update becomes; a customer who was asked often enough is phoned."""
        letter = update_letter(case.stage, self._news(case))
        most = self.desk.rules(case).timelines.ask_most
        if letter == "reminder" and reminders(self.desk.store.letters.of(self.desk.subject(case))) >= most:
            self._phone(promise, case, most, now)
        else:
            self._wish(letter, case, key, promise.id, now)

    def _phone(self, promise: Promise, case: Case, most: int, now: datetime) -> None:
        subject, key = self.desk.subject(case), f"phone:{promise.id}"
        note = (f"{case.contact} was asked {most} times whether the solution works and has not answered. Please phone, "
                "and write down what they say: NOTE text; nothing is closed on silence.")  # fmt: skip
        wish = Wish("needs_person", subject, Audience.INTERNAL, case.owner, key, promise.id, note=note)
        if self.desk.store.letters.wish(wish, now):
            self._note(case, now, "phone", f"{case.owner} is asked to phone {case.contact}", promise)

    def _ask_facts(self, due: Due, promise: Promise, case: Case, now: datetime) -> None:
        """One question before a draft is written; not when a fact waits or a letter is under way already."""
        if not case.drafted_for or self._news(case) or self._under_way(case, promise) or now >= promise.due_at:
            return
        subject = self.desk.subject(case)
        for person in self.desk.people(due.step.to, case, frozenset(), now):
            since = promise.started_at.astimezone(ZoneInfo(person.zone))
            key = f"facts:{promise.id}:{person.address}"
            self.desk.store.letters.wish(
                Wish("fact_question", subject, Audience.INTERNAL, person.address, key, promise.id,
                     note=f"What is new since {since:%H:%M}?"), now)  # fmt: skip
            self._note(case, now, "facts asked", f"{person.name}, since {promise.started_at:%H:%M} UTC", promise)

    def _holding(self, case: Case, draft: Letter | None, now: datetime) -> None:
        """The holding statement belongs to the update that is owed; a first answer has none, nor has a customer who is asked."""
        if case.stage is Stage.VALIDATE:
            return
        owed = [p for p in self.desk.store.promises.of(self.desk.subject(case))
                if p.kind is Kind.NEXT_UPDATE and p.state is PromiseState.OPEN]  # fmt: skip
        if owed and (draft is None or draft.wish.promise_id == owed[0].id):
            self._wish("holding_statement", case, f"holding:{owed[0].id}", owed[0].id, now)

    def _reassign(self, promise: Promise, case: Case, now: datetime) -> None:
        """The first answer is late: the backup owns the case, unless nobody but the owner is here."""
        taker = self.desk.person_for("backup", case, now)
        if not case.backup or taker is None or taker.address == case.owner:
            return
        self.desk.store.cases.save(replace(case, owner=taker.address, backup=case.owner, revision=case.revision + 1))
        self._note(case, now, CHANGED_HANDS, moved_said(case.owner, taker.address, "the first answer is late"), promise)
        key = f"assignment:case:{case.id}:{taker.address}"
        self.desk.store.letters.wish(
            Wish("assignment", self.desk.subject(case), Audience.INTERNAL, taker.address, key, promise.id), now
        )
        if not self._under_way(case, promise):
            self._wish("first_answer", case, f"first:case:{case.id}:{taker.address}", promise.id, now)

    def _draft_again(self, due: Due, promise: Promise, case: Case, now: datetime) -> None:
        """Nobody decided and the draft expired: there is a fresh one for whoever comes."""
        if self._under_way(case, promise):
            return
        key = f"again:{promise.id}:{due.number}"
        if promise.kind is Kind.FIRST_HUMAN:
            self._wish("first_answer", case, key, promise.id, now)
        else:
            self._update(promise, case, key, now)

    def _news(self, case: Case) -> bool:
        return any(f.for_customer for f in self.desk.store.facts.untold(self.desk.subject(case)))

    def _under_way(self, case: Case, promise: Promise) -> bool:
        """Is a letter that would keep this promise being written, approved or sent?"""
        letters = self.desk.store.letters.of(self.desk.subject(case))
        return any(
            x.wish.promise_id == promise.id and x.wish.audience is Audience.CUSTOMER and x.under_way for x in letters
        )

    def _wish(self, letter: str, case: Case, key: str, promise_id: int, now: datetime) -> None:
        if not (case.drafted_for and case.stage.open):
            return
        subject = self.desk.subject(case)
        self.desk.store.letters.wish(Wish(letter, subject, Audience.CUSTOMER, case.contact, key, promise_id), now)

    def _note(self, case: Case, now: datetime, what: str, said: str, promise: Promise) -> None:
        self.desk.store.records.write(
            Entry(self.desk.subject(case), now, what, said, rule=f"chain {promise.kind.value}", playbook=case.playbook)
        )

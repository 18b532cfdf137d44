"""Due → warn → deputy → manager → director: climb the chain of each promise that comes near.

A promise is judged again when it is picked up; its due column is a hint. After downtime the steps
that were missed are taken in one: the people of the last one are told, once.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from commsvc.desk import Desk
from commsvc.domain.case.case import Case
from commsvc.domain.letter.effects import update_letter
from commsvc.domain.letter.letter import Audience, Letter, State, Wish
from commsvc.domain.playbook.rules import Chain
from commsvc.domain.playbook.words import Action, Kind
from commsvc.domain.promise.chain import Due, next_at, steps_due
from commsvc.domain.promise.promise import Promise, Subject
from commsvc.domain.promise.promise import State as PromiseState
from commsvc.domain.promise.timeline import Entry

log = structlog.get_logger(__name__)
BATCH = 500


@dataclass(frozen=True)
class Promises:
    desk: Desk

    def run(self, now: datetime) -> int:
        """Take every step that is due; returns how many promises were looked at."""
        looked = 0
        for promise in self.desk.store.promises.due(now, BATCH):
            try:
                with self.desk.store.transaction():
                    self._climb(promise, now)
            except Exception:
                log.exception("a promise could not be looked after", promise=promise.id)
            looked += 1
        return looked

    def _climb(self, promise: Promise, now: datetime) -> None:
        case, draft = self._about(promise)
        chain = self.desk.rules(case).chain(promise.kind)
        if chain is None or not self._still_owed(promise, case, draft):
            self.desk.store.promises.settle(promise, PromiseState.VOID, now)
            return
        calendar = self.desk.calendar(case.account_id)
        taken = steps_due(promise, chain, calendar, now)
        if not taken:
            self.desk.store.promises.save(replace(promise, next_at=next_at(promise, chain, calendar)))
            return
        for step in taken:
            self._act(step, promise, case, draft, now)
        loud = [s for s in taken if s.step.to and not s.silenced]
        if loud:
            self._tell(loud[-1], chain, promise, case, draft, now)
        climbed = replace(promise, step=taken[-1].number + 1)
        self.desk.store.promises.save(replace(climbed, next_at=next_at(climbed, chain, calendar)))
        if any(s.at >= promise.due_at for s in taken) and promise.kind is not Kind.APPROVAL:
            self._late(promise, taken, now)

    def _about(self, promise: Promise) -> tuple[Case, Letter | None]:
        if promise.subject.kind == "letter":
            draft = self.desk.store.letters.get(promise.subject.id)
            return self.desk.store.cases.get(draft.wish.subject.id), draft
        return self.desk.store.cases.get(promise.subject.id), None

    def _still_owed(self, promise: Promise, case: Case, draft: Letter | None) -> bool:
        if promise.kind is Kind.APPROVAL:
            return draft is not None and draft.state is State.DRAFTED
        return case.stage.open

    def _act(self, due: Due, promise: Promise, case: Case, draft: Letter | None, now: datetime) -> None:
        action = due.step.action
        if action is Action.DRAFT_UPDATE:
            self._draft_update(promise, case, now)
        elif action is Action.HOLDING_STATEMENT:
            self._holding(case, draft, now)
        elif action is Action.REASSIGN_TO_BACKUP:
            self._reassign(promise, case, now)
        elif action is Action.DRAFT_AGAIN:
            self._draft_again(due, promise, case, now)
        elif action is Action.MISSED_COMMITMENT:
            self._wish("missed_commitment", case, f"missed:{promise.id}", promise.id, now)

    def _draft_update(self, promise: Promise, case: Case, now: datetime) -> None:
        subject = self.desk.subject(case)
        waits = {x.wish.letter for x in self.desk.store.letters.of(subject) if x.state in (State.DRAFTED, State.WANTED)}
        if waits & {"first_answer", "resolution_proposed"}:
            return
        news = any(f.for_customer for f in self.desk.store.records.untold(subject))
        self._wish(update_letter(case.stage, news), case, f"update:{promise.id}", promise.id, now)

    def _holding(self, case: Case, draft: Letter | None, now: datetime) -> None:
        """The holding statement belongs to the update that is owed; a first answer has none."""
        owed = [p for p in self.desk.store.promises.of(self.desk.subject(case))
                if p.kind is Kind.NEXT_UPDATE and p.state is PromiseState.OPEN]  # fmt: skip
        if owed and (draft is None or draft.wish.promise_id == owed[0].id):
            self._wish("holding_statement", case, f"holding:{owed[0].id}", owed[0].id, now)

    def _reassign(self, promise: Promise, case: Case, now: datetime) -> None:
        if not case.backup or case.backup == case.owner:
            return
        self.desk.store.cases.save(replace(case, owner=case.backup, backup=case.owner, revision=case.revision + 1))
        self._note(case, now, "owner changed", f"{case.owner} to {case.backup}: the first answer is late", promise)
        key = f"assignment:case:{case.id}:{case.backup}"
        self.desk.store.letters.wish(
            Wish("assignment", self.desk.subject(case), Audience.INTERNAL, case.backup, key, promise.id), now
        )
        if not self._under_way(case, promise):
            self._wish("first_answer", case, f"first:case:{case.id}:{case.backup}", promise.id, now)

    def _draft_again(self, due: Due, promise: Promise, case: Case, now: datetime) -> None:
        """Nobody decided and the draft expired: there is a fresh one for whoever comes."""
        if self._under_way(case, promise):
            return
        news = any(f.for_customer for f in self.desk.store.records.untold(self.desk.subject(case)))
        letter = "first_answer" if promise.kind is Kind.FIRST_HUMAN else update_letter(case.stage, news)
        self._wish(letter, case, f"again:{promise.id}:{due.number}", promise.id, now)

    def _under_way(self, case: Case, promise: Promise) -> bool:
        """Is a letter that would keep this promise being written, approved or sent?"""
        letters = self.desk.store.letters.of(self.desk.subject(case))
        return any(
            x.wish.promise_id == promise.id and x.wish.audience is Audience.CUSTOMER and x.under_way for x in letters
        )

    def _tell(self, due: Due, chain: Chain, promise: Promise, case: Case, draft: Letter | None, now: datetime) -> None:
        asked = self.desk.store.letters.approvers(draft.id).approvers if draft else frozenset()
        if not draft:
            waiting = [x for x in self.desk.store.letters.of(self.desk.subject(case)) if x.state is State.DRAFTED]
            asked = frozenset(a for x in waiting for a in self.desk.store.letters.approvers(x.id).approvers)
        people = self.desk.people(due.step.to, case, asked, now)
        for person in people:
            if draft is not None and person.address not in asked:
                self._ask_too(draft, person.address, now)
            key = f"notice:{promise.id}:{due.number}:{person.address}"
            self.desk.store.letters.wish(
                Wish("chain_notice", self.desk.subject(case), Audience.INTERNAL, person.address, key, promise.id,
                     note=_said(due, promise, draft)), now)  # fmt: skip
        names = ", ".join(p.name for p in people)
        self._note(case, now, "chain", f"{promise.kind.value} {due.step.at}: {names}", promise, chain.id)

    def _ask_too(self, draft: Letter, address: str, now: datetime) -> None:
        key = f"ask:{draft.id}:{draft.digest[:16]}:{address}"
        self.desk.store.letters.wish(
            Wish("approval_request", draft.wish.subject, Audience.INTERNAL, address, key, regarding=draft.id,
                 note="You are asked because the first approver has not answered. Silence never approves."), now)  # fmt: skip

    def _late(self, promise: Promise, taken: list[Due], now: datetime) -> None:
        if any(s.at == promise.due_at for s in taken):
            self.desk.store.records.write(
                Entry(
                    promise.subject,
                    now,
                    "promise late",
                    f"{promise.kind.value} was due {promise.due_at:%Y-%m-%d %H:%M} UTC",
                )
            )

    def _wish(self, letter: str, case: Case, key: str, promise_id: int, now: datetime) -> None:
        if not case.drafted_for:
            return
        subject: Subject = self.desk.subject(case)
        self.desk.store.letters.wish(Wish(letter, subject, Audience.CUSTOMER, case.contact, key, promise_id), now)

    def _note(self, case: Case, now: datetime, what: str, said: str, promise: Promise, rule: str = "") -> None:
        self.desk.store.records.write(
            Entry(
                self.desk.subject(case),
                now,
                what,
                said,
                rule=rule or f"chain {promise.kind.value}",
                playbook=case.playbook,
            )
        )


def _said(due: Due, promise: Promise, draft: Letter | None) -> str:
    """The status line of a notice: what is owed, and how near it is."""
    what = {
        Kind.FIRST_HUMAN: "The first human answer", Kind.NEXT_UPDATE: "The next update", Kind.OWNER_ACK: "An acknowledgement by the owner",
        Kind.APPROVAL: f"A decision on the {draft.wish.letter.replace('_', ' ') if draft else 'draft'}",
        Kind.RECEIPT: "The receipt", Kind.CALL: "The call",
    }[promise.kind]  # fmt: skip
    late = "is late since" if due.at >= promise.due_at else "is due"
    return f"{what} {late} {promise.due_at:%H:%M} UTC on {promise.due_at:%d %b} (step {due.step.at})"

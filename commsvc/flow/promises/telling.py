"""Tell the people of a step: a notice with what they need to act, and a page where it is severe.

A place where nobody stands is reported with its name; when a step reaches nobody at all, the operator
is told, because a chain never ends in silence.
"""

from dataclasses import dataclass
from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Person
from commsvc.domain.letter.letter import Audience, Letter, State, Wish
from commsvc.domain.playbook.rules import Chain
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.chain import Due
from commsvc.domain.promise.promise import Promise
from commsvc.domain.promise.timeline import Entry

ASKED_TOO = "You are asked because the first approver has not answered. Silence never approves."


@dataclass(frozen=True)
class Telling:
    desk: Desk

    def tell(self, due: Due, chain: Chain, promise: Promise, case: Case, draft: Letter | None, now: datetime) -> None:
        """Wish for a notice, and perhaps a page, to everybody whom this step names."""
        asked = self._asked(case, draft)
        people = self.desk.people(due.step.to, case, asked, now)
        for person in people:
            if draft is not None and person.address not in asked:
                self._ask_too(draft, person.address, now)
            self._one(due, promise, case, draft, person, now)
        names = ", ".join(p.name for p in people)
        self._note(case, now, f"{promise.kind.value} {due.step.at}: {names or 'nobody'}", chain)
        self._missing(due, chain, case, people, now)

    def _one(self, due: Due, promise: Promise, case: Case, draft: Letter | None, person: Person, now: datetime) -> None:
        said, subject = _said(due, promise, draft), self.desk.subject(case)
        mark = f"{promise.id}:{due.number}:{person.address}"
        wish = self.desk.store.letters.wish
        wish(
            Wish("chain_notice", subject, Audience.INTERNAL, person.address, f"notice:{mark}", promise.id, note=said),
            now,
        )
        if self.desk.paging and case.severity.elevated and due.step.via != "mail":
            wish(Wish("page", subject, Audience.INTERNAL, person.address, f"page:{mark}", promise.id, note=said), now)

    def _asked(self, case: Case, draft: Letter | None) -> frozenset[str]:
        letters = self.desk.store.letters
        waiting = [draft] if draft else [x for x in letters.of(self.desk.subject(case)) if x.state is State.DRAFTED]
        return frozenset(a for x in waiting for a in letters.approvers(x.id).approvers)

    def _ask_too(self, draft: Letter, address: str, now: datetime) -> None:
        key = f"ask:{draft.id}:{draft.digest[:16]}:{address}"
        self.desk.store.letters.wish(
            Wish("approval_request", draft.wish.subject, Audience.INTERNAL, address, key, regarding=draft.id,
                 note=ASKED_TOO), now)  # fmt: skip

    def _missing(self, due: Due, chain: Chain, case: Case, people: list[Person], now: datetime) -> None:
        """Name the places where nobody stands."""
        empty = [p for p in due.step.to if p != "approver" and self.desk.person_for(p, case, now) is None]
        if not empty:
            return
        note = f"Nobody stands at {', '.join(empty)} for the step {due.step.at} of the chain {chain.id}."
        self._note(case, now, note, chain)
        if not people:
            key = f"nobody:{case.id}:{chain.id}:{due.number}:{due.at:%Y%m%d%H%M}"
            self.desk.store.letters.wish(
                Wish("needs_person", self.desk.subject(case), Audience.OPERATOR, self.desk.identity.operator, key,
                     note=f"{note} Name a holder or a deputy in directory.toml."), now)  # fmt: skip

    def _note(self, case: Case, now: datetime, said: str, chain: Chain) -> None:
        self.desk.store.records.write(
            Entry(self.desk.subject(case), now, "chain", said, rule=chain.id, playbook=case.playbook)
        )


def _said(due: Due, promise: Promise, draft: Letter | None) -> str:
    """The status line of a notice: what is owed, and how near it is."""
    what = {
        Kind.FIRST_HUMAN: "The first human answer", Kind.NEXT_UPDATE: "The next update", Kind.OWNER_ACK: "An acknowledgement by the owner",
        Kind.APPROVAL: f"A decision on the {draft.wish.letter.replace('_', ' ') if draft else 'draft'}",
        Kind.RECEIPT: "The receipt", Kind.CALL: "The call", Kind.HANDOFF: "An answer to the offer of this case",
    }.get(promise.kind, promise.kind.value.replace("_", " ").capitalize())  # fmt: skip
    late = "is late since" if due.at >= promise.due_at else "is due"
    return f"{what} {late} {promise.due_at:%H:%M} UTC on {promise.due_at:%d %b} (step {due.step.at})"

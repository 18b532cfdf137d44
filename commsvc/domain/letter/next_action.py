"""The next best action of a case: one verb, one owner, one time, an objective and when it is done (practice.md 3.4).

A pure function of the record. What is overdue comes first, then what somebody waits for, then what is owed
next. None for an open case is a stall: nobody is doing anything, and nothing would make anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commsvc.domain.case.case import Case, Stage
from commsvc.domain.letter.letter import Audience, Letter
from commsvc.domain.letter.letter import State as LetterState
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.handoff import Handoff
from commsvc.domain.promise.promise import Promise, State


@dataclass(frozen=True, slots=True)
class NextBest:
    """What to do next. `owner` is an address; `due` an aware instant."""

    verb: str
    owner: str
    due: datetime
    objective: str
    done_when: str

    def said(self, when: str) -> str:
        """In one line; `when` is the due time as its reader writes it."""
        return f"{self.verb}, {self.owner}, by {when}; so that {self.objective}; done when {self.done_when}"


_TO_DO: dict[Kind, tuple[str, str, str]] = {
    Kind.RECEIPT: ("write the receipt", "the customer knows that we have it", "it is delivered"),
    Kind.OWNER_ACK: ("answer ACK with a next step", "everybody knows that somebody is awake", "the owner has answered"),
    Kind.FIRST_HUMAN: ("approve or write the first answer", "the customer knows who has it and what comes next",
                       "the first answer is delivered"),
    Kind.NEXT_UPDATE: ("gather one new fact and send the update", "the customer is not left to ask", "the update is delivered"),
    Kind.CALL: ("hold the call", "what mail could not settle is settled", "it was held and its promises are written down"),
}  # fmt: skip


def next_best(case: Case, promises: Sequence[Promise], letters: Sequence[Letter], offer: Handoff | None, stated: str,
              now: datetime) -> NextBest | None:  # fmt: skip
    """The one action; None when a case that is open has none.

    `offer`: one that waits for an answer; `stated`: the next step somebody named when they acknowledged.
    """
    if not case.stage.open:
        return None
    owed = sorted((p for p in promises if p.state is State.OPEN), key=lambda p: (p.due_at > now, p.due_at, p.id))
    if not owed:
        return None
    first = next((p for p in owed if p.kind is Kind.HANDOFF), owed[0])
    if first.kind is Kind.HANDOFF and offer is not None:
        return NextBest(f"take {case.ref} or decline it", offer.receiver, first.due_at,
                        "exactly one person is accountable", "they have answered ACK or DECLINE")  # fmt: skip
    draft = next((x for x in letters if x.state is LetterState.DRAFTED and x.wish.audience is Audience.CUSTOMER), None)
    if draft is not None:
        name = draft.wish.letter.replace("_", " ")
        due = min(draft.approve_by or first.due_at, first.due_at)
        return NextBest(
            f"decide on the {name}",
            case.owner,
            due,
            "what we promised is kept in time",
            "it is approved, edited or rejected",
        )
    if stated and first.due_at > now:
        return NextBest(
            stated, case.owner, first.due_at, "what was promised can be kept", "its outcome is told with FACT"
        )
    return _owed(case, first)


def _owed(case: Case, promise: Promise) -> NextBest:
    if case.stage is Stage.VALIDATE and promise.kind is Kind.NEXT_UPDATE:
        return NextBest("ask the customer whether it works", case.owner, promise.due_at, "nothing is closed on silence",
                        "they confirm, or say what still fails")  # fmt: skip
    other = (f"keep what was promised: {promise.kind.value.replace('_', ' ')}", "our word counts", "it is kept")
    verb, objective, done = _TO_DO.get(promise.kind, other)
    return NextBest(verb, case.owner, promise.due_at, objective, done)

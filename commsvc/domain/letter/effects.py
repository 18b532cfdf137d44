"""What a letter does for the customer once it is sent: which promises it keeps, where the case moves.

One row a letter; a letter that is not here keeps nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from commsvc.domain.case.case import Case, Event, Stage
from commsvc.domain.letter.letter import Letter
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.promise import Promise, State


@dataclass(frozen=True, slots=True)
class Effect:
    keeps: tuple[Kind, ...] = ()
    event: Event | None = None


EFFECTS: dict[str, Effect] = {
    "acknowledge": Effect((Kind.RECEIPT,), Event.RECEIPT_SENT),
    "security_receipt": Effect((Kind.RECEIPT,), Event.RECEIPT_SENT),
    "queue_receipt": Effect((Kind.RECEIPT,)),
    "unlisted_receipt": Effect((Kind.RECEIPT,)),
    "first_answer": Effect((Kind.FIRST_HUMAN,), Event.ANSWERED),
    "update_progress": Effect((Kind.FIRST_HUMAN, Kind.NEXT_UPDATE), Event.ANSWERED),
    "update_no_progress": Effect((Kind.FIRST_HUMAN, Kind.NEXT_UPDATE), Event.ANSWERED),
    "holding_statement": Effect((Kind.NEXT_UPDATE,)),
    "resolution_proposed": Effect((Kind.FIRST_HUMAN, Kind.NEXT_UPDATE), Event.PROPOSED),
    "reminder": Effect((Kind.NEXT_UPDATE,)),
    "resolved": Effect((Kind.NEXT_UPDATE,)),
    "missed_commitment": Effect((Kind.NEXT_UPDATE,), Event.ANSWERED),
}
NOTHING = Effect()
NAMED = frozenset([Kind.FIRST_HUMAN, Kind.NEXT_UPDATE])
"""What a receipt named a time for. On a case of the normal queue it stays owed until the queue receipt has taken it back."""


def update_letter(stage: Stage, news: bool) -> str:
    """The letter that an owed update becomes: a question once a solution was proposed, progress when a
    fact is confirmed that was not told yet, else an honest no-progress.
    """
    if stage is Stage.VALIDATE:
        return "reminder"
    return "update_progress" if news else "update_no_progress"


def reminders(letters: Sequence[Letter]) -> int:
    """How often the customer was asked whether the solution works, since it was last proposed to them."""
    sent = sorted((x for x in letters if x.sent_at), key=lambda x: (x.sent_at, x.id))
    names = [x.wish.letter for x in sent]
    since = len(names) - names[::-1].index("resolution_proposed") if "resolution_proposed" in names else 0
    return names[since:].count("reminder")


def moot(letter: Letter, case: Case, promises: Sequence[Promise], sent: Sequence[Letter]) -> bool:
    """Has what a waiting draft would say been overtaken? `sent`: letters to this customer that went.

    A closed case wants only its last letter; a first answer or update is moot once another letter of
    a person has kept its promise. A holding statement overtakes nothing: it announces the draft.
    """
    if not case.stage.open:
        return letter.wish.letter not in ("resolved", "queue_receipt")
    if letter.wish.letter not in UPDATES | {"first_answer"}:
        return False
    owed = any(p.id == letter.wish.promise_id and p.state is State.OPEN for p in promises)
    newer = [x for x in sent if x.sent_at and x.sent_at >= letter.created_at and not x.automatic]
    return not owed and bool(newer)


def needless(letter: Letter, promises: Sequence[Promise]) -> bool:
    """Does a holding statement hold nothing any more, since its promise was kept or fell away while it waited?"""
    mine = next((p for p in promises if p.id == letter.wish.promise_id), None)
    return letter.wish.letter == "holding_statement" and mine is not None and mine.state is not State.OPEN


UPDATES = frozenset(["reminder", "update_progress", "update_no_progress"])

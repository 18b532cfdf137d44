"""MERGE, SPLIT: two cases are the same, or what was joined is not.

Only cases of one account are merged, and only alike in who may read them. The case that answers takes the graver level and
the earlier due time; what was owed on the other is owed again when they part, at its old times.
"""

import re
from dataclasses import replace

from commsvc.desk.offering import Offering
from commsvc.desk.owing import end, owe, owe_sooner
from commsvc.domain.case.case import Case, Event
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.promise import Promise, State
from commsvc.domain.promise.timeline import MOVED, RAISED, REOPENED, moved_said
from commsvc.errors import Missing
from commsvc.flow.commands.matter import Matter

_REF = re.compile(r"(?:ESC-)?(\d{1,15})\b", re.IGNORECASE)
_JOINED = "wrote:"
"""How the key of the letter begins that tells an owner of a mail that joined their case; the mail's number follows."""


def merge(matter: Matter) -> str:
    """Let the case that is named answer for this one, which is the same, from now on."""
    other = _named(matter)
    if other is None:
        return "say which case it is the same as, as in: MERGE ESC-12"
    case = matter.case
    if barred := _barred(case, other):
        return f"nothing was merged: {barred}"
    Offering(matter.desk).withdraw(case, matter.now)
    owed = matter.owed()
    for promise in owed:
        end(matter.desk, case, promise, State.VOID, matter.now, matter.person, f"{other.ref} answers for it")
    merged = replace(case, stage=case.after(Event.MERGED), merged_into=other.id, revision=case.revision + 1)
    matter.store.cases.save(merged)
    matter.note(MOVED, moved_said(case.stage.value, merged.stage.value, f"into {other.ref}"), matter.person)
    _answers_for(replace(matter, case=other), case, owed)
    return f"{other.ref} answers for {case.ref} from now on; SPLIT {case.ref} there takes it back"


def _barred(case: Case, other: Case) -> str:
    """Why these two may not be merged; "" when they may."""
    if other.id == case.id:
        return "it is the same case"
    if not other.stage.open:
        return f"{other.ref} is {other.stage.value}"
    if not case.account_id or case.account_id != other.account_id:
        return f"{other.ref} is not of the same account, and nobody reads another account's words"
    if (case.restricted, frozenset(case.holds)) != (other.restricted, frozenset(other.holds)):
        return f"{other.ref} is not held and restricted as {case.ref} is"
    return ""


def _answers_for(matter: Matter, joined: Case, owed: list[Promise]) -> None:
    """The case of `matter` answers for another one too: the graver level, the earlier time."""
    case = matter.case
    grave = joined.severity if joined.severity.level < case.severity.level else case.severity
    moved = replace(case, severity=grave, told=case.told | joined.told, revision=case.revision + 1)
    matter.store.cases.save(moved)
    matter.note("merged", f"{joined.ref} of {joined.contact} belongs to it", matter.person)
    if grave is not case.severity:
        matter.note(RAISED, moved_said(case.severity.value, grave.value, f"as {joined.ref}"), matter.person)
        matter.desk.hasten(moved, matter.now)
    for promise in owed:
        if promise.kind in (Kind.FIRST_HUMAN, Kind.NEXT_UPDATE):
            owe_sooner(matter.desk, moved, promise, matter.now)
    also = (
        ""
        if joined.contact == case.contact
        else f" {joined.contact} has to hear from you too: letters go to {case.contact}."
    )
    note = f"{matter.person} merged {joined.ref} into {case.ref}.{also} What is owed takes the earlier time. SPLIT {joined.ref} parts them."
    matter.tell(case.owner, note, f"merged:{joined.id}:{joined.revision}")


def split(matter: Matter) -> str:
    """Undo a join: of a case that was merged into this one, or of the mail whose notice is answered."""
    joined = _named(matter)
    if joined is not None:
        return _part(matter, joined)
    key = matter.letter.wish.key if matter.letter else ""
    number = key.removeprefix(_JOINED)
    if not (key.startswith(_JOINED) and number.isdecimal()):
        return "say which case to part, as in: SPLIT ESC-12; or answer the notice of a mail that does not belong here"
    if not matter.store.inbox.part(int(number), f"parted from {matter.case.ref} by {matter.person}"):
        return "that mail is no part of this case any more"
    matter.note("mail parted", f"mail {number} becomes a case of its own", matter.person)
    return "the mail becomes a case of its own, with an owner and times of its own"


def _part(matter: Matter, joined: Case) -> str:
    if joined.merged_into != matter.case.id:
        return f"nothing changed: {joined.ref} is not merged into {matter.case.ref}"
    parted = replace(joined, stage=joined.after(Event.PARTED), merged_into=0, revision=joined.revision + 1)
    own = replace(matter, case=parted)
    matter.store.cases.save(parted)
    own.note(MOVED, moved_said(joined.stage.value, parted.stage.value, f"parted from {matter.case.ref}"), matter.person)
    matter.note("parted", f"{joined.ref} does not belong to it", matter.person)
    for promise in _given_up(own):
        owe(
            matter.desk,
            parted,
            promise.kind,
            promise.span,
            promise.started_at,
            promise.due_at,
            matter.now,
            what=REOPENED,
        )
    own.tell(parted.owner, f"{joined.ref} is a case of its own again; what was owed is owed at its old times.",
             f"parted:{parted.id}:{parted.revision}")  # fmt: skip
    return f"{joined.ref} is a case of its own again, and what was owed there is owed at its old times"


def _given_up(own: Matter) -> list[Promise]:
    """What a case owed to its customer when it was merged."""
    merged_at = max(e.at for e in own.store.records.timeline(own.subject) if e.what == MOVED and "to merged" in e.said)
    return [p for p in own.store.promises.of(own.subject)
            if p.state is State.VOID and p.settled_at == merged_at and p.kind in (Kind.FIRST_HUMAN, Kind.NEXT_UPDATE)]  # fmt: skip


def _named(matter: Matter) -> Case | None:
    """The case that the argument names; None when it names none."""
    found = _REF.match(matter.command.argument.strip())
    try:
        return matter.store.cases.get(int(found[1])) if found else None
    except Missing:
        return None

"""RESOLVE, STAGE, REOPEN, NOT: the words that move a case from stage to stage. What they may move stands in `MOVES`."""

from dataclasses import replace

from commsvc.desk.owing import end, owe_update
from commsvc.domain.case.case import Event, Stage
from commsvc.domain.letter.effects import NAMED
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.promise import State
from commsvc.domain.promise.timeline import MOVED, moved_said
from commsvc.flow.commands.matter import Matter


def resolve(matter: Matter) -> str:
    case = matter.case
    if any(x.wish.letter == "resolution_proposed" and x.under_way for x in matter.store.letters.of(matter.subject)):
        return "a letter that proposes a solution is under way already: EDIT it, or REJECT it first"
    owed = next((p.id for p in matter.owed() if p.kind is Kind.NEXT_UPDATE), None)
    note = " ".join(matter.command.argument.split())
    matter.wish("resolution_proposed", f"proposal:case:{case.id}:{matter.command.id}", owed, note)
    return "a letter that proposes the solution is being written; you approve it before it goes"


_TOWARDS = {
    "mitigate": (Event.MITIGATED, ""),
    "monitor": (Event.FIXED, ""),
    "recover": (Event.RECOVERING, "remediation_plan"),
    "exit": (Event.AGREED, "exit_escalation"),
}
"""Where STAGE leads, and the letter that must have gone before."""


def stage(matter: Matter) -> str:
    """The case has come further: mitigate, monitor, recover or exit, with what was done."""
    name, _, said = matter.command.argument.partition(" ")
    event, before = _TOWARDS.get(name.strip(".,:;").lower(), (None, ""))
    if event is None or not said.strip():
        return f"say how far it has come and what was done, as in: STAGE mitigate: orders go by the old queue ({', '.join(_TOWARDS)})"
    if before and not any(x.wish.letter == before and x.sent_at for x in matter.store.letters.of(matter.subject)):
        return f"nothing changed: no {before.replace('_', ' ')} has been sent to the customer"
    if refused := _moved(matter, event):
        return refused
    now_at = matter.store.cases.get(matter.case.id)
    if now_at.stage is Stage.RECOVER:
        owe_update(matter.desk, now_at, matter.now, matter.now)
    return f"the case is at {now_at.stage.value}; FACT text tells the customer"


def reopen(matter: Matter) -> str:
    """A solution does not hold: the case is looked into again, and its customer is owed an update at once."""
    if refused := _moved(matter, Event.REOPENED):
        return refused
    by = owe_update(matter.desk, matter.store.cases.get(matter.case.id), matter.now, matter.now)
    return f"the case is open again; the customer is owed an update by {by:%Y-%m-%d %H:%M} UTC"


def not_escalation(matter: Matter) -> str:
    """It is no escalation: the normal queue answers, and the customer reads so where a letter may be written."""
    if refused := _moved(matter, Event.QUEUED):
        return refused
    told = matter.case.drafted_for
    for promise in matter.owed():
        if not (told and promise.kind in NAMED):
            end(matter.desk, matter.case, promise, State.VOID, matter.now, matter.person, "not an escalation")
    if told:
        matter.wish("queue_receipt", f"queued:case:{matter.case.id}:{matter.command.id}")
    return "it is in the normal queue; once the customer has been told who answers, what was owed here is owed no more"


def _moved(matter: Matter, event: Event) -> str:
    """Move the case; "" when done, else why not."""
    case = matter.case
    stage = case.after(event)
    if stage is case.stage:
        return f"nothing changed: a case that is {case.stage.value} does not go this way"
    if case.stage is Stage.RESOLVED and _long_ago(matter):
        return "nothing changed: it was resolved too long ago; a new mail of the customer opens a new case"
    matter.store.cases.save(replace(case, stage=stage, revision=case.revision + 1))
    matter.note(MOVED, moved_said(case.stage.value, stage.value, matter.command.argument), matter.person)
    return ""


def _long_ago(matter: Matter) -> bool:
    """Was the case resolved before the time began in which it may be opened again?"""
    window = matter.desk.rules(matter.case).timelines.reopen_window.length
    ended = [e.at for e in matter.store.records.timeline(matter.subject) if e.what == "resolved"]
    return bool(ended) and matter.now - ended[-1] > window

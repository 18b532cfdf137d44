"""RESOLVE, REOPEN, NOT: the words that move a case from stage to stage. What they may move stands in `MOVES`."""

from dataclasses import replace

from commsvc.desk.owing import owe_update
from commsvc.domain.case.case import Event, Stage
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.promise import State
from commsvc.flow.commands.matter import Matter


def resolve(matter: Matter) -> str:
    case = matter.case
    owed = next((p.id for p in matter.owed() if p.kind is Kind.NEXT_UPDATE), None)
    note = " ".join(matter.command.argument.split())
    matter.wish("resolution_proposed", f"proposal:case:{case.id}:{matter.command.id}", owed, note)
    return "a letter that proposes the solution is being written; you approve it before it goes"


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
    for promise in matter.owed():
        matter.store.promises.settle(promise, State.VOID, matter.now)
    if matter.case.drafted_for:
        matter.wish("queue_receipt", f"queued:case:{matter.case.id}:{matter.command.id}")
    return "it is in the normal queue; what was owed here is owed no more, and the customer is told who answers"


def _moved(matter: Matter, event: Event) -> str:
    """Move the case; "" when done, else why not."""
    case = matter.case
    stage = case.after(event)
    if stage is case.stage:
        return f"nothing changed: a case that is {case.stage.value} does not go this way"
    if case.stage is Stage.RESOLVED and _long_ago(matter):
        return "nothing changed: it was resolved too long ago; a new mail of the customer opens a new case"
    matter.store.cases.save(replace(case, stage=stage, revision=case.revision + 1))
    matter.note("stage", f"{case.stage.value} to {stage.value}: {matter.command.argument}", matter.person)
    return ""


def _long_ago(matter: Matter) -> bool:
    """Was the case resolved before the time began in which it may be opened again?"""
    window = matter.desk.rules(matter.case).timelines.reopen_window.length
    ended = [e.at for e in matter.store.records.timeline(matter.subject) if e.what == "resolved"]
    return bool(ended) and matter.now - ended[-1] > window

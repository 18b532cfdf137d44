"""SEV, CALL: how bad it is, and whether we talk."""

import re
from dataclasses import replace

from commsvc.domain.call.invitation import Call, State
from commsvc.domain.case.case import Case, Event
from commsvc.domain.playbook.rules import CallType
from commsvc.domain.playbook.words import Severity
from commsvc.domain.promise.timeline import MOVED, RATED, moved_said
from commsvc.flow.commands.matter import Matter

_LEVEL = re.compile(r"(?:SEV)?\s*([1-4])[\s.,:;-]*(.*)", re.IGNORECASE | re.DOTALL)


def sev(matter: Matter) -> str:
    case, found = matter.case, _LEVEL.fullmatch(matter.command.argument)
    if not found:
        return "say which level and why, as in: SEV 2 the workaround holds"
    severity, reason = Severity(f"SEV{found[1]}"), found[2].strip()
    if refused := _refused(matter, severity, reason):
        return refused
    stage = case.after(Event.QUALIFIED)
    raised = replace(
        case, severity=severity, confirmed=True, stage=stage, revision=case.revision + 1, paused_until=None, pause=""
    )
    matter.store.cases.save(raised)
    said = "confirmed" if severity is case.severity else f"changed from {case.severity.value}"
    if stage is not case.stage:
        matter.note(MOVED, moved_said(case.stage.value, stage.value, Event.QUALIFIED.value), matter.person)
    matter.note(RATED, f"{severity.value} {said} by {matter.person}: {reason or 'no reason given'}")
    if severity.level < case.severity.level:
        matter.desk.hasten(raised, matter.now)
    booked = _confirmed(matter, raised) if case.trusted else ""
    return f"{severity.value} is {said}{'; ' + booked if booked else ''}"


def _refused(matter: Matter, severity: Severity, reason: str) -> str:
    """Why this person may not set this level; "" when they may."""
    case = matter.case
    lowering, rules = severity.level > case.severity.level, matter.desk.rules(case).severity
    needs = rules.lowering_needs if lowering else rules.raising_needs
    person = matter.desk.directory.person(matter.person)
    has_role = person is not None and needs in person.roles
    if lowering and not (has_role and reason):
        return f"lowering the severity needs a {needs.replace('_', ' ')} and a reason"
    if not has_role and matter.person not in (case.owner, case.backup):
        return f"the severity is set by the owner, the backup or a {needs.replace('_', ' ')}"
    return ""


def call(matter: Matter) -> str:
    """CALL, or CALL review: the call that is named, or that is meant at this severity."""
    types = matter.desk.rules(matter.case).calls
    words = matter.command.argument.strip(" .,;:")
    chosen = types.meant(matter.case.severity, words)
    if chosen is None:
        names = ", ".join(c.id.replace("_", " ") for c in types.call)
        return (
            f"nothing is booked: say which call, one of {names}"
            if words
            else "the playbook has no call for this; please phone"
        )
    return _want(matter, matter.case, chosen)


def _confirmed(matter: Matter, case: Case) -> str:
    """A confirmed level books the call that it asks for at once; "" when it asks for none."""
    types = matter.desk.rules(case).calls.call
    chosen = next((c for c in types if c.severity is case.severity and c.booking == "at once"), None)
    return _want(matter, case, chosen) if chosen else ""


def _want(matter: Matter, case: Case, chosen: CallType) -> str:
    calls = [c for c in matter.store.calls.of(matter.subject) if c.type == chosen.id]
    if open_one := next((c for c in calls if not c.state.over), None):
        return f"there is a {chosen.id.replace('_', ' ')} already: {open_one.state.value}"
    number = f"-{len(calls) + 1}" if calls else ""
    uid = f"{case.ref.lower()}-{chosen.id}{number}@{matter.desk.identity.mint.domain}"
    matter.store.calls.want(Call(0, matter.subject, chosen.id, uid, 0, State.WANTED, (), wanted_at=matter.now))
    if chosen.booking == "at once":
        return "a call is being booked with the customer, and everybody gets an invitation"
    return "times for a call are being looked for; the customer is asked which one suits"

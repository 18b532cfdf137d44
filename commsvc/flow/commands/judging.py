"""SEV, CALL: how bad it is, and whether we talk."""

import re
from dataclasses import replace

from commsvc.domain.call.invitation import Call, State
from commsvc.domain.case.case import Case
from commsvc.domain.playbook.words import Severity
from commsvc.flow.commands.matter import Matter

_LEVEL = re.compile(r"(?:SEV)?\s*([1-4])[\s.,:;-]*(.*)", re.IGNORECASE | re.DOTALL)


def sev(matter: Matter) -> str:
    case, found = matter.case, _LEVEL.fullmatch(matter.command.argument)
    if not found:
        return "say which level and why, as in: SEV 2 the workaround holds"
    severity, reason = Severity(f"SEV{found[1]}"), found[2].strip()
    if refused := _refused(matter, severity, reason):
        return refused
    raised = replace(case, severity=severity, confirmed=True, revision=case.revision + 1)
    matter.store.cases.save(raised)
    said = "confirmed" if severity is case.severity else f"changed from {case.severity.value}"
    matter.note("severity", f"{severity.value} {said} by {matter.person}: {reason or 'no reason given'}")
    if severity.level < case.severity.level:
        matter.desk.hasten(raised, matter.now)
    booked = _want(matter, raised, on_confirmation=True) if case.trusted else ""
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
    return (
        _want(matter, matter.case, on_confirmation=False) or "the playbook has no call for this severity; please phone"
    )


def _want(matter: Matter, case: Case, on_confirmation: bool) -> str:
    """Have a call booked of the type the playbook has for this severity; "" when it has none."""
    types = matter.desk.rules(case).calls.call
    otherwise = None if on_confirmation else next(iter(types), None)
    chosen = next((c for c in types if c.severity is case.severity), otherwise)
    if chosen is None:
        return ""
    uid = f"{case.ref.lower()}-{chosen.id}@{matter.desk.identity.mint.domain}"
    matter.store.calls.want(Call(0, matter.subject, chosen.id, uid, 0, State.WANTED, (), wanted_at=matter.now))
    return "a call is being booked with the customer, and everybody gets an invitation"

"""RECAP, NOSHOW: what came of a call."""

from commsvc.desk.owing import owe_named
from commsvc.domain.call.invitation import Call, State
from commsvc.domain.call.recap import read_notes
from commsvc.domain.case.deadline import instants
from commsvc.domain.playbook.lexicon import fold
from commsvc.flow.commands.matter import Matter


def recap(matter: Matter) -> str:
    """The recap to the customer is drafted from these notes; a time that was spoken is a promise."""
    call = _last(matter)
    if call is None:
        return "there was no call on this case yet"
    if not _was_there(matter, call):
        return "the recap is written by somebody of ours who was invited, or by the owner of the case"
    notes = read_notes(matter.command.argument)
    if not (notes.agreed or notes.actions or notes.open_points):
        return "nothing was written: say what was agreed, one line for each thing"
    matter.wish("call_recap", f"recap:{call.uid}:{matter.command.id}", note=matter.command.argument)
    matter.note("call recap", matter.command.argument, matter.person)
    return "the recap is being written and put to its approver" + _promised(matter)


def no_show(matter: Matter) -> str:
    """The customer did not come: they are told kindly, and the work goes on."""
    call = _last(matter)
    if call is None or call.start is None or call.start > matter.now:
        return "no call of this case has begun"
    matter.wish("call_missed", f"missed:{call.uid}:{call.sequence}")
    matter.note("nobody came", call.type, matter.person)
    return "the customer is told that we waited, and that the work goes on"


def _promised(matter: Matter) -> str:
    """Times in the notes that are still to come: the first of them is when the customer hears from us at the latest."""
    owner = matter.desk.directory.person(matter.person)
    named = instants(fold(matter.command.argument), matter.now, owner.zone if owner else "UTC")
    exact = next((i for i in named if i.exact), None)
    if exact is None:
        return ""
    owe_named(matter.desk, matter.case, exact.at, f"notes of {matter.person}", matter.now)
    return f"; the next update is owed by {exact.at:%Y-%m-%d %H:%M} UTC at the latest"


def _last(matter: Matter) -> Call | None:
    begun = [c for c in matter.store.calls.of(matter.subject) if c.state in (State.BOOKED, State.HELD)]
    return max(begun, key=lambda c: c.start or matter.now, default=None)


def _was_there(matter: Matter, call: Call) -> bool:
    return matter.person in (matter.case.owner, matter.case.backup, *(a.address for a in call.ours))

"""ACK or an objection to a version of the rules, by whoever was told of it. It is kept and shown, and holds nothing up."""

from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.letter.approval import Verb
from commsvc.domain.letter.command import Command


def answered(desk: Desk, command: Command, now: datetime) -> str:
    """Keep the answer; returns what was done, in words."""
    if command.verb not in (Verb.ACK, Verb.NOTE):
        return "a version of the rules is answered with ACK or with your objection"
    objection = command.argument if command.verb is Verb.NOTE else ""
    if not desk.store.adoptions.answer(command.subject.id, command.person, objection, now):
        return "you were not asked about this version"
    return "your objection is kept and shown with the version; it holds nothing up" if objection else "acknowledged"

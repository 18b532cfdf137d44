"""ACK or an objection to a version of the rules, by whoever was told of it. It is kept and shown, and holds nothing up."""

from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.letter.approval import Verb
from commsvc.domain.letter.command import Command
from commsvc.domain.letter.letter import Audience, Wish


def answered(desk: Desk, command: Command, now: datetime) -> str:
    """Keep the answer; returns what was done, in words. An objection is put to whoever proposed and adopted the version."""
    if command.verb not in (Verb.ACK, Verb.NOTE):
        return "a version of the rules is answered with ACK or with your objection"
    objection = command.argument if command.verb is Verb.NOTE else ""
    if not desk.store.adoptions.answer(command.subject.id, command.person, objection, now):
        return "you were not asked about this version"
    if not objection:
        return "acknowledged"
    _put(desk, command, now)
    return "your objection is kept and put to those who decided; it holds nothing up"


def _put(desk: Desk, command: Command, now: datetime) -> None:
    version = desk.store.adoptions.get(command.subject.id)
    person = desk.directory.person(command.person)
    note = f"{person.name if person else command.person}: {command.argument}"
    for to in dict.fromkeys((version.proposed_by, version.adopted_by)):
        if desk.directory.person(to):
            key = f"objection:{command.id}:{to}"
            desk.store.letters.wish(
                Wish("policy_objection", command.subject, Audience.INTERNAL, to, key, note=note), now
            )

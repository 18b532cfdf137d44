"""ADD, NO: what a mail showed about its writer counts from now on, or never."""

from dataclasses import replace

from commsvc.domain.case.learnt import Learnt, State, What
from commsvc.domain.playbook.words import Kind
from commsvc.flow.commands.matter import Matter

_PREFIX = "learnt:"


def add(matter: Matter) -> str:
    """Take it into the directory; a new contact's case is answered as any other from then on."""
    said = _decided(matter, State.CONFIRMED)
    if isinstance(said, str):
        return said
    if said.what is not What.CONTACT:
        return f"{said.address}: {said.what.value} {said.value}".strip() + ", from now on"
    _answered_as_any(matter, said)
    return f"{said.value} <{said.address}> is a contact of the account from now on"


def no(matter: Matter) -> str:
    """Leave the directory as it is, and never ask the same again."""
    said = _decided(matter, State.REFUSED)
    return said if isinstance(said, str) else f"nothing is taken over about {said.address}, and we do not ask again"


def _decided(matter: Matter, state: State) -> Learnt | str:
    """What was decided, or why it was not."""
    learnt = _asked(matter)
    if learnt is None:
        return "this answers no question about a contact"
    if matter.person != learnt.asked and matter.refused(matter.command.verb.value):
        return "the account manager or the owner of the case decides that"
    if not matter.store.learnt.decide(learnt.id, state, matter.person, matter.now):
        return "that is decided already"
    matter.desk.register.learn(matter.store)
    matter.note(
        f"contact {state.value}", f"{learnt.address}: {learnt.what.value} {learnt.value}".strip(), matter.person
    )
    return learnt


def _asked(matter: Matter) -> Learnt | None:
    key = matter.letter.wish.key if matter.letter else ""
    number = key.removeprefix(_PREFIX)
    return matter.store.learnt.get(int(number)) if key.startswith(_PREFIX) and number.isdecimal() else None


def _answered_as_any(matter: Matter, learnt: Learnt) -> None:
    """Our server vouched for the writer and a person of ours for the contact: the case is trusted now."""
    case = matter.case
    if case.contact != learnt.address or case.trusted or case.id != learnt.case_id:
        return
    matter.store.cases.save(replace(case, trusted=True, revision=case.revision + 1))
    first = next((p for p in matter.owed() if p.kind is Kind.FIRST_HUMAN), None)
    if first is not None and not case.restricted:
        matter.wish("first_answer", f"first:case:{case.id}", first.id)

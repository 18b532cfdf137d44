"""CONTACT, ARRIVED, AGAIN: who is written to, and what became of a letter that nobody can prove."""

from dataclasses import replace

from commsvc.desk.sent import Sent
from commsvc.domain.letter.letter import State
from commsvc.flow.commands.matter import Matter


def contact(matter: Matter) -> str:
    """From now on this case is written to another contact of its account."""
    account = matter.desk.directory.account(matter.case.account_id)
    wanted = matter.command.argument.lower().strip(" .,;<>")
    named = [c for c in account.contacts if wanted == c.address or wanted in c.name.lower()] if account else []
    if len(named) != 1 or named[0].silent:
        return f"nothing changed: “{matter.command.argument}” is not one contact of the account that may be written to"
    if not _leads(matter):
        return "the owner of the case or their backup chooses whom we write to"
    matter.store.cases.save(replace(matter.case, contact=named[0].address, revision=matter.case.revision + 1))
    return f"letters of this case go to {named[0].name} <{named[0].address}> from now on"


def arrived(matter: Matter) -> str:
    """A person knows that a letter in doubt has arrived: it counts as sent."""
    said = _settled(matter, State.SENT, f"{matter.person} knows that it arrived", "it counts as sent now")
    if matter.letter is not None and said == "it counts as sent now":
        Sent(matter.desk).happened(matter.letter, matter.case, matter.now)
    return said


def again(matter: Matter) -> str:
    """A person knows that a letter in doubt did not arrive: the same one is sent again, through the whole gate."""
    done = "it is sent once more, with the same Message-ID, so that a second copy can be recognised"
    return _settled(matter, State.READY, f"{matter.person}: {matter.command.argument}", done)


def _settled(matter: Matter, to: State, why: str, done: str) -> str:
    """Take a letter out of doubt on a person's word; returns `done`, or why not."""
    letter = matter.letter
    if letter is None or letter.state is not State.UNCERTAIN:
        return "this letter is not in doubt"
    if not _leads(matter):
        return "the owner of the case or their backup decides that"
    settled = replace(letter, state=to, sent_at=matter.now if to is State.SENT else None, send_at=matter.now, why=why)
    return done if matter.store.letters.change(settled, State.UNCERTAIN) else "somebody was faster"


def _leads(matter: Matter) -> bool:
    return matter.person in (matter.case.owner, matter.case.backup)

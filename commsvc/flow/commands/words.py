"""Which word does what, and how it is written: one row a word, in the order in which HELP names them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from commsvc.domain.letter.approval import Verb
from commsvc.flow.commands.approving import approve, delegate, edit, reject, release, replace_one
from commsvc.flow.commands.handing import decline, handoff, mine
from commsvc.flow.commands.judging import call, sev
from commsvc.flow.commands.knowing import ack, fact, remark, update
from commsvc.flow.commands.learning import add, no
from commsvc.flow.commands.matter import Matter
from commsvc.flow.commands.meeting import no_show, recap
from commsvc.flow.commands.merging import merge, split
from commsvc.flow.commands.moving import not_escalation, reopen, resolve, stage
from commsvc.flow.commands.reaching import again, arrived, contact
from commsvc.flow.commands.stopping import stop
from commsvc.flow.commands.waiting import absent, pause, snooze


@dataclass(frozen=True, slots=True)
class Word:
    """What a word does, and how people write it. `asked`: it is for whoever was asked, which the word itself judges."""

    do: Callable[[Matter], str]
    written: str
    asked: bool = False


def say(matter: Matter) -> str:
    """Do what the command asks for, where the playbook lets this person say this word; returns what happened, or why not."""
    verb = matter.command.verb
    word = WORDS[verb]
    if refused := "" if word.asked else matter.refused(verb.value):
        return f"nothing was done: {refused}"
    return word.do(matter)


def help_(matter: Matter) -> str:
    """The words that this person may say on this case now."""
    said = [w.written for verb, w in WORDS.items() if w.asked or not matter.refused(verb.value)]
    return f"on {matter.case.ref} you may say: {' · '.join(said)}"


def opened_by_mail(matter: Matter) -> str:
    """OPEN is about no case yet; triage carries it out where the mail comes in (`triage/phoned.py`)."""
    return "nothing was done: a case that was phoned in is opened by a mail that begins with OPEN"


WORDS: Mapping[Verb, Word] = {
    Verb.APPROVE: Word(approve, "APPROVE", asked=True),
    Verb.REJECT: Word(reject, "REJECT reason", asked=True),
    Verb.EDIT: Word(edit, "EDIT text", asked=True),
    Verb.REPLACE: Word(replace_one, "REPLACE 3: text", asked=True),
    Verb.DELEGATE: Word(delegate, "DELEGATE name", asked=True),
    Verb.RELEASE: Word(release, "RELEASE reason", asked=True),
    Verb.CONTACT: Word(contact, "CONTACT name", asked=True),
    Verb.ADD: Word(add, "ADD", asked=True),
    Verb.NO: Word(no, "NO", asked=True),
    Verb.ARRIVED: Word(arrived, "ARRIVED", asked=True),
    Verb.AGAIN: Word(again, "AGAIN reason", asked=True),
    Verb.ACK: Word(ack, "ACK your next step"),
    Verb.FACT: Word(fact, "FACT text"),
    Verb.UPDATE: Word(update, "UPDATE text"),
    Verb.SEV: Word(sev, "SEV 1 reason"),
    Verb.CALL: Word(call, "CALL which"),
    Verb.RECAP: Word(recap, "RECAP notes of the call"),
    Verb.NOSHOW: Word(no_show, "NOSHOW"),
    Verb.RESOLVE: Word(resolve, "RESOLVE what was done"),
    Verb.MINE: Word(mine, "MINE"),
    Verb.HANDOFF: Word(handoff, "HANDOFF name: reason"),
    Verb.DECLINE: Word(decline, "DECLINE reason", asked=True),
    Verb.SNOOZE: Word(snooze, "SNOOZE 2h reason"),
    Verb.PAUSE: Word(pause, "PAUSE customer until 2027-01-05"),
    Verb.STAGE: Word(stage, "STAGE mitigate: what was done"),
    Verb.MERGE: Word(merge, "MERGE ESC-12"),
    Verb.SPLIT: Word(split, "SPLIT ESC-12"),
    Verb.OPEN: Word(opened_by_mail, "OPEN contact@customer.example: what they said on the phone"),
    Verb.ABSENT: Word(absent, "ABSENT until 2027-01-05 deputy name"),
    Verb.NOT: Word(not_escalation, "NOT reason"),
    Verb.REOPEN: Word(reopen, "REOPEN reason"),
    Verb.NOTE: Word(remark, "NOTE text"),
    Verb.STOP: Word(stop, "STOP reason"),
    Verb.HELP: Word(help_, "HELP"),
}

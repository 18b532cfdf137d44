"""Which word does what: one line a word, in the order in which HELP names them."""

from collections.abc import Callable, Mapping

from commsvc.domain.letter.approval import Verb
from commsvc.flow.commands.approving import approve, delegate, edit, reject, release, replace_one
from commsvc.flow.commands.handing import decline, handoff, mine
from commsvc.flow.commands.judging import call, sev
from commsvc.flow.commands.knowing import ack, fact, remark, update
from commsvc.flow.commands.learning import add, no
from commsvc.flow.commands.matter import Matter
from commsvc.flow.commands.moving import not_escalation, reopen, resolve
from commsvc.flow.commands.reaching import again, arrived, contact
from commsvc.flow.commands.stopping import stop
from commsvc.flow.commands.waiting import absent, snooze

SAID = ("APPROVE · REJECT reason · EDIT text · REPLACE 3: text · DELEGATE name · RELEASE reason · CONTACT name · ADD · NO · ARRIVED · AGAIN reason · ACK · FACT text · UPDATE text · SEV 1 reason · CALL · RESOLVE what was done · "
        "MINE · HANDOFF name: reason · DECLINE reason · SNOOZE 2h reason · ABSENT until 2027-01-05 deputy name · NOT reason · REOPEN reason · "
        "NOTE text · STOP reason · HELP")  # fmt: skip


def help_(matter: Matter) -> str:
    return f"the words are: {SAID}"


WORDS: Mapping[Verb, Callable[[Matter], str]] = {
    Verb.APPROVE: approve,
    Verb.REJECT: reject,
    Verb.EDIT: edit,
    Verb.REPLACE: replace_one,
    Verb.DELEGATE: delegate,
    Verb.RELEASE: release,
    Verb.CONTACT: contact,
    Verb.ADD: add,
    Verb.NO: no,
    Verb.ARRIVED: arrived,
    Verb.AGAIN: again,
    Verb.ACK: ack,
    Verb.FACT: fact,
    Verb.UPDATE: update,
    Verb.SEV: sev,
    Verb.CALL: call,
    Verb.RESOLVE: resolve,
    Verb.MINE: mine,
    Verb.HANDOFF: handoff,
    Verb.DECLINE: decline,
    Verb.SNOOZE: snooze,
    Verb.ABSENT: absent,
    Verb.NOT: not_escalation,
    Verb.REOPEN: reopen,
    Verb.NOTE: remark,
    Verb.STOP: stop,
    Verb.HELP: help_,
}

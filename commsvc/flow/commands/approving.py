"""APPROVE, REJECT, EDIT, REPLACE, DELEGATE, RELEASE: what approvers say to a letter that waits for them."""

from dataclasses import replace
from datetime import datetime, timedelta

from commsvc.desk.asking import Asking
from commsvc.domain.letter import gate
from commsvc.domain.letter.approval import Asked, Ruling, lacking, rule
from commsvc.domain.letter.command import Channel
from commsvc.domain.letter.editing import replaced
from commsvc.domain.letter.letter import Letter, State
from commsvc.domain.letter.situation import Check
from commsvc.domain.playbook.approvers import parts
from commsvc.flow.commands.matter import Matter


def approve(matter: Matter) -> str:
    letter, case, now = matter.letter, matter.case, matter.now
    if letter is None:
        return "there is no letter to approve"
    if refused := _refused(matter, letter):
        return refused
    if lacks := _lacks(matter, letter):
        return f"your yes is noted; {lacks} more of those who were asked must say yes before it goes"
    hold = timedelta(seconds=matter.desk.rules(case).guardrails.undo_hold_seconds)
    ready = replace(letter, state=State.READY, approved_by=matter.person, approved_digest=letter.digest,
                    send_at=_send_at(matter, letter, hold))  # fmt: skip
    if not matter.store.letters.change(ready, State.DRAFTED):
        return Ruling.NOT_WAITING.value
    Asking(matter.desk).over(letter, now)
    return f"{Ruling.APPROVED.value} to {letter.wish.to} at {ready.send_at:%H:%M} UTC; REJECT before that stops it"


def _refused(matter: Matter, letter: Letter) -> str:
    """Why this person's yes does not count for this letter now; "" when it does."""
    case, now, approvals = matter.case, matter.now, matter.desk.rules(matter.case).approvals
    if matter.command.channel is Channel.MAIL and (not approvals.by_mail or case.restricted):
        return Ruling.BY_MAIL.value
    asked = Asked(matter.command.digest, matter.store.letters.approvers(letter.id).approvers)
    ruling = rule(letter, asked, matter.person, case.revision, now)
    if not ruling.yes:
        return ruling.value
    refusal = gate.judge(letter, matter.desk.situation(letter, case, now), sending=False)
    return f"not approved, for it may not go: {refusal}" if refusal else ""


def _lacks(matter: Matter, letter: Letter) -> int:
    """Note this yes; returns how many more the playbook wants for these words."""
    letters, digest = matter.store.letters, letter.digest
    letters.say_yes(letter.id, matter.person, digest, matter.now)
    needed = [
        frozenset(p.address for p in matter.desk.people(either, matter.case, frozenset(), matter.now))
        for either in parts(letter.rule)
    ]
    return lacking(needed, letters.yes(letter.id, digest))


def _send_at(matter: Matter, letter: Letter, hold: timedelta) -> datetime:
    """After the hold in which it can be taken back, but never because of it too late."""
    now = matter.now
    owed = [p for p in matter.store.promises.of(letter.wish.subject) if p.id == letter.wish.promise_id]
    latest = owed[0].due_at - timedelta(minutes=1) if owed else now + hold
    return max(now, min(now + hold, latest))


def reject(matter: Matter) -> str:
    letter = matter.letter
    if letter is None:
        return "there is no letter to reject"
    if matter.person not in matter.store.letters.approvers(letter.id).approvers:
        return Ruling.NOT_YOURS.value
    reason = f"rejected by {matter.person}: {matter.command.argument}"
    gone = replace(letter, state=State.VOID, why=reason)
    if not any(matter.store.letters.change(gone, waits) for waits in (State.DRAFTED, State.READY)):
        return Ruling.NOT_WAITING.value
    Asking(matter.desk).over(letter, matter.now)
    name = letter.wish.letter.replace("_", " ")
    note = f"{matter.person} rejected the {name}: {matter.command.argument}. What it would keep is still owed: FACT or EDIT."
    matter.tell(matter.case.owner, note, f"rejected:{letter.id}")
    return "rejected; nothing is sent, and the owner knows why"


def edit(matter: Matter) -> str:
    """A person's own text replaces the whole letter and is put before the approvers again."""
    return _written(matter, matter.command.argument.strip() + "\n")


def replace_one(matter: Matter) -> str:
    """One paragraph of the letter becomes another one."""
    letter = matter.letter
    text = replaced(letter.words.text, matter.command.argument) if letter and letter.words else None
    if text is None:
        return "there is no such paragraph: count from the top, the status bar is 1, as in REPLACE 3: the new text"
    return _written(matter, text)


def delegate(matter: Matter) -> str:
    """An approver names a colleague, who is asked the same."""
    letter = matter.letter
    if letter is None or letter.state is not State.DRAFTED:
        return Ruling.NOT_WAITING.value
    if matter.person not in matter.store.letters.approvers(letter.id).approvers:
        return Ruling.NOT_YOURS.value
    person = matter.named(matter.command.argument)
    if person is None:
        return f"nobody was asked: “{matter.command.argument}” is not one of our people"
    Asking(matter.desk).request_from(letter, person.address, matter.now)
    return f"{person.name} is asked now; your own answer still counts"


def release(matter: Matter) -> str:
    """A name of another account may stand in this very letter: a person looked, and says why."""
    letter = matter.letter
    name = _held_for(letter) if letter else ""
    if letter is None or not name:
        return "no letter of this kind is held because of a name"
    if matter.person not in (matter.case.owner, matter.case.backup) and not _manages(matter):
        return "the owner of the case, their backup or the account manager releases a letter"
    freed = replace(letter, state=State.WANTED, released=(*letter.released, name.lower()), why="")
    if not matter.store.letters.change(freed, State.REFUSED):
        return Ruling.NOT_WAITING.value
    return f"“{name}” may stand in this letter; it is written anew and goes the usual way"


def _held_for(letter: Letter) -> str:
    """The name for which a letter is held; "" when it is not."""
    head = f"{Check.FOREIGN.name.lower()}: "
    if letter.state is not State.REFUSED or not letter.why.startswith(head):
        return ""
    return letter.why.removeprefix(head).partition(";")[0]


def _manages(matter: Matter) -> bool:
    account = matter.desk.directory.account(matter.case.account_id)
    return account is not None and account.account_manager == matter.person


def _written(matter: Matter, text: str) -> str:
    """Put a person's words in the place of the draft's, look at them, and ask again."""
    letter = matter.letter
    if letter is None or letter.words is None or letter.state is not State.DRAFTED:
        return Ruling.NOT_WAITING.value
    if matter.person not in matter.store.letters.approvers(letter.id).approvers:
        return Ruling.NOT_YOURS.value
    if matter.command.digest != letter.digest:
        return Ruling.CHANGED.value
    html = matter.desk.stationery.plain(text, letter.words.title, matter.case.language)
    words = replace(letter.words, text=text, html=html, twin="")
    edited = replace(letter, words=words, revision=matter.case.revision)
    if refusal := gate.judge(edited, matter.desk.situation(edited, matter.case, matter.now), sending=False):
        return f"your text was not taken: {refusal}"
    if not matter.store.letters.change(edited, State.DRAFTED):
        return Ruling.NOT_WAITING.value
    Asking(matter.desk).request(edited, matter.case, matter.now)
    return "your text is in; you are asked again with the letter as it stands now"

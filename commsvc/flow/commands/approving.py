"""APPROVE, REJECT, EDIT: what approvers say to a letter that waits for them."""

from dataclasses import replace
from datetime import datetime, timedelta

from commsvc.desk.asking import Asking
from commsvc.domain.letter.approval import Asked, Ruling, rule
from commsvc.domain.letter.command import Channel
from commsvc.domain.letter.letter import Letter, State
from commsvc.flow.commands.matter import Matter


def approve(matter: Matter) -> str:
    letter, case, now = matter.letter, matter.case, matter.now
    if letter is None:
        return "there is no letter to approve"
    playbook = matter.desk.rules(case)
    if matter.command.channel is Channel.MAIL and (not playbook.approvals.by_mail or case.restricted):
        return Ruling.BY_MAIL.value
    approvers = matter.store.letters.approvers(letter.id).approvers
    ruling = rule(letter, Asked(matter.command.digest, approvers), matter.person, case.revision, now)
    if not ruling.yes:
        return ruling.value
    hold = timedelta(seconds=playbook.guardrails.undo_hold_seconds)
    ready = replace(letter, state=State.READY, approved_by=matter.person, approved_digest=letter.digest,
                    send_at=_send_at(matter, letter, hold))  # fmt: skip
    if not matter.store.letters.change(ready, State.DRAFTED):
        return Ruling.NOT_WAITING.value
    Asking(matter.desk).over(letter, now)
    return f"{ruling.value} to {letter.wish.to} at {ready.send_at:%H:%M} UTC; REJECT before that stops it"


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
    letter = matter.letter
    if letter is None or letter.words is None or letter.state is not State.DRAFTED:
        return Ruling.NOT_WAITING.value
    if matter.person not in matter.store.letters.approvers(letter.id).approvers:
        return Ruling.NOT_YOURS.value
    if matter.command.digest != letter.digest:
        return Ruling.CHANGED.value
    text = matter.command.argument.strip() + "\n"
    html = matter.desk.stationery.plain(text, letter.words.title, matter.case.language)
    words = replace(letter.words, text=text, html=html, twin="")
    edited = replace(letter, words=words, revision=matter.case.revision)
    if not matter.store.letters.change(edited, State.DRAFTED):
        return Ruling.NOT_WAITING.value
    Asking(matter.desk).request(edited, matter.case, matter.now)
    return "your text is in; you are asked again with the letter as it stands now"

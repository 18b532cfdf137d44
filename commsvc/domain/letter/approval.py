"""Is this answer an approval? One function for mail, page and command line.

Valid only if every condition holds; each refusal is a named reason that goes back to the person.
Silence never approves, a quoted APPROVE is not one, and an out-of-office is nobody's answer.
Source: reliability.md, rules 9 and 10, T5; practice.md 3.5.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from commsvc.domain.letter.letter import Letter, State


class Verb(Enum):
    """What a person may ask for in one word on the first line of an answer."""

    APPROVE = "APPROVE"
    REJECT = "REJECT"
    EDIT = "EDIT"
    REPLACE = "REPLACE"
    DELEGATE = "DELEGATE"
    RELEASE = "RELEASE"
    CONTACT = "CONTACT"
    ADD = "ADD"
    NO = "NO"
    ARRIVED = "ARRIVED"
    AGAIN = "AGAIN"
    ACK = "ACK"
    FACT = "FACT"
    UPDATE = "UPDATE"
    SEV = "SEV"
    CALL = "CALL"
    RECAP = "RECAP"
    NOSHOW = "NOSHOW"
    RESOLVE = "RESOLVE"
    MINE = "MINE"
    HANDOFF = "HANDOFF"
    DECLINE = "DECLINE"
    SNOOZE = "SNOOZE"
    PAUSE = "PAUSE"
    STAGE = "STAGE"
    MERGE = "MERGE"
    SPLIT = "SPLIT"
    OPEN = "OPEN"
    ABSENT = "ABSENT"
    NOT = "NOT"
    REOPEN = "REOPEN"
    NOTE = "NOTE"
    STOP = "STOP"
    HELP = "HELP"


@dataclass(frozen=True, slots=True)
class Order:
    """A verb and its argument, as a person wrote them."""

    verb: Verb
    argument: str


# Which verbs take an argument: None never, True always, False maybe.
_ARGUMENT: dict[Verb, bool | None] = {
    Verb.APPROVE: None, Verb.ACK: False, Verb.HELP: None, Verb.CALL: False, Verb.RECAP: True, Verb.NOSHOW: None, Verb.EDIT: False, Verb.RESOLVE: True, Verb.STOP: False,
    Verb.MINE: None, Verb.HANDOFF: True, Verb.DECLINE: True, Verb.SNOOZE: True, Verb.PAUSE: True, Verb.STAGE: True, Verb.MERGE: True, Verb.SPLIT: False, Verb.OPEN: True, Verb.ABSENT: True, Verb.NOT: True, Verb.REOPEN: True,
    Verb.CONTACT: True, Verb.ADD: None, Verb.NO: None, Verb.ARRIVED: False, Verb.AGAIN: True, Verb.REJECT: True, Verb.REPLACE: True, Verb.DELEGATE: True, Verb.RELEASE: True, Verb.FACT: True, Verb.UPDATE: True, Verb.SEV: True, Verb.NOTE: True,
}  # fmt: skip
_IN_CAPITALS = frozenset([Verb.NOT, Verb.NO, Verb.OPEN])
"""A sentence may begin with these: they count only as they stand here."""
_LINE = re.compile(r"^[\W_]*([A-Za-z]+)(?![A-Za-z0-9])[\s.,:;!*_-]*(.*)$")


def read_order(text: str) -> Order | None:
    """Read the first unquoted line of an answer. None when it is not exactly one order.

    Keywords count in any case and with punctuation after them. A verb without its argument, or with
    one it does not take, is no order: "approve of this, but" is not APPROVE. EDIT, REPLACE, RECAP and
    OPEN take all lines; EDIT alone means the text between the marks (`editing.py`).
    """
    lines = [line.strip() for line in text.splitlines()]
    first = next((n for n, line in enumerate(lines) if line), None)
    if first is None or lines[first].startswith(">"):
        return None
    found = _LINE.match(lines[first])
    if not found or found[1].upper() not in Verb.__members__:
        return None
    verb, argument = Verb[found[1].upper()], found[2].strip()
    if verb in _IN_CAPITALS and found[1] != verb.value:
        return None
    if verb in (Verb.EDIT, Verb.REPLACE, Verb.RECAP, Verb.OPEN):
        argument = "\n".join([argument, *lines[first + 1 :]]).strip()
    wants = _ARGUMENT[verb]
    if wants is None and not re.search(r"\w", argument):
        argument = ""
    if (wants is None and argument) or (wants and not argument):
        return None
    return Order(verb, argument)


class Ruling(Enum):
    """What is said to a person who answers a request for approval."""

    APPROVED = "approved; it will be sent"
    NOT_WAITING = "this letter no longer waits for approval"
    NOT_YOURS = "the playbook does not name you as an approver of this letter"
    CHANGED = "the letter or the case has changed since you were asked; you will be asked again"
    EXPIRED = "the draft has expired; answer ACK or FACT, and a new one is written"
    BY_MAIL = "this letter may only be approved on the console"

    @property
    def yes(self) -> bool:
        return self is Ruling.APPROVED


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person was asked about: the digest they saw, and who may answer."""

    digest: str
    approvers: frozenset[str]


def lacking(needed: Sequence[frozenset[str]], yes: frozenset[str]) -> int:
    """How many yeses are still needed, where one person says one.

    `needed`: for each yes, who may say it. Whoever was asked in somebody's place may say any of them.
    """
    if not needed:
        return 0
    first, *rest = needed
    known = frozenset().union(*needed)
    fitting = [p for p in sorted(yes) if p in first or p not in known]
    return min([1 + lacking(rest, yes), *(lacking(rest, yes - {p}) for p in fitting)])


def rule(letter: Letter, asked: Asked, by: str, case_revision: int, now: datetime) -> Ruling:
    """May this person's yes send this letter now? Checks everything an approval is bound to."""
    if letter.state is not State.DRAFTED:
        return Ruling.NOT_WAITING
    if by not in asked.approvers:
        return Ruling.NOT_YOURS
    if letter.expires_at is not None and now >= letter.expires_at:
        return Ruling.EXPIRED
    if letter.digest != asked.digest or letter.revision != case_revision:
        return Ruling.CHANGED
    return Ruling.APPROVED

"""What an answer to an invitation, or to offered times, asks for.

A REPLY is a label on an attendee, never more, and counts only from that attendee, proven (T35). Clients that counter-propose
say so in many shapes; the time they name is looked at, and whether it suits is decided by calendars (RFC 5546, 3.2.7).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from commsvc.domain.call.invitation import Call
from commsvc.domain.mail.mail import CalendarMail

_BEFORE = (
    "i|we|take|choose|prefer|pick|option|slot|time|number|no|nr|nummer|wir|ich|nehmen|nehme|termin|vorschlag|choix|créneau|"
    "proposition|nous|prenons|je|prends|opción|opcion|horario|propuesta|候補|第"
)
_AFTER = (
    "please|works|work|is|fine|good|great|perfect|ok|okay|for|us|me|suits|best|thanks|thank|you|passt|uns|mir|bitte|danke|gerne|"
    "perfekt|convient|nous|merci|va|bien|parfait|vale|gracias|por|favor|perfecto|nos|でお願いします|でお願いいたします|を希望します|で"
)
_PICK = re.compile(
    rf"[\W_]*(?:(?:{_BEFORE})[\W_]*)*([1-3１-３])(?:st|nd|rd|番)?[\W_]*(?:(?:{_AFTER})[\W_]*)*", re.IGNORECASE
)
_LINES, _GREETING = 3, 30
"""A number stands in one of the first lines, after a greeting at most."""
_WIDE = str.maketrans("１２３", "123")


class Step(Enum):
    """What happens next with a call."""

    NOTED = "noted"
    ANEW = "a new time is looked for"
    PHONE = "somebody phones"
    PERSON = "only a person can judge that"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, weighed. `status` is the PARTSTAT to write down, "" for none; `at` a time they name instead."""

    step: Step
    status: str = ""
    at: datetime | None = None


def picked(text: str) -> int | None:
    """The number of the offered time that a plain answer picks; None when it picks none, or says more than that."""
    for line in [line.strip() for line in text.splitlines() if line.strip()][:_LINES]:
        if line.startswith(">"):
            return None
        if found := _PICK.fullmatch(line):
            return int(found[1].translate(_WIDE))
        if len(line) > _GREETING or any(c.isdigit() for c in line):
            return None
    return None


def weigh(call: Call, answer: CalendarMail, sender: str, proven: bool, most_declines: int) -> Answered:
    """What follows from an answer. `sender`: the address it came from; `proven`: our server vouches for it, or they signed in."""
    who = answer.attendee or sender
    invited = {a.address: a for a in call.attendees}
    if answer.method not in ("REPLY", "COUNTER") or who not in invited or who != sender or not proven:
        return Answered(Step.PERSON)
    if (answer.sequence or 0) < call.sequence:
        return Answered(Step.PERSON)
    if answer.method == "COUNTER":
        return _anew(call, most_declines, "DECLINED", _instant(answer.start))
    status = answer.partstat or "NEEDS-ACTION"
    if status in ("DECLINED", "DELEGATED"):
        return _anew(call, most_declines, status) if status == "DECLINED" else Answered(Step.PERSON, status)
    return Answered(Step.NOTED, status)


def _anew(call: Call, most: int, status: str, at: datetime | None = None) -> Answered:
    return Answered(Step.PHONE if call.declines + 1 >= most else Step.ANEW, status, at)


def _instant(written: str | None) -> datetime | None:
    """An instant that a calendar mail names; None for a whole day or none."""
    if written is None or "T" not in written:
        return None
    return datetime.fromisoformat(written).astimezone(UTC)

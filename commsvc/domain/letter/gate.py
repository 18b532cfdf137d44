"""May this letter go? Every check in one order, each refusal with its evidence and the way out.

Run when a letter is drafted, when it is approved, and again at the moment of sending. What cannot be
shown to be right does not go. The order is that of practice.md 3.7: authority, holds, recipients,
freshness, slots, contradiction, tone, caps and quiet hours, approval, the switches.
"""

from collections.abc import Callable

from commsvc.domain.letter import saying, standing
from commsvc.domain.letter.letter import Audience, Letter
from commsvc.domain.letter.situation import Check, Refusal, Situation
from commsvc.domain.letter.switches import Position

CheckOf = Callable[[Letter, Situation], Refusal | None]


WRITTEN: tuple[CheckOf, ...] = (
    standing.authority, standing.trust, standing.holds, standing.recipient, saying.names, standing.fresh,
    saying.estimate, saying.contradicts, saying.tone, saying.similar, standing.in_a_row,
)  # fmt: skip
LEAVING: tuple[CheckOf, ...] = (standing.caps, standing.quiet, standing.approved)


def judge(letter: Letter, s: Situation, *, sending: bool) -> Refusal | None:
    """The first refusal, or None when the letter may go on. `sending`: it is about to leave, approved by now."""
    if s.left:
        return Refusal(Check.LEFT, letter.wish.to)
    if letter.wish.audience is Audience.CUSTOMER:
        checks = (*WRITTEN, *LEAVING) if sending else WRITTEN
        if refusal := next((r for check in checks if (r := check(letter, s))), None):
            return refusal
    elif refusal := _ours(letter, s):
        return refusal
    return _switches(letter, s)


def _ours(letter: Letter, s: Situation) -> Refusal | None:
    """Internal letters go to our own people, and nowhere else."""
    known = letter.wish.audience is Audience.OPERATOR or s.directory.person(letter.wish.to) is not None
    return None if known else Refusal(Check.RECIPIENT, f"{letter.wish.to} is not one of our people")


def _switches(letter: Letter, s: Situation) -> Refusal | None:
    if letter.wish.audience is Audience.OPERATOR:
        return None
    case = (s.case.mailbox, s.case.account_id) if s.case else None
    position, reason = s.switches.judge(letter.wish.letter, case, to_us=letter.wish.audience is Audience.INTERNAL)
    if position is Position.STOPPED:
        return Refusal(Check.STOPPED, reason)
    return Refusal(Check.WATCHING) if position is Position.WATCHING else None

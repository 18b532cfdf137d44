"""What happened, who or which rule did it, why, from what evidence, under which playbook."""

from dataclasses import dataclass
from datetime import datetime

from commsvc.domain.promise.promise import Promise, Subject

NEXT_STEP = "next step"
"""The `what` of an entry in which somebody says what they do next."""
OWNED, CHANGED_HANDS = "owner chosen", "owner changed"
JUDGED, RAISED, RATED = "judged", "raised", "severity"
OPENED, MOVED = "opened", "moved"
PROMISED, BROUGHT_FORWARD, REOPENED = "promised", "brought forward", "owed again"
"""What the entries say from which the state of a case is rebuilt (`fold.py`); whatever changes it writes one of these."""


def promise_said(promise: Promise) -> str:
    """How an entry names a promise, to the minute."""
    return f"{promise.kind.value} by {promise.due_at:%Y-%m-%d %H:%M} UTC"


def moved_said(before: str, after: str, why: str) -> str:
    """How an entry names a change from one value to another one."""
    return f"{before} to {after}: {why}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline; never changed once written.

    `who` is an address, or "commsvc" for what a rule did; `rule` names it.
    """

    subject: Subject
    at: datetime
    what: str
    said: str
    who: str = "commsvc"
    rule: str = ""
    evidence: str = ""
    playbook: str = ""

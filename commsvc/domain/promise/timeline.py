"""What happened, who or which rule did it, why, from what evidence, under which playbook."""

from dataclasses import dataclass
from datetime import datetime

from commsvc.domain.promise.promise import Subject

NEXT_STEP = "next step"
"""The `what` of an entry in which somebody says what they do next."""


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

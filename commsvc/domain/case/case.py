"""One escalation: its record, its stages, and the only moves between them (practice.md 3.2)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from commsvc.domain.playbook.words import Hold, Severity


class Stage(Enum):
    """How far a case has come."""

    INTAKE = "intake"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATE = "investigate"
    VALIDATE = "validate"
    RESOLVED = "resolved"
    QUEUED = "in a normal queue"

    @property
    def open(self) -> bool:
        """Are promises to the customer still made and kept?"""
        return self not in (Stage.RESOLVED, Stage.QUEUED)


class Event(Enum):
    """What moves a case."""

    RECEIPT_SENT = "the receipt was sent"
    ANSWERED = "a person answered the customer"
    PROPOSED = "a resolution was proposed to the customer"
    CONFIRMED = "the customer confirmed"
    WROTE_AGAIN = "the customer wrote again"
    REOPENED = "one of ours opened it again"
    QUEUED = "it is no escalation; the normal queue answers"


# Read a row as: at this stage, this event leads there. A pair that is not here moves nothing.
MOVES: dict[tuple[Stage, Event], Stage] = {
    (Stage.INTAKE, Event.RECEIPT_SENT): Stage.ACKNOWLEDGED,
    (Stage.INTAKE, Event.QUEUED): Stage.QUEUED,
    (Stage.INTAKE, Event.ANSWERED): Stage.INVESTIGATE,
    (Stage.ACKNOWLEDGED, Event.ANSWERED): Stage.INVESTIGATE,
    (Stage.ACKNOWLEDGED, Event.QUEUED): Stage.QUEUED,
    (Stage.INTAKE, Event.PROPOSED): Stage.VALIDATE,
    (Stage.ACKNOWLEDGED, Event.PROPOSED): Stage.VALIDATE,
    (Stage.INVESTIGATE, Event.PROPOSED): Stage.VALIDATE,
    (Stage.VALIDATE, Event.CONFIRMED): Stage.RESOLVED,
    (Stage.VALIDATE, Event.WROTE_AGAIN): Stage.INVESTIGATE,
    (Stage.RESOLVED, Event.WROTE_AGAIN): Stage.INVESTIGATE,
    (Stage.VALIDATE, Event.REOPENED): Stage.INVESTIGATE,
    (Stage.RESOLVED, Event.REOPENED): Stage.INVESTIGATE,
    (Stage.QUEUED, Event.REOPENED): Stage.INVESTIGATE,
}


@dataclass(frozen=True, slots=True)
class Case:
    """An escalation as it stands. `revision` rises with everything that could make a draft stale."""

    id: int
    account_id: str
    """"" while nobody knows whose case it is: a person looks, nothing automatic is said."""
    contact: str
    subject: str
    stage: Stage
    severity: Severity
    confirmed: bool
    """Has a person confirmed the severity? Until then it is provisional."""
    category: str
    area: str
    language: str
    owner: str
    backup: str
    impact: str
    """The customer's own words about what it does to them, verbatim."""
    holds: tuple[Hold, ...]
    restricted: bool
    trusted: bool
    """May anything automatic answer, book or page because of this sender's word?"""
    playbook: str
    """The digest of the playbook the case started with, and keeps."""
    opened_at: datetime
    revision: int = 0
    mailbox: str = ""
    """The name of the mailbox its first mail came in by."""
    told: frozenset[str] = frozenset()
    """The facts that its customer has told so far."""
    risk: str = "low"
    """How endangered the relationship is: low, medium, high or critical; it never changes the severity."""

    @property
    def ref(self) -> str:
        return f"ESC-{self.id}"

    @property
    def title(self) -> str:
        """The subject of every letter of this case, constant for its life."""
        return f"[{self.ref}] {self.subject}"

    @property
    def drafted_for(self) -> bool:
        """Are letters to the customer drafted? Not to a stranger, nor where only a hold's own people speak."""
        return bool(self.account_id) and not self.restricted

    def after(self, event: Event) -> Stage:
        """The stage once `event` has happened; the same stage when the event moves nothing."""
        return MOVES.get((self.stage, event), self.stage)

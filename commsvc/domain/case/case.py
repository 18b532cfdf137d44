"""One escalation: its record, its stages, and the only moves between them (practice.md 3.2)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from commsvc.domain.playbook.words import Hold, Severity


class Stage(Enum):
    """How far a case has come; the last two stand beside that way.

    The other side states leave the stage alone and are told by their own rows: handed off (an offer that waits),
    awaiting the customer (`Case.paused_until`), held and restricted (`Case.holds`, `Case.restricted`).
    """

    INTAKE = "intake"
    ACKNOWLEDGED = "acknowledged"
    QUALIFY = "qualify"
    INVESTIGATE = "investigate"
    MITIGATE = "mitigate"
    MONITOR = "fix and monitor"
    VALIDATE = "validate"
    RESOLVED = "resolved"
    RECOVER = "recover"
    EXIT = "exit"
    QUEUED = "in a normal queue"
    MERGED = "merged"

    @property
    def open(self) -> bool:
        """Are promises to the customer still made and kept?"""
        return self not in (Stage.RESOLVED, Stage.EXIT, Stage.QUEUED, Stage.MERGED)


class Event(Enum):
    """What moves a case."""

    RECEIPT_SENT = "the receipt was sent"
    QUALIFIED = "a person confirmed how severe it is"
    ANSWERED = "a person answered the customer"
    MITIGATED = "the customer can work again, the fault is still there"
    FIXED = "the fault is repaired, and we watch it"
    PROPOSED = "a resolution was proposed to the customer"
    CONFIRMED = "the customer confirmed"
    RECOVERING = "a plan to win back trust was sent"
    AGREED = "the exit was agreed with the customer"
    WROTE_AGAIN = "the customer wrote again"
    REOPENED = "one of ours opened it again"
    QUEUED = "it is no escalation; the normal queue answers"
    MERGED = "it is the same as another case, which answers for it"
    PARTED = "it is not the same as the case it was merged into"


_EARLY = (Stage.INTAKE, Stage.ACKNOWLEDGED, Stage.QUALIFY)
_AT_WORK = (Stage.INVESTIGATE, Stage.MITIGATE, Stage.MONITOR)
_LATE = (Stage.VALIDATE, Stage.RESOLVED)


def _row(event: Event, to: Stage, *at: Stage) -> dict[tuple[Stage, Event], Stage]:
    return {(stage, event): to for stage in at}


# Read a row as: this event leads there, from these stages. A pair that is not here moves nothing.
MOVES: dict[tuple[Stage, Event], Stage] = {
    **_row(Event.RECEIPT_SENT, Stage.ACKNOWLEDGED, Stage.INTAKE),
    **_row(Event.QUALIFIED, Stage.QUALIFY, Stage.INTAKE, Stage.ACKNOWLEDGED),
    **_row(Event.ANSWERED, Stage.INVESTIGATE, *_EARLY),
    **_row(Event.MITIGATED, Stage.MITIGATE, *_EARLY, Stage.INVESTIGATE),
    **_row(Event.FIXED, Stage.MONITOR, *_EARLY, Stage.INVESTIGATE, Stage.MITIGATE),
    **_row(Event.PROPOSED, Stage.VALIDATE, *_EARLY, *_AT_WORK),
    **_row(Event.CONFIRMED, Stage.RESOLVED, Stage.VALIDATE),
    **_row(Event.RECOVERING, Stage.RECOVER, Stage.RESOLVED),
    **_row(Event.AGREED, Stage.EXIT, Stage.RESOLVED, Stage.RECOVER),
    **_row(Event.WROTE_AGAIN, Stage.INVESTIGATE, *_LATE),
    **_row(Event.REOPENED, Stage.INVESTIGATE, Stage.MITIGATE, Stage.MONITOR, *_LATE, Stage.RECOVER, Stage.QUEUED),
    **_row(Event.QUEUED, Stage.QUEUED, *_EARLY),
    **_row(Event.MERGED, Stage.MERGED, *_EARLY, *_AT_WORK, Stage.VALIDATE),
    **_row(Event.PARTED, Stage.INVESTIGATE, Stage.MERGED),
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
    merged_into: int = 0
    """The id of the case that answers for this one, while it is merged; else 0."""
    paused_until: datetime | None = None
    """Until when the customer was told, or is about to be told, that no update comes; an aware instant."""
    pause: str = ""
    """The reason code of that pause."""

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

"""The closed vocabularies of the playbook: one word for one thing, in rules, rows and letters."""

from enum import Enum


class Severity(Enum):
    """How bad it is for the customer; says nothing of who the customer is (practice.md 0.3)."""

    SEV1 = "SEV1"
    SEV2 = "SEV2"
    SEV3 = "SEV3"
    SEV4 = "SEV4"

    level: int
    """1 is the worst."""

    def __init__(self, name: str) -> None:
        self.level = int(name[3])

    @property
    def elevated(self) -> bool:
        return self.level <= 2


class Segment(Enum):
    """What the contract promises: it sets response times, never severity (practice.md 2.3)."""

    STRATEGIC = "strategic"
    ENTERPRISE = "enterprise"
    GROWTH = "growth"
    STANDARD = "standard"
    PARTNER = "partner"

    @property
    def tier(self) -> "Segment":
        """The column of the time tables: partners are answered as enterprise customers are."""
        return Segment.ENTERPRISE if self is Segment.PARTNER else self


class Hold(Enum):
    """Why nothing automatic may be said, beyond the fixed receipts (guardrails.toml)."""

    SENTIMENT = "sentiment"
    LEGAL = "legal"
    PRIVACY = "privacy"
    SECURITY = "security"


class Kind(Enum):
    """What is owed: the kinds of promise."""

    RECEIPT = "receipt"
    OWNER_ACK = "owner_ack"
    FIRST_HUMAN = "first_human"
    NEXT_UPDATE = "next_update"
    APPROVAL = "approval"
    CALL = "call"
    HANDOFF = "handoff"


class Action(Enum):
    """What a step of a chain may do besides telling people."""

    DRAFT_UPDATE = "draft_update"
    HOLDING_STATEMENT = "holding_statement"
    REASSIGN_TO_BACKUP = "reassign_to_backup"
    MISSED_COMMITMENT = "missed_commitment"
    DRAFT_AGAIN = "draft_again"
    ASK_FACTS = "ask_facts"
    OFFER_NEXT = "offer_next"

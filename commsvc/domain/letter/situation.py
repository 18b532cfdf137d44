"""What the gate looks at besides the letter, and how it says no."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Account, Directory
from commsvc.domain.letter.facts import Fact
from commsvc.domain.letter.switches import Switches
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.promise.worktime import WorkCalendar


class Check(Enum):
    """The name of a refusal, and what a person can do about it."""

    AUTHORITY = "the playbook allows nobody to send it: name its approvers in approvals.toml"
    UNTRUSTED = "the sender is not proven: a person answers"
    HOLD = "a hold is on the case: a person answers"
    RECIPIENT = "the recipient is not in the account's record: add the contact first"
    SILENT = "this contact is not to be written to: choose another contact of the account"
    BOUNCED = "letters to this address come back: answer CONTACT with another contact of the account, or phone"
    LEFT = "this person left the list: what is about their cases goes on"
    FOREIGN = "it names another account: take that out, or RELEASE with your reason"
    STALE = "the case has changed since it was written: it is written anew"
    PAST = "the time it promises has passed: it is written anew"
    ESTIMATE = "it names a time of repair that no owner confirmed: FACT estimate: 16:00 - 18:00, or take it out"
    CONTRADICTION = "it says otherwise than before: correct it, or say what changed and why"
    WORDING = "it is worded as the playbook forbids: EDIT it"
    SIMILAR = "it says what the last letter said: FACT what is new, or EDIT it"
    CAP = "automation has said enough here: a person writes"
    QUIET = "it is night or a free day where it would be read: it waits for their morning"
    UNAPPROVED = "nobody who may has approved these exact words: ask for approval"
    STOPPED = "stopped: resume it with `commsvc resume`, or write by hand"
    WATCHING = "not live: widen it with `commsvc live`"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a letter may not go, with the evidence. `until`: it waits in its place, to be judged again then."""

    check: Check
    evidence: str = ""
    until: datetime | None = None

    def __str__(self) -> str:
        evidence = f"{self.evidence}; " if self.evidence else ""
        return f"{self.check.name.lower()}: {evidence}{self.check.value}"


@dataclass(frozen=True, slots=True)
class Counts:
    """What automation has said lately (guardrails.toml)."""

    consecutive: int = 0
    case_today: int = 0
    contact_today: int = 0
    contact_hour: int = 0
    domain_today: int = 0
    account_hour: int = 0


@dataclass(frozen=True)
class Situation:
    """Everything the checks look at besides the letter."""

    case: Case | None
    directory: Directory
    playbook: Playbook
    switches: Switches
    counts: Counts
    now: datetime
    facts: Sequence[Fact] = ()
    """The ledger of the case, and of the known issue behind it."""
    last_text: str = ""
    """The last letter that went to this person about this case."""
    slots: Sequence[str] = ()
    """The slots that the letter's template declares."""
    calendar: WorkCalendar = field(default_factory=lambda: WorkCalendar("UTC"))
    """When people work where it will be read."""
    left: bool = False
    """Did the reader leave the list that this letter is on?"""
    bounced_at: datetime | None = None
    """When the last letter that came back had been sent to this address, while that still counts."""
    asked_at: datetime | None = None
    """When the customer wrote last."""

    @property
    def account(self) -> Account | None:
        return self.directory.account(self.case.account_id) if self.case else None

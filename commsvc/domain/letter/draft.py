"""What one letter may draw on: whom it addresses, the case as it stands, what is known and promised.

`slots.py` computes the slots of a letter from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Account, Person
from commsvc.domain.letter.facts import Fact
from commsvc.domain.letter.letter import Letter
from commsvc.domain.promise.promise import Promise


@dataclass(frozen=True, slots=True)
class Brand:
    """Who we are, as letters say it."""

    name: str
    urgent_route: str = ""
    console_url: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a letter addresses."""

    name: str
    address: str
    zone: str
    language: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A call, as a letter speaks of it."""

    start: datetime
    end: datetime
    where: str
    agenda: tuple[str, ...]
    from_us: tuple[str, ...]
    offered: tuple[datetime, ...] = ()
    """When it could begin: the times that the customer can pick from, in the order of their numbers."""


@dataclass(frozen=True)
class Scene:
    """Everything one letter about a case may draw on."""

    brand: Brand
    reader: Reader
    case: Case
    now: datetime
    account: Account | None = None
    owner: Person | None = None
    facts: tuple[Fact, ...] = ()
    """Confirmed facts that may be told to this reader, and were not told yet."""
    promises: tuple[Promise, ...] = ()
    next_update_at: datetime | None = None
    note: str = ""
    draft: Letter | None = None
    draft_reader: str = ""
    draft_before: str = ""
    """The text of the draft that this one takes the place of, where the same people read it."""
    checks: str = ""
    """What the gate says of the draft."""
    answers_to: str = ""
    """The address that answers to this letter go to."""
    meeting: Meeting | None = None
    history: tuple[str, ...] = ()
    given: Mapping[str, object] = field(default_factory=dict)
    """Slots that a person or another room of ours filled in, by name: the questions to ask, the steps of a plan."""


def overrides(account: Account | None) -> tuple[str, ...]:
    """The folders of templates that have words of their own for this account, the closest first."""
    return (f"accounts/{account.id}", f"segments/{account.segment.value}") if account else ()

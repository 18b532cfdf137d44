"""What is known about a case, who says so, and to whom it may be told.

A slot of a letter takes only the classes its template allows (practice.md S49). A fact told to the
customer is one that a named person of ours confirmed, or the customer's own words.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from commsvc.domain.promise.promise import Subject


class Disclosure(Enum):
    """Who may read a fact."""

    PUBLIC = "public"
    CUSTOMER = "this customer"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement. `source` is the address of whoever said it."""

    id: int
    subject: Subject
    statement: str
    disclosure: Disclosure
    source: str
    at: datetime

    @property
    def for_customer(self) -> bool:
        return self.disclosure in (Disclosure.PUBLIC, Disclosure.CUSTOMER)

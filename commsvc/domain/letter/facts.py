"""The ledger of facts: what is known about a case or a known issue, who says so, and to whom it may be told.

A slot of a letter takes only the classes its template allows (practice.md S49). A fact told to the
customer is one that a named person of ours confirmed, or the customer's own words. The first word of
a statement may name its topic: "cause: a certificate had run out".
"""

import re
from collections.abc import Iterable
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


class Topic(Enum):
    """What a statement is about; each topic but NEWS has a slot of its own in letters."""

    NEWS = "news"
    CAUSE = "cause"
    SCOPE = "scope"
    STATUS = "status"
    ESTIMATE = "estimate"
    WORKAROUND = "workaround"
    WORKING_NOW = "working"


_TOPIC = re.compile(rf"({'|'.join(t.value for t in Topic)})\s*:\s*(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement. `source` is the address of whoever said it; `told_in` the letter that told the customer."""

    id: int
    subject: Subject
    statement: str
    disclosure: Disclosure
    source: str
    at: datetime
    confirmed_by: str = ""
    """The address of whoever of ours stands by it; "" while nobody does."""
    confirmed_at: datetime | None = None
    told_in: int | None = None

    @property
    def for_customer(self) -> bool:
        """May it stand in a letter to the customer: by its class, and with a name of ours behind it?"""
        return self.disclosure in (Disclosure.PUBLIC, Disclosure.CUSTOMER) and bool(self.confirmed_by)

    @property
    def topic(self) -> Topic:
        found = _TOPIC.match(self.statement)
        return Topic(found[1].lower()) if found else Topic.NEWS

    @property
    def said(self) -> str:
        """The statement as a letter says it, without the name of its topic."""
        found = _TOPIC.match(self.statement)
        return self.statement[found.end() :] if found else self.statement


def latest(facts: Iterable[Fact], topic: Topic) -> Fact | None:
    """What holds of a topic that has one answer: the last that was said."""
    return max((f for f in facts if f.topic is topic), key=lambda f: (f.at, f.id), default=None)

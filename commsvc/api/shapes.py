"""What the API answers: the shapes that its OpenAPI document describes. Instants are RFC 3339 in UTC."""

from datetime import date, datetime
from typing import Generic, Self, TypeVar

from pydantic import BaseModel

from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Account, Contact
from commsvc.domain.learning.figures.figure import Figure, Summary
from commsvc.domain.letter.facts import Fact
from commsvc.domain.letter.letter import Letter
from commsvc.domain.promise.promise import Promise
from commsvc.domain.promise.timeline import Entry

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """Some of many. `next`: the cursor of the following page; null on the last."""

    items: list[T]
    next: str | None = None


class ContactShape(BaseModel):
    name: str
    address: str
    role: str
    seniority: str
    language: str
    zone: str

    @classmethod
    def of(cls, contact: Contact) -> Self:
        return cls.model_validate(contact, from_attributes=True)


class AccountShape(BaseModel):
    id: str
    name: str
    segment: str
    zone: str
    country: str
    language: str
    account_manager: str
    uses: str
    """What they run on us, in their words."""
    renewal: date | None
    regulated: bool
    active: bool

    @classmethod
    def of(cls, a: Account) -> Self:
        return cls(id=a.id, name=a.name, segment=a.segment.value, zone=a.zone, country=a.country, language=a.language,
                   account_manager=a.account_manager, uses=a.uses, renewal=a.renewal, regulated=a.regulated, active=a.active)  # fmt: skip


class CaseShape(BaseModel):
    id: int
    ref: str
    account: str
    contact: str
    subject: str
    stage: str
    severity: str
    confirmed: bool
    category: str
    area: str
    language: str
    owner: str
    backup: str
    impact: str
    holds: list[str]
    restricted: bool
    risk: str
    opened_at: datetime
    revision: int

    @classmethod
    def of(cls, c: Case) -> Self:
        return cls(id=c.id, ref=c.ref, account=c.account_id, contact=c.contact, subject=c.subject, stage=c.stage.value,
                   severity=c.severity.value, confirmed=c.confirmed, category=c.category, area=c.area, language=c.language,
                   owner=c.owner, backup=c.backup, impact=c.impact, holds=[h.value for h in c.holds], restricted=c.restricted,
                   risk=c.risk, opened_at=c.opened_at, revision=c.revision)  # fmt: skip


class EntryShape(BaseModel):
    at: datetime
    what: str
    said: str
    who: str
    rule: str
    evidence: str
    playbook: str

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls.model_validate(entry, from_attributes=True)


class PromiseShape(BaseModel):
    id: int
    kind: str
    span: str
    started_at: datetime
    due_at: datetime
    state: str
    settled_at: datetime | None

    @classmethod
    def of(cls, p: Promise) -> Self:
        return cls(id=p.id, kind=p.kind.value, span=str(p.span), started_at=p.started_at, due_at=p.due_at, state=p.state.value,
                   settled_at=p.settled_at)  # fmt: skip


class FactShape(BaseModel):
    id: int
    statement: str
    disclosure: str
    source: str
    at: datetime
    told_in: int | None

    @classmethod
    def of(cls, f: Fact) -> Self:
        return cls(
            id=f.id, statement=f.statement, disclosure=f.disclosure.value, source=f.source, at=f.at, told_in=f.told_in
        )


class LetterShape(BaseModel):
    id: int
    case: int
    letter: str
    to: str
    state: str
    title: str
    text: str
    digest: str
    """An approval is bound to it: send back the one that was read."""
    rule: str
    approve_by: datetime | None
    approved_by: str
    created_at: datetime
    sent_at: datetime | None
    why: str

    @classmethod
    def of(cls, x: Letter) -> Self:
        title, text = (x.words.title, x.words.text) if x.words else ("", "")
        return cls(id=x.id, case=x.wish.subject.id, letter=x.wish.letter, to=x.wish.to, state=x.state.value, title=title, text=text,
                   digest=x.digest, rule=x.rule, approve_by=x.approve_by, approved_by=x.approved_by, created_at=x.created_at,
                   sent_at=x.sent_at, why=x.why)  # fmt: skip


class FigureShape(BaseModel):
    name: str
    title: str
    unit: str
    goal: float | None
    n: int
    p50: float | None
    p90: float | None
    mean: float | None
    rate: float | None
    """Per cent; null when fewer than five were counted."""

    @classmethod
    def of(cls, f: Figure, s: Summary) -> Self:
        return cls(
            name=f.name,
            title=f.title,
            unit=f.unit.value,
            goal=f.goal,
            n=s.n,
            p50=s.p50,
            p90=s.p90,
            mean=s.mean,
            rate=s.rate,
        )


class OrderShape(BaseModel):
    id: int
    outcome: str
    """What became of it, in words; "" while nobody has carried it out."""

"""The slots of a letter, each computed in one place from what is known.

A template declares the slots it uses; only those are computed. A slot without a value stops the
letter and names itself (practice.md part 4). The customer's words stand verbatim; a paraphrase is a
person's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from commsvc.domain.case.case import Case, Stage
from commsvc.domain.case.directory import Account, Person
from commsvc.domain.letter.facts import Fact
from commsvc.domain.letter.letter import Letter
from commsvc.domain.letter.when import spell
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.promise import Promise, State


class MissingSlot(Exception):
    """A letter needs a value that is not known. `slot` is its name."""

    def __init__(self, slot: str) -> None:
        super().__init__(f"the slot {slot} has no value")
        self.slot = slot


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
    meeting: Meeting | None = None
    history: tuple[str, ...] = ()


def slots(names: Iterable[str], scene: Scene) -> dict[str, object]:
    """Compute the named slots. A name with `?` may be empty. Raises MissingSlot."""
    out: dict[str, object] = {}
    for written in names:
        name = written.removesuffix("?")
        value = SLOTS[name](scene)
        if not value and not written.endswith("?"):
            raise MissingSlot(name)
        out[name] = value or ""
    return out


def first_due(scene: Scene, kind: str) -> datetime | None:
    """When the open promise of this kind is due."""
    return next((p.due_at for p in scene.promises if p.kind.value == kind and p.state is State.OPEN), None)


def _spelled(instant: datetime | None, s: Scene) -> str:
    return spell(instant, s.reader.zone, s.reader.language) if instant else ""


_STAGES = {
    Stage.INTAKE: "Received", Stage.ACKNOWLEDGED: "Received", Stage.INVESTIGATE: "Investigating",
    Stage.VALIDATE: "Fix proposed", Stage.RESOLVED: "Resolved", Stage.QUEUED: "With the support team",
}  # fmt: skip
_SALUTATION = {
    "de": "Guten Tag {}", "fr": "Bonjour {}", "es": "Buenos días, {}:", "ja": "{} 様",
}  # fmt: skip
_OWED = {
    Kind.RECEIPT: "The receipt", Kind.OWNER_ACK: "An acknowledgement by the owner", Kind.APPROVAL: "A decision",
    Kind.FIRST_HUMAN: "The first answer by a person", Kind.NEXT_UPDATE: "The next update", Kind.CALL: "The call",
}  # fmt: skip
_ROLES = {"escalation_owner": "Escalation owner", "sme": "Specialist"}


def _salutation(s: Scene) -> str:
    return _SALUTATION.get(s.reader.language, "Dear {},").format(s.reader.name)


def role_name(person: Person) -> str:
    """A role as customers read it: `support_manager` becomes `Support manager`."""
    role = person.roles[0] if person.roles else ""
    return _ROLES.get(role, role.replace("_", " ").capitalize())


def _severity(s: Scene) -> str:
    return s.case.severity.value if s.case.confirmed else f"{s.case.severity.value} (provisional)"


def _card(s: Scene) -> list[str]:
    """The account at a glance; unknown is said, never guessed."""
    a = s.account
    if a is None:
        return ["The account is not known."]
    return [
        f"{a.name}: {a.segment.value}, {a.zone}, language {a.language}",
        f"Uses: {a.uses or 'unknown'}",
        f"Renewal: {a.renewal.isoformat() if a.renewal else 'unknown'}",
        f"Account manager: {a.account_manager or 'unknown'}",
    ]


def _owed(s: Scene) -> list[str]:
    return [f"{_OWED[p.kind]} by {_spelled(p.due_at, s)}" for p in s.promises if p.state is State.OPEN]


def _draft_words(s: Scene) -> str:
    if s.draft is None or s.draft.words is None:
        return ""
    return "\n".join(f"> {line}".rstrip() for line in s.draft.words.text.strip().splitlines())


# The `impact` slot is the mandatory first content of customer letters (requirement S17).
SLOTS: Mapping[str, Callable[[Scene], object]] = {
    "brand": lambda s: s.brand.name,
    "urgent_route": lambda s: s.brand.urgent_route,
    "case_url": lambda s: f"{s.brand.console_url}/cases/{s.case.id}",
    "letter_url": lambda s: f"{s.brand.console_url}/approvals/{s.draft.id}" if s.draft else "",
    "salutation": _salutation,
    "title": lambda s: s.case.title,
    "internal_title": lambda s: f"{s.case.ref} {s.account.name if s.account else 'unknown account'}: {s.case.subject}",
    "ref": lambda s: s.case.ref,
    "stage": lambda s: _STAGES[s.case.stage],
    "severity": _severity,
    "area": lambda s: s.case.area.replace("_", " "),
    "impact": lambda s: s.case.impact,
    "uses": lambda s: s.account.uses if s.account else "",
    "account_name": lambda s: s.account.name if s.account else "",
    "first_answer_due": lambda s: _spelled(first_due(s, "first_human"), s),
    "next_update": lambda s: _spelled(s.next_update_at, s),
    "owner_name": lambda s: s.owner.name if s.owner else "",
    "owner_role": lambda s: role_name(s.owner) if s.owner else "",
    "owner_reach": lambda s: " · ".join(x for x in (s.owner.phone, s.owner.address) if x) if s.owner else "",
    "facts": lambda s: [f.statement for f in s.facts],
    "facts_with_source": lambda s: [f"{f.statement} ({f.source}, {_spelled(f.at, s)})" for f in s.facts],
    "note": lambda s: s.note,
    "card": _card,
    "owed": _owed,
    "history": lambda s: list(s.history),
    "contact": lambda s: s.case.contact,
    "draft_kind": lambda s: s.draft.wish.letter.replace("_", " ") if s.draft else "",
    "draft_to": lambda s: s.draft_reader,
    "draft_subject": lambda s: s.draft.words.title if s.draft and s.draft.words else "",
    "draft_body": _draft_words,
    "approve_by": lambda s: _spelled(s.draft.approve_by, s) if s.draft else "",
    "expires": lambda s: _spelled(s.draft.expires_at, s) if s.draft else "",
    "meeting_start": lambda s: _spelled(s.meeting.start, s) if s.meeting else "",
    "meeting_minutes": lambda s: int((s.meeting.end - s.meeting.start).total_seconds() // 60) if s.meeting else 0,
    "meeting_where": lambda s: s.meeting.where if s.meeting else "",
    "agenda": lambda s: list(s.meeting.agenda) if s.meeting else [],
    "from_us": lambda s: ", ".join(s.meeting.from_us) if s.meeting else "",
}

"""The slots of our letters: each declared once, with its kind, who may read it, and where it comes from.

A template names the slots it uses; only those are computed. A slot without a value stops the letter
and names itself (practice.md part 4), and so does one that the letter's class may not tell. The
customer's words stand verbatim; a paraphrase is a person's.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from commsvc.domain.letter.card import card
from commsvc.domain.letter.draft import Scene
from commsvc.domain.letter.editing import BEGINS, ENDS, changes
from commsvc.domain.letter.facts import Disclosure, Fact
from commsvc.domain.letter.slot import BadSlot, Kind, MissingSlot, Slot, empty, spelled
from commsvc.domain.letter.when import spell
from commsvc.domain.letter.wording import role_name, salutation, severity_name, stage_name
from commsvc.domain.playbook.words import Kind as Owed
from commsvc.domain.promise.promise import State

PUBLIC, CUSTOMER, INTERNAL = Disclosure.PUBLIC, Disclosure.CUSTOMER, Disclosure.INTERNAL
_OWED = {
    Owed.RECEIPT: "The receipt", Owed.OWNER_ACK: "An acknowledgement by the owner", Owed.APPROVAL: "A decision",
    Owed.FIRST_HUMAN: "The first answer by a person", Owed.NEXT_UPDATE: "The next update", Owed.CALL: "The call",
    Owed.HANDOFF: "An answer to the offer of this case",
}  # fmt: skip


def slots(names: Iterable[str], scene: Scene, limit: Disclosure) -> dict[str, object]:
    """Compute and spell the named slots for a letter of class `limit`. A name with `?` may be empty.

    Raises BadSlot: MissingSlot for one without a value, else for one too private or not of its kind.
    """
    return {name.removesuffix("?"): _one(name, scene, limit) for name in names}


def _one(written: str, scene: Scene, limit: Disclosure) -> object:
    name = written.removesuffix("?")
    slot = SLOTS[name]
    if not slot.within(limit):
        raise BadSlot(name, f"is {slot.disclosure.value}: it may not stand in a letter for “{limit.value}”")
    value = slot.value(scene)
    if not empty(value):
        return spelled(name, slot.kind, value, scene.reader)
    if not written.endswith("?"):
        raise MissingSlot(name)
    return [] if slot.kind in (Kind.LIST, Kind.ROWS) else ""


def first_due(scene: Scene, kind: str) -> datetime | None:
    """When the open promise of this kind is due."""
    return next((p.due_at for p in scene.promises if p.kind.value == kind and p.state is State.OPEN), None)


def _spell(instant: datetime, s: Scene) -> str:
    return spell(instant, s.reader.zone, s.reader.language)


def _owed(s: Scene) -> list[str]:
    return [f"{_OWED[p.kind]} by {_spell(p.due_at, s)}" for p in s.promises if p.state is State.OPEN]


def _with_source(fact: Fact, s: Scene) -> str:
    said_by = "" if fact.source == fact.confirmed_by else f"said by {fact.source}, "
    by = f"confirmed by {fact.confirmed_by}" if fact.confirmed_by else "confirmed by nobody yet"
    return f"{fact.statement} ({said_by}{by}, {_age(s.now - fact.at)} ago)"


def _age(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    return (
        f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"
    )


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def _draft_words(s: Scene) -> str:
    return _quoted(s.draft.words.text) if s.draft and s.draft.words else ""


def _draft_twin(s: Scene) -> str:
    return _quoted(s.draft.words.twin) if s.draft and s.draft.words else ""


def _text(disclosure: Disclosure, value: Callable[[Scene], object]) -> Slot:
    return Slot(Kind.TEXT, disclosure, value)


def _given(kind: Kind, disclosure: Disclosure, names: str) -> dict[str, Slot]:
    """Slots that somebody fills in: their names parted by blanks."""
    return {name: Slot(kind, disclosure, lambda s, name=name: s.given.get(name)) for name in names.split()}  # type: ignore[misc]


# The `impact` slot is the mandatory first content of customer letters (requirement S17). `title` and
# `ref` are public because whoever wrote to us may see their own subject and its number again.
SLOTS: Mapping[str, Slot] = {
    "brand": _text(PUBLIC, lambda s: s.brand.name),
    "title": _text(PUBLIC, lambda s: s.case.title),
    "ref": _text(PUBLIC, lambda s: s.case.ref),
    "urgent_route": _text(CUSTOMER, lambda s: s.brand.urgent_route),
    "salutation": _text(CUSTOMER, lambda s: salutation(s.reader.name, s.reader.language)),
    "subject": _text(CUSTOMER, lambda s: s.case.subject),
    "stage": _text(CUSTOMER, lambda s: stage_name(s.case.stage, s.reader.language)),
    "severity": _text(CUSTOMER, lambda s: severity_name(s.case.severity.value, s.case.confirmed, s.reader.language)),
    "area": _text(CUSTOMER, lambda s: s.case.area.replace("_", " ")),
    "impact": _text(CUSTOMER, lambda s: s.case.impact),
    "uses": _text(CUSTOMER, lambda s: s.account.uses if s.account else ""),
    "account_name": _text(CUSTOMER, lambda s: s.account.name if s.account else ""),
    "first_answer_due": Slot(Kind.TIME, CUSTOMER, lambda s: first_due(s, "first_human")),
    "next_update": Slot(Kind.TIME, CUSTOMER, lambda s: s.next_update_at),
    "owner_name": _text(CUSTOMER, lambda s: s.owner.name if s.owner else ""),
    "owner_role": _text(CUSTOMER, lambda s: role_name(s.owner, s.reader.language) if s.owner else ""),
    "owner_reach": _text(CUSTOMER, lambda s: " · ".join(x for x in (s.owner.phone, s.owner.address) if x) if s.owner else ""),
    "facts": Slot(Kind.LIST, CUSTOMER, lambda s: [f.said for f in s.facts if f.for_customer]),
    "done": _text(CUSTOMER, lambda s: s.note),
    "meeting_start": Slot(Kind.TIME, CUSTOMER, lambda s: s.meeting.start if s.meeting else None),
    "meeting_minutes": Slot(
        Kind.NUMBER, CUSTOMER, lambda s: int((s.meeting.end - s.meeting.start).total_seconds() // 60) if s.meeting else None
    ),
    "meeting_where": _text(CUSTOMER, lambda s: s.meeting.where if s.meeting else ""),
    "agenda": Slot(Kind.LIST, CUSTOMER, lambda s: list(s.meeting.agenda) if s.meeting else []),
    "offered": Slot(Kind.LIST, CUSTOMER, lambda s: [f"{n}: {spell(t, s.reader.zone, s.reader.language)}" for n, t in
                    enumerate(s.meeting.offered if s.meeting else (), 1)]),
    "from_us": _text(CUSTOMER, lambda s: ", ".join(s.meeting.from_us) if s.meeting else ""),
    **_given(Kind.TEXT, PUBLIC, "privacy_contact"),
    **_given(Kind.TIME, PUBLIC, "answer_by"),
    **_given(Kind.TEXT, CUSTOMER, """
        working_now cause workaround promised consequence failed repair prevention other_contact data_effect outcome
        lasting asked reason easier close_rule call_line added first_reporter watch fast_lane new_owner_why unchanged
        known_ref known_title known_symptom known_status account_impact check_how meanwhile goal health review_kind
        severity_from severity_to definition cadence restores tested undo risk"""),
    **_given(Kind.LIST, CUSTOMER, """
        plan needs tried evidence agreed open_points back_to_normal kept summary known risks decisions_asked
        impact_numbers events causes comms_gaps process_gaps helped unknown means team steps limits bring"""),
    **_given(Kind.ROWS, CUSTOMER, "tests actions scale criteria questions plan_steps metrics improvements"),
    **_given(Kind.TIME, CUSTOMER, "back_date agree_by handoff_time known_since next_meeting"),
    **_given(Kind.RANGE, CUSTOMER, "estimate"),
    **_given(Kind.PERSON, CUSTOMER, "new_owner contact_after"),
    **_given(Kind.LINK, CUSTOMER, "stop_link"),
    "case_url": Slot(Kind.LINK, INTERNAL, lambda s: f"{s.brand.console_url}/cases/{s.case.id}"),
    "approve_link": Slot(Kind.LINK, INTERNAL, lambda s: f"mailto:{s.answers_to}?subject={s.case.ref}&body=APPROVE"),
    "reject_link": Slot(
        Kind.LINK, INTERNAL, lambda s: f"mailto:{s.answers_to}?subject={s.case.ref}&body=REJECT%20as%20it%20stands"
    ),
    "draft_changes": Slot(Kind.LIST, INTERNAL, lambda s: changes(s.draft_before, s.draft.words.text)
                    if s.draft_before and s.draft and s.draft.words else []),
    "news": _text(INTERNAL, lambda s: s.facts[-1].said if s.facts else "nothing beyond the customer's own words"),
    "begins": _text(INTERNAL, lambda _: BEGINS),
    "ends": _text(INTERNAL, lambda _: ENDS),
    "checks": _text(INTERNAL, lambda s: s.checks),
    "letter_url": Slot(Kind.LINK, INTERNAL, lambda s: f"{s.brand.console_url}/approvals/{s.draft.id}" if s.draft else ""),
    "internal_title": _text(
        INTERNAL, lambda s: f"{s.case.ref} {s.account.name if s.account else 'unknown account'}: {s.case.subject}"
    ),
    "facts_with_source": Slot(
        Kind.LIST, INTERNAL, lambda s: [_with_source(f, s) for f in s.facts]
    ),
    "note": Slot(Kind.WORDS, INTERNAL, lambda s: s.note),
    "card": Slot(Kind.LIST, INTERNAL, lambda s: card(s.account, s.case.contact)),
    "owed": Slot(Kind.LIST, INTERNAL, _owed),
    "history": Slot(Kind.LIST, INTERNAL, lambda s: list(s.history)),
    "contact": _text(INTERNAL, lambda s: s.case.contact),
    "draft_kind": _text(INTERNAL, lambda s: s.draft.wish.letter.replace("_", " ") if s.draft else ""),
    "draft_to": _text(INTERNAL, lambda s: s.draft_reader),
    "draft_subject": _text(INTERNAL, lambda s: s.draft.words.title if s.draft and s.draft.words else ""),
    "draft_body": Slot(Kind.WORDS, INTERNAL, _draft_words),
    "draft_twin": Slot(Kind.WORDS, INTERNAL, _draft_twin),
    "approve_by": Slot(Kind.TIME, INTERNAL, lambda s: s.draft.approve_by if s.draft else None),
    "expires": Slot(Kind.TIME, INTERNAL, lambda s: s.draft.expires_at if s.draft else None),
    **_given(Kind.TEXT, INTERNAL, "last_words next_action waits_on"),
    **_given(Kind.LIST, INTERNAL, "do_not related similar"),
    **_given(Kind.TEXT, INTERNAL, "day bottom_line as_of week headline version grounds proposer adopter method"),
    **_given(Kind.LIST, INTERNAL, "changed would did trend themes shipped decisions recognition do_differently others"),
    **_given(Kind.ROWS, INTERNAL, "cases figures accounts_at_risk"),
    **_given(Kind.NUMBER, INTERNAL, "open severe"),
    **_given(Kind.TIME, INTERNAL, "effective ack_by"),
    **_given(Kind.LINK, INTERNAL, "link console_url"),
}  # fmt: skip

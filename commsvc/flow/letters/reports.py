"""The slots of letters that belong to no case: briefings, the watch report, a link to sign in, a version of the rules."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from commsvc.desk import Desk
from commsvc.desk.weekly import week
from commsvc.domain.case.directory import Person
from commsvc.domain.case.owner import roles_of
from commsvc.domain.learning.briefing import bottom_line, lines, promises_kept, worth_telling
from commsvc.domain.letter.letter import Wish
from commsvc.domain.letter.when import spell
from commsvc.domain.playbook.changes import changes
from commsvc.domain.playbook.concern import concerned

_DAY = timedelta(days=1)


def report_slots(desk: Desk, wish: Wish, now: datetime) -> Mapping[str, object]:
    """Compute the slots of a report for its reader."""
    person = desk.directory.person(wish.to)
    zone = person.zone if person else "UTC"
    shared = {
        "day": f"{now.astimezone(ZoneInfo(zone)):%a %d %b %Y}", "brand": desk.identity.brand.name,
        "console_url": desk.identity.brand.console_url,
    }  # fmt: skip
    if wish.letter == "sign_in":
        return {**shared, "link": wish.note}
    if wish.letter in ("clock_jumped", "service_alarm", "heartbeat"):
        return {**shared, "note": wish.note}
    if wish.letter == "policy_objection":
        return {**shared, "note": wish.note, "version": desk.store.adoptions.get(wish.subject.id).version}
    if wish.letter == "policy_change":
        return {**shared, **_policy(desk, wish.subject.id, person, zone)}
    if wish.letter == "exec_weekly":
        return {**shared, **week(desk, person, now)}
    return {**shared, **(_briefing(desk, zone, now) if wish.letter == "exec_daily" else _watch(desk, now))}


def _policy(desk: Desk, id: int, person: Person | None, zone: str) -> Mapping[str, object]:
    """A version of the rules for one reader: what changes for them first, then for everybody else."""
    store, remember = desk.store, desk.playbooks.remember
    adopted = store.adoptions.get(id)
    old, new = (remember(store.adoptions.files(d) or store.records.playbook_files(d) or {}) for d in (adopted.replaces, adopted.digest))  # fmt: skip
    mine = roles_of(person, desk.directory, new.ownership) if person else frozenset()
    yours = list(dict.fromkeys(c.said for role, theirs in concerned(old, new).items() if role in mine for c in theirs))
    effective, answer_by = adopted.effective_at or adopted.proposed_at, adopted.answer_by or adopted.proposed_at
    return {
        "version": adopted.version, "effective": spell(effective, zone, "en"), "ack_by": spell(answer_by, zone, "en"),
        "grounds": adopted.reason, "do_differently": yours,
        "others": [c.said for c in changes(old, new) if c.said not in yours],
        "proposer": _name(desk, adopted.proposed_by), "adopter": _name(desk, adopted.adopted_by),
    }  # fmt: skip


def _name(desk: Desk, address: str) -> str:
    person = desk.directory.person(address)
    return person.name if person else address


def _briefing(desk: Desk, zone: str, now: datetime) -> Mapping[str, object]:
    cases = desk.store.cases.all_open()
    shown = lines(cases, desk.directory, now)
    hidden = sum(1 for c in cases if c.restricted)
    since = [e for e in desk.store.records.changes_since(now - _DAY) if e.subject.kind == "case"]
    secret = {id for id in {e.subject.id for e in since} if desk.store.cases.get(id).restricted}
    changed = [
        f"ESC-{e.subject.id} {e.what}" + ("" if e.what == "opened" else f": {e.said}")
        for e in since
        if worth_telling(e) and e.subject.id not in secret
    ]
    return {
        "open": len(shown) + hidden, "severe": sum(1 for s in shown if s.severity in ("SEV1", "SEV2")),
        "bottom_line": bottom_line(shown, hidden), "cases": shown, "changed": changed[-20:],
        "kept": promises_kept(since),
        "as_of": spell(now, zone, "en"),
    }  # fmt: skip


def _watch(desk: Desk, now: datetime) -> Mapping[str, object]:
    would = [
        f"ESC-{x.wish.subject.id}: {x.wish.letter} to {x.wish.to}: {x.words.text.splitlines()[0] if x.words else ''}"
        for x in desk.store.letters.watched(now - _DAY)
        if x.wish.letter != "watch_report"
    ]
    did = [
        f"ESC-{e.subject.id}: {e.who} wrote “{e.said}”"
        for e in desk.store.records.changes_since(now - _DAY)
        if e.what == "colleague wrote"
    ]
    return {"would": would, "did": did}

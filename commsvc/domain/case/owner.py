"""Who owns a case: by area skill, language, working hours and load, never by seniority.

The parts of each score are kept, so that anybody can see why (requirement S25). Roles that nobody
holds, or whose holders are all away, fall back as ownership.toml says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from commsvc.domain.case.directory import Directory, Person
from commsvc.domain.playbook.rules import Ownership


@dataclass(frozen=True, slots=True)
class Choice:
    """An owner and a backup ("" when there is only one person), and the reason in words."""

    owner: str
    backup: str
    reason: str


@dataclass(frozen=True, slots=True)
class Need:
    """What the case asks of its owner."""

    area: str
    language: str


def choose(need: Need, directory: Directory, load: Mapping[str, int], rules: Ownership, now: datetime) -> Choice:
    """Choose owner and backup. `load`: open cases by address. `now` is aware UTC.

    Raises LookupError when no role can be filled at all: `check` refuses such a directory.
    """
    candidates = [p for role in rules.owner_roles for p in directory.holders(role) if not away(p, now)]
    if not candidates:
        fallback = holder(rules.owner_roles[0], directory, rules, now)
        if fallback is None:
            raise LookupError("nobody can own a case: no holder of any role that escalation_owner falls back to")
        candidates = [fallback]
    fit = [p for p in candidates if load.get(p.address, 0) < rules.capacity] or candidates
    ranked = sorted(dict.fromkeys(fit), key=lambda p: (-_score(p, need, load, rules, now)[0], p.address))
    _, parts = _score(ranked[0], need, load, rules, now)
    return Choice(ranked[0].address, ranked[1].address if len(ranked) > 1 else "", f"{ranked[0].name}: {parts}")


def holder(role: str, directory: Directory, rules: Ownership, now: datetime) -> Person | None:
    """The person who acts in this role now: the first who has it and is here, their deputy, or
    whoever the role falls back to. None when the fall-backs end.
    """
    seen: set[str] = set()
    falls_back = {r.id: r.falls_back_to for r in rules.role}
    while role and role not in seen:
        seen.add(role)
        people = list(directory.holders(role))
        for person in people:
            if not away(person, now):
                return person
        for person in people:
            deputy = directory.person(person.stand_in(now))
            if deputy and not away(deputy, now):
                return deputy
        role = falls_back.get(role, "")
    return None


def acting(role: str, directory: Directory, rules: Ownership) -> tuple[Person, ...]:
    """Everybody who has this role; where nobody has it, everybody who has the one it falls back to. Absence does not count."""
    seen: set[str] = set()
    falls_back = {r.id: r.falls_back_to for r in rules.role}
    while role and role not in seen:
        if people := tuple(directory.holders(role)):
            return people
        seen.add(role)
        role = falls_back.get(role, "")
    return ()


def roles_of(person: Person, directory: Directory, rules: Ownership) -> frozenset[str]:
    """The roles that this person acts in."""
    return frozenset(r.id for r in rules.role if person in acting(r.id, directory, rules))


def present(address: str, directory: Directory, now: datetime) -> Person | None:
    """The person at this address, or whoever stands in for them now; None when nobody of them is here."""
    seen: set[str] = set()
    person = directory.person(address)
    while person is not None and person.address not in seen:
        if not away(person, now):
            return person
        seen.add(person.address)
        person = directory.person(person.stand_in(now))
    return None


def away(person: Person, now: datetime) -> bool:
    return person.absent(now)


def working(person: Person, now: datetime) -> bool:
    """Is it a working hour, Monday to Friday, where this person lives?"""
    local = now.astimezone(ZoneInfo(person.zone))
    return local.weekday() < 5 and person.works_from <= local.time() < person.works_to


def awake(person: Person, now: datetime) -> bool:
    """Is it between 07:00 and 22:00 where this person lives?"""
    return 7 <= now.astimezone(ZoneInfo(person.zone)).hour < 22


def _score(p: Person, need: Need, load: Mapping[str, int], rules: Ownership, now: datetime) -> tuple[int, str]:
    parts = {
        f"skill {need.area}": rules.skill_points * (need.area in p.skills),
        f"language {need.language}": rules.language_points * (need.language in p.languages),
        "working now": rules.in_hours_points * working(p, now),
        "awake": rules.awake_points * awake(p, now),
        f"{load.get(p.address, 0)} open cases": rules.open_case_points * load.get(p.address, 0),
    }
    return sum(parts.values()), ", ".join(f"{name} {points:+d}" for name, points in parts.items() if points)

"""Who of ours may read a case: restricted ones are for their owner, their backup and the roles that guard them (T8)."""

from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Person

GUARDS = frozenset({"security_lead", "privacy_officer"})


def may_read(person: Person, case: Case) -> bool:
    return not case.restricted or person.address in (case.owner, case.backup) or not GUARDS.isdisjoint(person.roles)


def reads_as(person: Person) -> str:
    """Whose restricted cases a search may find: "" for the roles that guard them all."""
    return person.address if GUARDS.isdisjoint(person.roles) else ""

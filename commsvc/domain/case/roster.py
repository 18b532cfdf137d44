"""Who acts in each role at an hour when nobody plans to, and where two pairs of eyes would be one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from commsvc.domain.case.directory import Directory, Person
from commsvc.domain.case.owner import awake, holder, roles_of
from commsvc.domain.playbook.adoption import ADOPT, PROPOSE, may
from commsvc.domain.playbook.approvers import roles as named
from commsvc.domain.playbook.rules import Playbook


@dataclass(frozen=True, slots=True)
class Post:
    """A role and who acts in it. `person` is None when the fall-backs end."""

    role: str
    person: Person | None
    at: datetime

    def __str__(self) -> str:
        if self.person is None:
            return f"{self.role}: nobody"
        own = "" if self.role in self.person.roles else " in their place"
        asleep = "" if awake(self.person, self.at) else ", probably asleep"
        return (
            f"{self.role}: {self.person.name}{own}, {self.at.astimezone(ZoneInfo(self.person.zone)):%a %H:%M}{asleep}"
        )


def sunday_night(now: datetime) -> datetime:
    """The next Sunday at 03:00 UTC."""
    day = now.astimezone(UTC).replace(hour=3, minute=0, second=0, microsecond=0)
    day += timedelta(days=(6 - day.weekday()) % 7)
    return day if day > now else day + timedelta(days=7)


def roster(directory: Directory, playbook: Playbook, at: datetime) -> list[Post]:
    """Every role of the playbook, filled for this instant."""
    return [Post(r.id, holder(r.id, directory, playbook.ownership, at), at) for r in playbook.ownership.role]


def one_pair_of_eyes(directory: Directory, playbook: Playbook, at: datetime) -> Iterator[str]:
    """Sentences: where the person who asks and everybody who could say yes are one and the same."""
    acting = {p.role: p.person for p in roster(directory, playbook, at)}
    owner = acting.get(playbook.ownership.owner_roles[0])
    if owner is None:
        yield "nobody can own a case"
        return
    for letter, by_severity in playbook.approvals.letter.items():
        roles = {role for roles in by_severity.values() if roles not in ("auto", "owner") for role in named(roles)}
        if roles and {acting.get(r, owner) for r in roles} == {owner}:
            yield f"{letter.replace('_', ' ')}: {owner.name} owns the case and is also its only approver ({', '.join(sorted(roles))})"
    propose, adopt = (_who_may(word, directory, playbook) for word in (PROPOSE, ADOPT))
    if not any(p != q for p in propose for q in adopt):
        yield "a version of the rules: nobody could adopt what somebody else proposes"
    for role in {playbook.severity.lowering_needs} - {playbook.ownership.owner_roles[0]}:
        if acting.get(role) == owner:
            yield f"lowering a severity: {owner.name} owns the case and also acts as {role}"


def _who_may(word: str, directory: Directory, playbook: Playbook) -> list[str]:
    """Our people who may say this word about versions of the rules."""
    rules = playbook.ownership
    return [p.address for p in directory.people if may(word, roles_of(p, directory, rules), rules)]

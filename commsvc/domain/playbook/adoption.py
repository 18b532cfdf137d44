"""Which version of the rules is in force where somebody has to adopt it, and who may.

One person proposes a version, another adopts it from an instant on. Going back is adopting an older one: the
adopted version that took force last is the one in force.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from commsvc.domain.playbook.changes import changes, least_version
from commsvc.domain.playbook.rules import Ownership, Playbook

PROPOSE, ADOPT = "PROPOSE", "ADOPT"
"""The words of `[authority]` in ownership.toml."""
_DECIDE = ("playbook_owner", "support_manager")
"""Who proposes and adopts where ownership.toml does not say."""
ANSWER = timedelta(days=2)
"""So long whoever is told of a version has at least to acknowledge it."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """A version that was proposed, and perhaps adopted. `replaces`: the digest it was compared with."""

    id: int
    digest: str
    version: str
    replaces: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    adopted_by: str = ""
    adopted_at: datetime | None = None
    effective_at: datetime | None = None

    @property
    def answer_by(self) -> datetime | None:
        """Until when those who are told should acknowledge it; None while nobody adopted it."""
        if self.adopted_at is None or self.effective_at is None:
            return None
        return max(self.effective_at, self.adopted_at + ANSWER)


@dataclass(frozen=True, slots=True)
class Told:
    """One person who was told of an adopted version, and their answer. It never holds the version up."""

    person: str
    answered_at: datetime | None = None
    objection: str = ""

    def __str__(self) -> str:
        if self.objection:
            return f"{self.person} objects: {self.objection}"
        return f"{self.person} {'has acknowledged' if self.answered_at else 'has not answered'}"


class Bar(Enum):
    """Why a version is not proposed or adopted."""

    STRANGER = "only one of our people proposes or adopts a version"
    ROLE = "the playbook does not let this person do that: see [authority] in ownership.toml"
    SAME = "nothing changes: this version is in force"
    LOW = "its version number is too low for what it changes"
    ALONE = "it needs a second person: whoever proposed a version does not adopt it"
    PAST = "a version takes force now or later, never at a time that has passed"
    DECIDED = "it was adopted already; propose it again to go back to it"


def may(word: str, roles: Collection[str], rules: Ownership) -> bool:
    """Does somebody who acts in these roles say this word?"""
    return not set(roles).isdisjoint(rules.authority.get(word, _DECIDE))


def bar_proposal(new: Playbook, current: Playbook, known: Collection[str], roles: Collection[str] | None) -> Bar | None:
    """Why `new` may not be proposed. `known`: digests that were in force; `roles`: those its proposer acts in, None
    for a stranger.
    """
    if roles is None:
        return Bar.STRANGER
    if not may(PROPOSE, roles, current.ownership):
        return Bar.ROLE
    if new.digest == current.digest:
        return Bar.SAME
    return Bar.LOW if new.digest not in known and too_low(current, new) else None


def bar_adoption(wanted: Adoption, by: str, roles: Collection[str] | None, rules: Ownership, effective: datetime,
                 now: datetime) -> Bar | None:  # fmt: skip
    """Why `by` may not adopt it from then on; None when they may."""
    if roles is None:
        return Bar.STRANGER
    if not may(ADOPT, roles, rules):
        return Bar.ROLE
    if wanted.adopted_by:
        return Bar.DECIDED
    if by == wanted.proposed_by:
        return Bar.ALONE
    return Bar.PAST if effective < now else None


def in_force(adoptions: Iterable[Adoption], now: datetime) -> Adoption | None:
    """The adopted version that took force last; of two at one instant, the one adopted last."""
    begun = [(a.effective_at, a.adopted_at, a) for a in adoptions if a.effective_at and a.adopted_at]
    begun = [b for b in begun if b[0] <= now]
    return max(begun, key=lambda b: (b[0], b[1], b[2].id))[2] if begun else None


def waiting(adoptions: Sequence[Adoption]) -> list[Adoption]:
    """Proposals that nobody has adopted, made after the last one that somebody did."""
    last = max((a.id for a in adoptions if a.adopted_by), default=0)
    return [a for a in adoptions if not a.adopted_by and a.id > last]


def too_low(old: Playbook, new: Playbook) -> str:
    """The version number that the change asks for, when `new` carries a lower one; else ""."""
    least = least_version(old, changes(old, new))
    return least if _number(new.version) < _number(least) else ""


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))

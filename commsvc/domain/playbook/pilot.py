"""A pilot: one version of the rules is live for a few accounts, and in the shadow for everybody else."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from commsvc.domain.playbook.adoption import ADOPT, Adoption, may
from commsvc.domain.playbook.rules import Ownership


@dataclass(frozen=True, slots=True)
class Pilot:
    """`ended_at` is None while it lasts."""

    id: int
    digest: str
    version: str
    accounts: frozenset[str]
    started_by: str
    started_at: datetime
    ended_by: str = ""
    ended_at: datetime | None = None


class NoPilot(Enum):
    """Why a pilot does not begin or end."""

    ROLE = "only those who adopt a version begin or end a pilot: see [authority] in ownership.toml"
    SAME = "this version is in force for everybody"
    LASTS = "another pilot lasts: end it first"
    ACCOUNT = "these are no accounts of ours"
    ALONE = "it needs a second person: somebody else has to have proposed this version"
    NONE = "no pilot lasts"


def bar_pilot(
    wanted: Pilot,
    running: Pilot | None,
    current: str,
    known: Collection[str],
    roles: Collection[str] | None,
    rules: Ownership,
) -> NoPilot | None:
    """Why this pilot may not begin; None when it may. `current`: the digest in force; `known`: the ids of our accounts."""
    if roles is None or not may(ADOPT, roles, rules):
        return NoPilot.ROLE
    if running is not None:
        return NoPilot.LASTS
    if wanted.digest == current:
        return NoPilot.SAME
    return None if wanted.accounts and wanted.accounts <= set(known) else NoPilot.ACCOUNT


def seconded(wanted: Pilot, adoptions: Collection[Adoption]) -> bool:
    """Has somebody else proposed the version? Asked for where versions are adopted."""
    return any(a.digest == wanted.digest and a.proposed_by != wanted.started_by for a in adoptions)

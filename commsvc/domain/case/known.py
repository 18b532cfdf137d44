"""Known issues: what is broken for many and worked on already. A mail that matches one is told its facts.

A match needs the error code, or one of the words together with the area; and the region, where both
are known (practice.md, S61).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from commsvc.domain.playbook.lexicon import fold

_EARLIER = timedelta(hours=12)
"""So much before it was noticed it may have begun for a customer."""


@dataclass(frozen=True, slots=True)
class KnownIssue:
    """One known issue. `terms`, `codes`: what customers write of it. `since` is aware UTC."""

    ref: str
    title: str
    area: str
    region: str
    since: datetime
    terms: tuple[str, ...]
    codes: tuple[str, ...]


def known(issues: Iterable[KnownIssue], text: str, area: str, region: str, at: datetime) -> KnownIssue | None:
    """The one that a folded text of a customer in this region matches at this time, or None."""
    return next((i for i in issues if _matches(i, text, area, region, at)), None)


def _matches(issue: KnownIssue, text: str, area: str, region: str, at: datetime) -> bool:
    if at < issue.since - _EARLIER or (region and issue.region and region != issue.region):
        return False
    code = any(fold(c) in text for c in issue.codes)
    term = any(fold(t) in text for t in issue.terms)
    return (code and area in (issue.area, "")) or (area == issue.area and term and (code or not issue.codes))

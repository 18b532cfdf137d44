"""Which accounts get no campaign, renewal, upsell, event or survey mail now, and why (practice.md 3.7, S76).

We send none of these ourselves: this is what whoever does is told. A restricted case holds its account and is not named.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from commsvc.domain.case.case import Case
from commsvc.domain.playbook.rules import Marketing


@dataclass(frozen=True, slots=True)
class Held:
    """An account is left in peace. `until`: an aware instant; None while a case is open."""

    why: str
    until: datetime | None


def held(cases: Iterable[tuple[Case, datetime | None]], rule: Marketing, now: datetime) -> Held | None:
    """Is the account held? `cases`: those of one account, each with when it was resolved, None for an open one."""
    found = [h for case, resolved_at in cases if _weighs(case, rule) and (h := _held(case, resolved_at, rule, now))]
    return max(found, key=lambda h: (h.until is None, h.until or now), default=None)


def _weighs(case: Case, rule: Marketing) -> bool:
    return case.severity in rule.severities or case.risk in rule.risks


def _held(case: Case, resolved_at: datetime | None, rule: Marketing, now: datetime) -> Held | None:
    name = "a case that is not named" if case.restricted else case.ref
    if case.stage.open:
        return Held(f"{name} is open", None)
    until = resolved_at + rule.after.length if resolved_at else now
    return Held(f"{name} was resolved on {resolved_at:%d %b %Y}", until) if resolved_at and until > now else None

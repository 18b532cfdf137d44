"""Is an account to be left in peace by campaigns? Looks its cases up; the domain decides."""

from datetime import datetime

from commsvc.desk.desk import Desk
from commsvc.domain.case.campaigns import Held, held
from commsvc.domain.promise.promise import Subject

_LAST = 20
"""So many resolved cases of an account are looked at."""


def hold_on(desk: Desk, account_id: str, now: datetime) -> Held | None:
    """Why no campaign may go to this account now; None when one may."""
    store = desk.store
    open_ones = [(case, None) for case in store.cases.open_of(account_id)]
    resolved = [(case, _resolved_at(desk, case.id)) for case in store.cases.resolved_of(account_id, _LAST)]
    return held([*open_ones, *resolved], desk.playbooks.current().guardrails.marketing, now)


def _resolved_at(desk: Desk, id: int) -> datetime | None:
    entries = desk.store.records.timeline(Subject("case", id))
    return max((e.at for e in entries if e.what == "resolved"), default=None)

"""When is an executive's briefing due, and what does it say?

At the executive's own local time, once per local day: on weekdays always, at weekends only while
something severe is open (practice.md 5.10). Restricted cases are counted, never named.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import shorten
from zoneinfo import ZoneInfo

from commsvc.domain.case.case import Case, Stage
from commsvc.domain.case.directory import Directory, Person
from commsvc.domain.case.risk import LEVELS
from commsvc.domain.playbook.rules import Briefings
from commsvc.domain.promise.timeline import MOVED, OPENED, RAISED, RATED, Entry


def due_on(person: Person, rules: Briefings, worst_open: int, now: datetime) -> date | None:
    """The local day whose briefing is due now, or None. `worst_open`: level of the worst open case, 9
    when none is open. Whether that day's was already written is for the store to say.
    """
    local = now.astimezone(ZoneInfo(person.zone))
    if not rules.daily_at <= local.time() <= rules.not_after:
        return None
    if local.weekday() >= 5 and worst_open > rules.weekend_when_open.level:
        return None
    return local.date()


def week_due_on(person: Person, rules: Briefings, now: datetime, began: datetime | None) -> date | None:
    """The local Monday whose weekly briefing is due now, or None. `began`: when our record begins; a service that is
    younger than this Monday has no week to tell of.
    """
    zone = ZoneInfo(person.zone)
    local = now.astimezone(zone)
    if began is None or began.astimezone(zone).date() >= local.date():
        return None
    return local.date() if local.weekday() == 0 and rules.weekly_at <= local.time() <= rules.not_after else None


@dataclass(frozen=True, slots=True)
class Line:
    """One case in a briefing."""

    ref: str
    account: str
    severity: str
    impact: str
    stage: str
    owner: str
    days: int
    risk: str
    """How endangered the relationship is, where that is worth an executive's look: high or critical; else ""."""


def lines(cases: Iterable[Case], directory: Directory, now: datetime) -> tuple[Line, ...]:
    """The open cases an executive should know of, restricted ones left out: by relationship risk, then by severity."""
    shown = [c for c in cases if c.stage.open and not c.restricted]
    shown.sort(key=lambda c: (-LEVELS.index(c.risk), c.severity.level, c.opened_at))
    return tuple(_line(c, directory, now) for c in shown)


def _line(case: Case, directory: Directory, now: datetime) -> Line:
    account, owner = directory.account(case.account_id), directory.person(case.owner)
    return Line(
        case.ref, account.name if account else "account not known", case.severity.value, shorten(case.impact, 160, placeholder=" …"),
        case.stage.value, owner.name if owner else "nobody yet", (now - case.opened_at).days + 1,
        case.risk if case.risk in LEVELS[-2:] else "",
    )  # fmt: skip


_TOLD = frozenset([OPENED, RAISED, RATED, MOVED, "resolved", "promise late", "call booked"])
_FIRST_STEPS = tuple(f" to {stage.value}" for stage in (Stage.INTAKE, Stage.ACKNOWLEDGED))


def worth_telling(entry: Entry) -> bool:
    """Is it news for an executive? The first steps of a case are not: that it was opened says as much."""
    return entry.what in _TOLD and not (entry.what == MOVED and entry.said.partition(":")[0].endswith(_FIRST_STEPS))


def promises_kept(changes: Iterable[Entry]) -> str:
    """How many promises to customers came due since, and how many of them were kept in time; with n, so that few look few."""
    ends = [e.what for e in changes if e.what in ("promise kept", "promise late")]
    if not ends:
        return "No promise to a customer came to its end."
    kept = ends.count("promise kept")
    return f"{kept} of {len(ends)} promises to customers were kept in time."


def bottom_line(shown: tuple[Line, ...], restricted: int) -> str:
    """One sentence that can stand alone."""
    severe = [line for line in shown if line.severity in ("SEV1", "SEV2")]
    hidden = f" {restricted} restricted case(s) are handled separately." if restricted else ""
    if not shown:
        return f"No escalation is open.{hidden}"
    if not severe:
        return f"{len(shown)} open, none severe.{hidden}"
    accounts = ", ".join(dict.fromkeys(line.account for line in severe))
    return f"{len(severe)} severe of {len(shown)} open: {accounts}.{hidden}"

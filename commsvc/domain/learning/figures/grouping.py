"""Figures side by side: by the week a case was received in, by severity, segment or area."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum

from commsvc.domain.learning.figures.catalogue import FIGURES, quality
from commsvc.domain.learning.figures.figure import Figure, Known, Sample, Summary, summary


class By(Enum):
    """What stands on the axis."""

    WEEK = "week"
    SEVERITY = "severity"
    SEGMENT = "segment"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Point:
    """One place on the axis. `week`: the Monday of that week, where weeks stand there."""

    name: str
    summary: Summary
    week: date | None = None


def counted(figure: Figure, knowns: Iterable[Known], now: datetime) -> list[Sample]:
    return [s for k in knowns for s in figure.of(k, now)]


def points(figure: Figure, knowns: Sequence[Known], by: By, now: datetime) -> list[Point]:
    """The figure for each group, in order; weeks in which nothing was received are there, with nothing counted."""
    groups: dict[str, list[Known]] = {}
    for known in knowns:
        groups.setdefault(_key(known, by), []).append(known)
    names = _weeks(knowns) if by is By.WEEK else sorted(groups)
    return [
        Point(_said(name, by), summary(figure.unit, counted(figure, groups.get(name, ()), now)),
              date.fromisoformat(name) if by is By.WEEK else None) for name in names
    ]  # fmt: skip


def index(knowns: Sequence[Known], now: datetime) -> float | None:
    """The resolution quality index of these cases."""
    parts = (FIGURES[name] for name in ("validated", "reopened", "recurred", "csat"))
    return quality(*(summary(f.unit, counted(f, knowns, now)) for f in parts))


def _key(known: Known, by: By) -> str:
    past = known.past
    if by is By.WEEK:
        return _monday(past.opened_at).isoformat()
    if by is By.SEVERITY:
        return str(past.severity.value)
    return past.segment.value if by is By.SEGMENT else past.area


def _said(name: str, by: By) -> str:
    if by is By.WEEK:
        day = date.fromisoformat(name)
        return f"{day.day} {day:%b}"
    return name or "not known"


def _monday(instant: datetime) -> date:
    """Weeks are those of UTC: the same for every reader."""
    day = instant.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def _weeks(knowns: Sequence[Known]) -> Iterator[str]:
    days = [_monday(k.past.opened_at) for k in knowns]
    day, last = min(days, default=date.max), max(days, default=date.min)
    while day <= last:
        yield day.isoformat()
        day += timedelta(days=7)

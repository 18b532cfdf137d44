"""The week in figures for an executive: this week beside the last four, what moved, who is at risk, what repeats.

A figure moved when its rate changed by ten points or more, with both rates of enough cases to be shown.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commsvc.domain.learning.figures.catalogue import FIGURES
from commsvc.domain.learning.figures.figure import Figure, Known, Summary, Unit, said, summary
from commsvc.domain.learning.figures.grouping import counted

SHOWN = ("first_human", "cadence", "promises", "resolved_net", "reopened", "csat")
MOVED = 10
THEMES = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, in words."""

    name: str
    this: str
    average: str
    target: str


@dataclass(frozen=True, slots=True)
class Risk:
    """One account that may escalate, in words."""

    account: str
    why: str
    exposure: str
    plan: str


def rows(week: Sequence[Known], month: Sequence[Known], now: datetime) -> list[Row]:
    """The figures of the week beside those of four weeks, each with how many it counts."""
    return [
        Row(f.title, _words(f, _of(f, week, now)), _words(f, _of(f, month, now)), f"{f.goal:g} %" if f.goal else "none")
        for f in map(FIGURES.__getitem__, SHOWN)
    ]


def moved(week: Sequence[Known], month: Sequence[Known], now: datetime) -> list[str]:
    """Which rates are not what they were, in sentences."""
    out = []
    for figure in map(FIGURES.__getitem__, SHOWN):
        this, before = _of(figure, week, now), _of(figure, month, now)
        if this.rate is None or before.rate is None or abs(this.rate - before.rate) < MOVED:
            continue
        what = figure.title if figure.unit is Unit.SHARE else f"{figure.title}, in time"
        way = "rose" if this.rate > before.rate else "fell"
        out.append(f"{what}: {way} to {this.rate:.0f} % (n {this.n}) from {before.rate:.0f} % over four weeks.")
    return out


def themes(week: Sequence[Known]) -> list[str]:
    """The areas that came up more than once, most first, with how many accounts they touched."""
    areas = Counter(k.past.area for k in week if k.past.area)
    touched = {area: len({k.past.account_id for k in week if k.past.area == area}) for area in areas}
    return [
        f"{area}: {n} cases at {touched[area]} account{'' if touched[area] == 1 else 's'}"
        for area, n in sorted(areas.items(), key=lambda x: (-x[1], x[0]))[:THEMES] if n > 1
    ]  # fmt: skip


def headline(received: int, open_: int, severe: int) -> str:
    """What the subject says."""
    if not received and not open_:
        return "nothing received, nothing open"
    return f"{received} received, {open_} open, {severe} severe"


def _of(figure: Figure, knowns: Sequence[Known], now: datetime) -> Summary:
    return summary(figure.unit, counted(figure, knowns, now))


def _words(figure: Figure, found: Summary) -> str:
    rate = f", {found.rate:.0f} % in time" if figure.unit is Unit.HOURS and found.rate is not None else ""
    return f"{said(figure, found)}{rate} (n {found.n})" if found.n else said(figure, found)

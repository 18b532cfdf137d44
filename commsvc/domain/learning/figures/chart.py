"""A chart as values: what stands where. Drawn elsewhere; always beside a table that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from commsvc.domain.learning.figures.figure import Figure, Unit
from commsvc.domain.learning.figures.grouping import By, Point


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or one bar a place. None: nothing to show there."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    unit: str
    places: tuple[str, ...]
    lines: tuple[Line, ...]
    goal: float | None = None
    over_time: bool = False
    """Are the places weeks that follow each other? Then values are joined by a line."""

    @property
    def empty(self) -> bool:
        return all(v is None for line in self.lines for v in line.values)


def chart(figure: Figure, points: Sequence[Point], by: By) -> Chart:
    """The chart of a figure: the rate with its target, or median and ninetieth percentile."""
    places = tuple(f"{p.name}\nn {p.summary.n}" for p in points)
    if figure.unit is Unit.SHARE:
        line = Line("share", tuple(p.summary.rate for p in points))
        return Chart(figure.title, "%", places, (line,), figure.goal, by is By.WEEK)
    half, most = tuple(p.summary.p50 for p in points), tuple(p.summary.p90 for p in points)
    unit = "hours" if figure.unit is Unit.HOURS else "score"
    return Chart(figure.title, unit, places, (Line("median", half), Line("90 of 100", most)), None, by is By.WEEK)

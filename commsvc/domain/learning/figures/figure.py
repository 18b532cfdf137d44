"""A figure: what it counts, and its summary with n. A rate of fewer than five is hidden, of fewer than thirty marked.

Percentiles are of the nearest rank: the smallest value that so many per cent of all do not exceed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from math import ceil

from commsvc.domain.learning.figures.past import Past, Terms

HIDDEN, FEW = 5, 30


class Unit(Enum):
    """What the values of a figure are."""

    HOURS = "hours"
    SHARE = "share"
    """Each value is 0 or 1; the rate is what counts."""
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Sample:
    """One thing that was counted. `met`: was the target met, where there is one? `between`: the roles of a hand-off."""

    case: int
    value: float
    met: bool | None = None
    between: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A case with the terms of its time, and what can only be known beside others."""

    past: Past
    terms: Terms
    came_again: bool = False
    roles: Callable[[str], str] = str
    """What one of ours does, by their address: hand-offs are shown between roles, not between people."""

    def between(self, giver: str, receiver: str) -> str:
        return f"{self.roles(giver)} to {self.roles(receiver)}"


@dataclass(frozen=True, slots=True)
class Figure:
    """`goal`: the share in per cent that is to be reached. `more_is_better` of the share."""

    name: str
    title: str
    says: str
    unit: Unit
    of: Callable[[Known, datetime], Iterable[Sample]]
    goal: float | None = None
    more_is_better: bool = True


@dataclass(frozen=True, slots=True)
class Summary:
    """`n` samples. `rate`: per cent that met the target, or of the share; None when hidden, or nothing has a target."""

    n: int
    p50: float | None = None
    p90: float | None = None
    mean: float | None = None
    rate: float | None = None

    @property
    def few(self) -> bool:
        return 0 < self.n < FEW


def summary(unit: Unit, samples: Sequence[Sample]) -> Summary:
    """What these samples come to."""
    if not samples:
        return Summary(0)
    n = len(samples)
    if unit is Unit.SHARE:
        return Summary(n, rate=_rate([bool(s.value) for s in samples]))
    values = sorted(s.value for s in samples)
    mean = sum(values) / n if n >= HIDDEN else None
    return Summary(n, percentile(values, 50), percentile(values, 90), mean, _rate([s.met for s in samples]))


def percentile(values: Sequence[float], percent: int) -> float:
    """`values`: at least one, in order."""
    return values[max(0, ceil(len(values) * percent / 100) - 1)]


def _rate(met: Sequence[bool | None]) -> float | None:
    judged = [m for m in met if m is not None]
    return 100 * sum(judged) / len(judged) if len(judged) >= HIDDEN else None


def said(figure: Figure, found: Summary) -> str:
    """A summary in a few words; what is hidden says so."""
    if not found.n:
        return "nothing yet"
    if figure.unit is Unit.SHARE:
        return "too few" if found.rate is None else f"{found.rate:.0f} %"
    if figure.unit is Unit.SCORE:
        return "too few" if found.mean is None else f"{found.mean:.1f}"
    return hours(found.p50 or 0.0)


def hours(value: float) -> str:
    """`3 h 05 min`; `4 min 10 s`."""
    seconds = round(value * 3600)
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02} s" if seconds % 60 else f"{seconds // 60} min"
    return f"{seconds // 3600} h {seconds // 60 % 60:02} min"

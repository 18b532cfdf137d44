"""When can all of them talk? Free time of several people, from their busy intervals.

Instants are UTC. A severe call may be at any hour; others keep to working hours of each zone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

GRID = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Busy:
    """Time somebody has already given away."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """A proposal. `blocked` names whom it does not suit: "" when it suits everybody."""

    start: datetime
    end: datetime
    blocked: tuple[str, ...] = ()


def first_slot(
    busy: Mapping[str, Sequence[Busy]], length: timedelta, earliest: datetime, latest: datetime
) -> Slot | None:
    """The first time from `earliest` that suits everybody and ends by `latest`.

    When no such time exists, the first one that suits the most people, naming who is in the way;
    None only when `length` does not fit between the two instants at all.
    """
    start = _on_grid(earliest)
    best: Slot | None = None
    while start + length <= latest:
        blocked = tuple(sorted(who for who, taken in busy.items() if _clashes(taken, start, start + length)))
        if not blocked:
            return Slot(start, start + length)
        if best is None or len(blocked) < len(best.blocked):
            best = Slot(start, start + length, blocked)
        start += GRID
    return best


def _clashes(taken: Sequence[Busy], start: datetime, end: datetime) -> bool:
    return any(b.start < end and start < b.end for b in taken)


def _on_grid(instant: datetime) -> datetime:
    late = timedelta(minutes=instant.minute % 5, seconds=instant.second, microseconds=instant.microsecond)
    return instant if not late else instant - late + GRID

"""When can all of them talk? Free time of several people, from their busy intervals.

One integer a person: bit n is set where the n-th start of a grid clashes with something. What suits nobody is one OR, what
suits everybody one AND, whatever the number of intervals; starts and intervals may lie anywhere, and the answer is exact.
Instants are aware UTC, intervals half-open.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

GRID = timedelta(minutes=5)
QUARTER = timedelta(minutes=15)
_DAY = 86_400
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Busy:
    """Time somebody has already given away."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """A proposal. `blocked` names whom it does not suit; empty when it suits everybody."""

    start: datetime
    end: datetime
    blocked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """A time of `length` that begins at `earliest` or later, on full multiples of `step` (whole seconds), and ends by
    `latest`.
    """

    length: timedelta
    earliest: datetime
    latest: datetime
    step: timedelta = GRID

    @property
    def first(self) -> datetime:
        """The first start of the grid."""
        return self.earliest + (_EPOCH - self.earliest) % self.step

    @property
    def starts(self) -> int:
        """How many starts the grid has; 0 when the length does not fit at all."""
        return max(0, (self.latest - self.length - self.first) // self.step + 1)

    def clashes(self, busy: Iterable[Busy]) -> int:
        """The starts at which something of this is still going on, or begins before the end."""
        first, last, step, starts = self.first, self.first + self.length, int(self.step.total_seconds()), self.starts
        cells, ones = bytearray(b"0") * starts, b"1" * starts
        for b in busy:
            begins, ends = b.start - last, first - b.end
            after = (begins.days * _DAY + begins.seconds) // step + 1
            until = -((ends.days * _DAY + ends.seconds) // step)
            if after < 0:  # noqa: PLR1730  max() and min() would take a third of the time of this loop
                after = 0
            if until > starts:  # noqa: PLR1730
                until = starts
            if after < until and b.start < b.end:
                cells[after:until] = ones[: until - after]
        cells.reverse()
        return int(cells or b"0", 2)

    def inside(self, windows: Iterable[tuple[datetime, datetime]]) -> int:
        """The starts from which the whole length lies inside one of these windows, given as (opens, closes)."""
        found = 0
        for opens, closes in windows:
            after = max(0, -((self.first - opens) // self.step))
            until = min(self.starts, (closes - self.length - self.first) // self.step + 1)
            if after < until:
                found |= ((1 << (until - after)) - 1) << after
        return found

    @property
    def anywhere(self) -> int:
        """Every start."""
        return (1 << self.starts) - 1

    def slots(self, mask: int) -> Iterator[Slot]:
        """The starts of a mask as slots, in order of time."""
        bits = f"{mask:b}"[::-1]
        n = bits.find("1")
        while n >= 0:
            start = self.first + n * self.step
            yield Slot(start, start + self.length)
            n = bits.find("1", n + 1)


def common(clashes: Mapping[str, int], allowed: int) -> int:
    """The allowed starts that clash with nothing of anybody."""
    for mask in clashes.values():
        allowed &= ~mask
    return allowed


def compromise(search: Search, clashes: Mapping[str, int], allowed: int) -> Slot | None:
    """The first allowed start that suits the most people, naming whom it does not suit; None when none is allowed.

    How many people a start clashes with is counted for all starts at once, in binary digits that are masks themselves.
    """
    digits: list[int] = []
    for mask in clashes.values():
        carry = mask
        for n, digit in enumerate(digits):
            digits[n], carry = digit ^ carry, digit & carry
        if carry:
            digits.append(carry)
    for digit in reversed(digits):
        allowed = allowed & ~digit or allowed
    best = next(search.slots(allowed & -allowed), None)
    if best is None:
        return None
    here = 1 << ((best.start - search.first) // search.step)
    return Slot(best.start, best.end, tuple(sorted(who for who, mask in clashes.items() if mask & here)))


def first_slot(
    busy: Mapping[str, Sequence[Busy]], length: timedelta, earliest: datetime, latest: datetime
) -> Slot | None:
    """The first time from `earliest` that suits everybody and ends by `latest`.

    When no such time exists, the first one that suits the most people, naming who is in the way;
    None only when `length` does not fit between the two instants at all.
    """
    search = Search(length, earliest, latest)
    return compromise(search, {who: search.clashes(taken) for who, taken in busy.items()}, search.anywhere)

"""Which of the times that suit everybody are offered: fair to every zone, soon, and apart from each other.

Each time has a score whose parts are shown. Nobody is asked to speak at an hour that the call's type does not allow
(practice.md 5.3); where no time is left, whoever is in the way is named, with the best compromise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from commsvc.domain.call.slots import Busy, Search, Slot, common, compromise
from commsvc.domain.playbook.span import Clock
from commsvc.domain.promise.worktime import WorkCalendar, windows

MOST = 3
"""So many times are offered."""
_APART = timedelta(hours=2)
_BEGINS, _ENDS = time(9), time(17)
_HOUR_OUTSIDE, _DAY_LATER, _PERFECT = 8, 4, 100


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who has to be there. `zone`: where they live (IANA); `busy`: what they have already."""

    name: str
    zone: str
    busy: Sequence[Busy] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A time and what speaks for it. `parts`: what each thing counts, in words."""

    slot: Slot
    score: int
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The best offers, best first; where there is none, the best compromise and who is in its way."""

    offers: tuple[Offer, ...]
    compromise: Slot | None = None


def hours(calendar: WorkCalendar, search: Search) -> list[tuple[datetime, datetime]]:
    """The working hours of a calendar that a search can lie in."""
    return list(takewhile(lambda w: w[0] < search.latest, windows(search.earliest, Clock.BUSINESS, calendar)))


def choose(search: Search, seats: Sequence[Seat], allowed: Iterable[tuple[datetime, datetime]] | None, pause: timedelta,
           most: int = MOST) -> Choice:  # fmt: skip
    """The best times. `allowed`: the hours it may lie in, None for any; `pause`: kept free around what people have."""
    mask = search.anywhere if allowed is None else search.inside(allowed)
    clashes = {s.name: search.clashes(_widened(s.busy, pause)) for s in seats}
    free = common(clashes, mask)
    if not free:
        return Choice((), compromise(search, clashes, mask))
    ranked = sorted(
        (_offer(slot, seats, search) for slot in search.slots(free)), key=lambda o: (-o.score, o.slot.start)
    )
    return Choice(tuple(_apart(ranked, most)))


def free_at(start: datetime, length: timedelta, seats: Mapping[str, Sequence[Busy]]) -> list[str]:
    """Whom a time does not suit; nobody when it suits all."""
    end = start + length
    return [who for who, busy in seats.items() if any(b.start < end and start < b.end for b in busy)]


def _offer(slot: Slot, seats: Sequence[Seat], search: Search) -> Offer:
    outside = {s.name: _outside(slot, s.zone) for s in seats}
    worst = max(outside, key=outside.__getitem__, default="")
    late = (slot.start - search.earliest) // timedelta(days=1)
    cost, wait = round(_HOUR_OUTSIDE * sum(outside.values())), _DAY_LATER * late
    parts = []
    if cost:
        parts.append(f"{worst}: {outside[worst]:.1f} h outside 09:00-17:00 ({-cost})")
    if wait:
        parts.append(f"{late} days later ({-wait})")
    return Offer(slot, _PERFECT - cost - wait, tuple(parts) or ("within everybody's day",))


def _outside(slot: Slot, zone: str) -> float:
    """How many hours the farther end of the time lies outside of a usual day there."""
    here = [t.astimezone(ZoneInfo(zone)) for t in (slot.start, slot.end)]
    return max(_far(t) for t in here)


def _far(local: datetime) -> float:
    hour = local.hour + local.minute / 60
    if _BEGINS.hour <= hour <= _ENDS.hour:
        return 0.0
    early, late = (_BEGINS.hour - hour) % 24, (hour - _ENDS.hour) % 24
    return min(early, late)


def _apart(ranked: Sequence[Offer], most: int) -> list[Offer]:
    """The best ones that leave a choice: two hours apart, as long as there are such."""
    found: list[Offer] = []
    for offer in ranked:
        if len(found) == most:
            break
        if all(abs(offer.slot.start - o.slot.start) >= _APART for o in found):
            found.append(offer)
    return found


def _widened(busy: Sequence[Busy], pause: timedelta) -> list[Busy]:
    return [Busy(b.start - pause, b.end + pause) for b in busy] if pause else list(busy)

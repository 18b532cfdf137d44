"""Do the times make sense beside each other? A better contract is never answered later, nor a worse problem."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from commsvc.domain.playbook.fault import Fault
from commsvc.domain.playbook.rules import BySegment, Playbook
from commsvc.domain.playbook.span import Clock, Span
from commsvc.domain.playbook.words import Segment, Severity

_SLOWNESS = {Clock.ALWAYS: 0, Clock.WEEKDAYS: 1, Clock.BUSINESS: 2}
COLUMNS = tuple(s for s in Segment if s.tier is s)


def slower(a: Span, b: Span) -> bool:
    """Is `a` over later than `b` whenever both start? False also when that depends on the hour."""
    return (
        a.length >= b.length and _SLOWNESS[a.clock] >= _SLOWNESS[b.clock] and (a.length, a.clock) != (b.length, b.clock)
    )


def ill_paced(p: Playbook) -> Iterator[Fault]:
    """Missing, overlapping and contradictory times."""
    for key, table in (("first_human", p.timelines.first_human), ("update", p.timelines.update)):
        yield from _table(key, table)
    for severity in Severity:
        for name in ("approval_limit", "handoff_limit", "ack_lasts"):
            if severity not in getattr(p.chains, name):
                yield Fault("chains.toml", (name,), f"no limit for {severity.value}")
    if p.briefings.not_after <= p.briefings.daily_at:
        yield Fault("briefings.toml", ("not_after",), "not_after is no later than daily_at: no briefing could go")
    if p.calls.hours_to <= p.calls.hours_from:
        yield Fault("calls.toml", ("hours_to",), "hours_to is no later than hours_from: no call could be booked")


def _table(key: str, table: Mapping[Severity, BySegment]) -> Iterator[Fault]:
    for severity in Severity:
        row, path = table.get(severity, {}), (key, severity.value)
        for segment in COLUMNS:
            if segment not in row:
                yield Fault("timelines.toml", (key,), f"no time for {severity.value} and segment {segment.value}")
        for segment in row:
            if segment not in COLUMNS:
                what = f"segment {segment.value} overlaps {segment.tier.value}: it has no column of its own"
                yield Fault("timelines.toml", path, what)
    yield from _contradictions(key, table)


def _contradictions(key: str, table: Mapping[Severity, BySegment]) -> Iterator[Fault]:
    for severity in Severity:
        row, path = table.get(severity, {}), (key, severity.value)
        for better, worse in pairwise(COLUMNS):
            if better in row and worse in row and slower(row[better], row[worse]):
                what = f"{severity.value}: {better.value} ({row[better]}) is answered later than {worse.value} ({row[worse]})"
                yield Fault("timelines.toml", path, what)
    for bad, lesser in pairwise(Severity):
        for segment, span in table.get(bad, {}).items():
            other = table.get(lesser, {}).get(segment)
            if other and slower(span, other):
                what = f"{segment.value}: {bad.value} ({span}) is answered later than {lesser.value} ({other})"
                yield Fault("timelines.toml", (key, bad.value), what)

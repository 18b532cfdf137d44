"""A length of time on a named clock, as rules write it: `15m/24x7`, `4h/bh`, `1bd/bh`.

Clocks: 24x7; 24x5 (Monday 00:00 to Friday 24:00 local, holidays count); bh (business hours of
the account's calendar). One business day is eight business hours (practice.md 2.5).
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

HOURS_A_BUSINESS_DAY = 8
_WRITTEN = re.compile(r"(\d{1,5})(m|h|d|w|bd)(?:/(24x7|24x5|bh))?")
_MINUTES = {"m": 1, "h": 60, "d": 1440, "w": 10080, "bd": 60 * HOURS_A_BUSINESS_DAY}


class Clock(Enum):
    """Which hours count."""

    ALWAYS = "24x7"
    WEEKDAYS = "24x5"
    BUSINESS = "bh"


@dataclass(frozen=True, slots=True)
class Span:
    """So much time on that clock."""

    length: timedelta
    clock: Clock
    written: str

    def __str__(self) -> str:
        return self.written


def read_span(written: object) -> Span:
    """Read `30m/24x7`, `4h/24x5`, `8h/bh`, `1bd`, `2d`. Raises ValueError with the expected shape.

    Without a clock, minutes to weeks run on 24x7 and business days on bh.
    """
    if isinstance(written, Span):
        return written
    found = _WRITTEN.fullmatch(written) if isinstance(written, str) else None
    if not found:
        raise ValueError("expected a time such as 30m/24x7, 4h/24x5, 8h/bh or 1bd")
    amount, unit, clock = found.groups()
    if not int(amount):
        raise ValueError("expected a time longer than nothing, such as 30m/24x7")
    if unit == "bd" and clock not in (None, "bh"):
        raise ValueError("business days run on the clock bh, as in 1bd")
    on = Clock(clock or ("bh" if unit == "bd" else "24x7"))
    return Span(timedelta(minutes=int(amount) * _MINUTES[unit]), on, str(written))


def read_limit(written: object) -> Span:
    """Read a time limit: minutes to weeks must name their clock, for "4h" alone leaves open whose hours count."""
    span = read_span(written)
    if "/" not in span.written and not span.written.endswith("bd"):
        raise ValueError(f"a time limit names its clock: write {span}/24x7, {span}/24x5 or {span}/bh")
    return span


_AS_WRITTEN = PlainSerializer(lambda s: s.written)
SpanRule = Annotated[
    Span,
    BeforeValidator(read_span),
    _AS_WRITTEN,
    WithJsonSchema({"type": "string", "pattern": f"^{_WRITTEN.pattern}$", "examples": ["30m", "14d", "1bd"]}),
]
LimitRule = Annotated[
    Span,
    BeforeValidator(read_limit),
    _AS_WRITTEN,
    WithJsonSchema({
        "type": "string", "pattern": r"^(\d{1,5}(m|h|d|w)/(24x7|24x5|bh)|\d{1,5}bd(/bh)?)$",
        "examples": ["30m/24x7", "4h/24x5", "8h/bh", "1bd"],
    }),
]  # fmt: skip

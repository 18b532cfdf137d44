"""Times as one reader sees them: how far away, in their own zone, and in UTC beside it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from commsvc.domain.letter.when import spell

_MINUTE = 60
_HOUR = 3600
_DAY = 86400
_COARSE = 10
"""From so many hours on, minutes say nothing."""


@dataclass(frozen=True, slots=True)
class Face:
    """A clock face: the reader's zone, and the instant at which the page is read."""

    zone: str
    now: datetime

    def clock(self, instant: datetime) -> str:
        """`14:30 CET`; with the day in front when it is not today."""
        local, today = instant.astimezone(ZoneInfo(self.zone)), self.now.astimezone(ZoneInfo(self.zone))
        day = "" if local.date() == today.date() else f"{local:%a} {local.day} {local:%b}, "
        return f"{day}{local:%H:%M} {self._name(local)}"

    def utc(self, instant: datetime) -> str:
        """`13:30 UTC`; with the day in front when UTC has another one than the reader."""
        there = instant.astimezone(UTC)
        same = there.date() == instant.astimezone(ZoneInfo(self.zone)).date()
        return f"{there:%H:%M} UTC" if same else f"{there.day} {there:%b} {there:%H:%M} UTC"

    def both(self, instant: datetime) -> str:
        """`14:30 CET, 13:30 UTC`; once when the reader lives in UTC."""
        here, there = self.clock(instant), self.utc(instant)
        return here if here.endswith("UTC") else f"{here}, {there}"

    def full(self, instant: datetime) -> str:
        """The whole date, as letters spell it."""
        return spell(instant, self.zone, "en")

    def away(self, instant: datetime) -> str:
        """`in 18 minutes`, `now`, or `18 minutes ago`."""
        gap = instant - self.now
        if abs(gap) < timedelta(seconds=5):
            return "now"
        return f"in {length(gap)}" if gap > timedelta() else f"{length(-gap)} ago"

    def due(self, instant: datetime) -> str:
        """`in 18 minutes`, or `18 minutes late`: lateness is said in words."""
        return f"{length(self.now - instant)} late" if self.late(instant) else f"in {length(instant - self.now)}"

    def late(self, instant: datetime) -> bool:
        return self.now > instant

    def _name(self, local: datetime) -> str:
        name = local.tzname() or "UTC"
        return name if name.isalpha() else f"UTC{local:%z}"[:6] + ":" + f"{local:%z}"[3:5]


def length(gap: timedelta) -> str:
    """A span of time in the words people use; never more precise than they need."""
    seconds = max(0, int(gap.total_seconds()))
    if seconds < _MINUTE:
        return "less than a minute"
    if seconds < 2 * _HOUR and seconds < 100 * _MINUTE:
        return _count(seconds // _MINUTE, "minute")
    if seconds < 2 * _DAY:
        hours, minutes = divmod(seconds // _MINUTE, 60)
        return f"{hours} h {minutes} min" if minutes and hours < _COARSE else _count(hours, "hour")
    return _count(seconds // _DAY, "day")


def sentence(words: str) -> str:
    """A reason or an outcome, as a sentence of its own."""
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith(('.', '!', '?')) else '.'}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"

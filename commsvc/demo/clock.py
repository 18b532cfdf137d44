"""A clock that we turn: simulated time, moved on purpose and never by itself."""

from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


class TurnedClock:
    """Starts on a fixed Monday morning."""

    def __init__(self, start: datetime = MONDAY) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def turn(self, by: timedelta) -> None:
        self._now += by

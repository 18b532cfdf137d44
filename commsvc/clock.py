"""The one place that reads the clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """The present instant, aware UTC."""
    return datetime.now(UTC)


class Pace:
    """Does the clock go on as time does? Time asleep counts as a jump, for nobody was served meanwhile."""

    def __init__(self, wall: Callable[[], datetime] = now, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._steady = wall, steady
        self._last = wall(), steady()

    def jump(self) -> timedelta:
        """By how much the clock was set since the last look, forwards or backwards; about zero when it was not."""
        before, self._last = self._last, (self._wall(), self._steady())
        passed = timedelta(seconds=self._last[1] - before[1])
        return self._last[0] - before[0] - passed

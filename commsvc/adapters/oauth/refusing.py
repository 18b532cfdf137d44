"""How often a sign-in that fails is tried: the pause grows to a minute, and meanwhile the last answer is given again."""

import time
from collections.abc import Callable

from commsvc.errors import Trouble

_LONGEST_PAUSE = 60.0


class Refusals:
    """The failures of one sign-in, in a row."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._count, self.not_before = 0, 0.0
        self._last: Trouble | None = None

    def repeat(self) -> None:
        """Raise the last failure again while its pause lasts."""
        if self._last is not None and self._clock() < self.not_before:
            raise type(self._last)(str(self._last))

    def remember(self, why: Trouble) -> Trouble:
        """The same trouble, kept for its pause."""
        self.not_before = self._clock() + min(
            2.0 ** min(self._count, 9), _LONGEST_PAUSE
        )  # a power without end overflows
        self._count += 1
        self._last = why
        return why

    def forget(self) -> None:
        """It went well."""
        self._count, self._last = 0, None

"""What is seen of the service itself. A port of the store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from commsvc.domain.health.vitals import Vitals

TICK = "tick"
"""The sign that the daemon leaves every minute."""


class Signs(Protocol):
    def leave(self, name: str, at: datetime) -> None:
        """It happened, at this instant: "tick", or "mailbox NAME" for one that was read to its end."""

    def look(self, now: datetime) -> Vitals:
        """Everything that is seen now."""

    def arrivals(self, mailbox: str, since: datetime) -> Sequence[datetime]:
        """When the last mails came into one mailbox since then, oldest first; without what was history."""

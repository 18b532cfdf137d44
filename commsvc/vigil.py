"""The running service looks after itself: every minute a sign of life and a look at the books, and word to the outside."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from commsvc.adapters import heartbeat
from commsvc.app import App
from commsvc.errors import Temporary, Trouble
from commsvc.installation import Installation
from commsvc.instance import remember
from commsvc.ports import Store
from commsvc.ports.signs import TICK

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Vigil:
    """`show` shows a standing trouble of a source, or clears it with ""."""

    installation: Installation
    store: Store
    app: App
    show: Callable[[str, str], None]
    _asked: set[int] = field(default_factory=set)
    """The stretch of time in which the outside address was asked last."""

    def audit(self, now: datetime) -> None:
        """Show within a minute what became of no mail, and whatever else stands wrong."""
        surely(
            "audit",
            lambda: self._sign(now),
            lambda: self.app.audit(now),
            lambda: remember(self.store, self.installation.folder),
            lambda: self.show("sign-in", "; ".join(self.installation.ending(now.date()))),
            lambda: self._beat(now),
        )

    def _beat(self, now: datetime) -> None:
        """Let somebody outside know that we live, once in each stretch of time."""
        heart = self.installation.config.heartbeat
        if heart is None:
            return
        stretch = int(now.timestamp() // heart.every.total_seconds())
        if heart.address:
            self.app.beat(heart.address, heart.every, stretch, now)
        if heart.url and stretch not in self._asked:
            self._asked.clear()
            self._asked.add(stretch)
            threading.Thread(target=self._ask, args=(heart.url,), name="heartbeat", daemon=True).start()

    def _sign(self, now: datetime) -> None:
        with self.store.transaction(durable=False):
            self.store.signs.leave(TICK, now)

    def _ask(self, url: str) -> None:
        said = ""
        try:
            heartbeat.ask(url)
        except Temporary as why:
            said = str(why)
        surely("heartbeat", lambda: self.show("heartbeat", said))


def surely(what: str, *steps: Callable[[], object]) -> None:
    """Take every step; where one cannot be taken now, as on a full disk, the log says so and the next time is another try."""
    for step in steps:
        try:
            step()
        except (Trouble, OSError) as why:
            log.warning("put off", what=what, why=str(why))

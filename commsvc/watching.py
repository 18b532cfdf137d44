"""Where mail comes in: a thread for each mailbox that only takes mail in. The troubles of one are its own."""

import threading
from collections.abc import Callable, Mapping

import structlog

from commsvc.clock import now
from commsvc.errors import Trouble
from commsvc.flow.intake import Intake
from commsvc.ports import Mailbox, Store
from commsvc.providers import Open

log = structlog.get_logger(__name__)
POLL = 60.0
"""Seconds after which a mailbox is asked again, whether or not its server said that there is something."""
AGAIN = 5.0
"""Seconds of rest after a trouble."""


class Watcher:
    """Takes mail in from every mailbox until `stopping` is set. `wake` is called when something came."""

    def __init__(
        self,
        store: Store,
        intake: Intake,
        stopping: threading.Event,
        wake: Callable[[], object],
        show: Callable[[str, str], object],
    ) -> None:
        """`show(source, said)` shows a standing trouble; an empty sentence clears it."""
        self._store, self._intake = store, intake
        self._stopping, self._wake, self._show = stopping, wake, show

    def start(self, mailboxes: Mapping[str, Open]) -> None:
        for name, opened in mailboxes.items():
            threading.Thread(target=self._watch, args=(name, opened), name=f"mailbox {name}", daemon=True).start()

    def _watch(self, name: str, opened: Open) -> None:
        """Nothing ends this but `stopping`: whatever happens is shown, and the mailbox is asked again."""
        mailbox: Mailbox | None = None
        was_live, again = False, True
        while not self._stopping.is_set():
            try:
                live = self._store.records.switches().mailbox_live(name)
                if mailbox is None or live != was_live:
                    if mailbox is not None:
                        mailbox.close()
                    mailbox, was_live = opened(live), live
                if self._intake.pull(mailbox, now(), again):
                    self._wake()
                again = False
                self._well(name)
                mailbox.wait(POLL)
            except Trouble as why:
                again = True
                self._ill(name, str(why))
            except Exception as why:
                again = True
                log.exception("mailbox failed", mailbox=name)
                self._ill(name, f"{type(why).__name__}: {why}")

    def _well(self, name: str) -> None:
        self._show(f"mailbox {name}", "")
        with self._store.transaction(durable=False):
            self._store.signs.leave(f"mailbox {name}", now())

    def _ill(self, name: str, said: str) -> None:
        """Show it, and rest. Where the store itself is away, as on a full disk, only the log can say so."""
        try:
            self._show(f"mailbox {name}", said)
        except Trouble as why:
            log.warning("a trouble cannot be shown", mailbox=name, said=said, why=str(why))
        self._stopping.wait(AGAIN)

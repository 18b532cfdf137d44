"""The one place that wires configuration → adapters → flow, and runs the ticks in their order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from commsvc.desk import Desk
from commsvc.domain.case.retention import Retention
from commsvc.errors import Trouble
from commsvc.flow.alarms import Alarms
from commsvc.flow.briefings import Briefings
from commsvc.flow.calls import Calls
from commsvc.flow.commands import Commands
from commsvc.flow.delivery import Delivery
from commsvc.flow.erasure import Erasure
from commsvc.flow.intake import Intake
from commsvc.flow.ledger import Ledger
from commsvc.flow.letters import Letters
from commsvc.flow.promises import Promises
from commsvc.flow.stalls import Stalls
from commsvc.flow.timekeeping import Timekeeping
from commsvc.flow.triage import Triage
from commsvc.ports import Calendar, Mailbox, Pager, Reader, Sender

log = structlog.get_logger(__name__)
SETTLED_AFTER = 8
"""Rounds in one tick: a mail may wish for a letter, which asks for an approval, which is a letter."""


@dataclass
class App:
    """Every flow of one installation, ready to tick."""

    desk: Desk
    reader: Reader
    sender: Sender
    calendar: Calendar
    mailboxes: tuple[Mailbox, ...] = ()
    authserv_id: str | None = None
    pager: Pager | None = None
    lanes: int = 1
    watched: frozenset[str] = frozenset()
    """The mailboxes whose silence is told."""
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        self.intake = Intake(self.desk)
        self._ledger = Ledger(self.desk)
        self._ailing: set[str] = set()
        self._alarms = Alarms(self.desk, self.watched)
        self._triage = Triage(self.desk, self.reader, self.authserv_id)
        self._commands = Commands(self.desk)
        self._promises = Promises(self.desk)
        self._calls = Calls(self.desk, self.calendar)
        self._briefings = Briefings(self.desk)
        self._letters = Letters(self.desk)
        self._delivery = Delivery(self.desk, self.sender, self.pager, self.lanes)

    def audit(self, now: datetime) -> int:
        """Is every mail accounted for, and is something owed on every open case? Returns how many alarms stand."""
        self._guarded("stalls", partial(Stalls(self.desk).run, now), now)
        stand = self._guarded("ledger", partial(self._ledger.run, now), now)
        self._guarded("alarms", partial(self._alarms.run, now), now)
        return stand

    def beat(self, address: str, every: timedelta, stretch: int, now: datetime) -> int:
        """Let somebody outside know by mail that we live."""
        return self._guarded("heartbeat", partial(self._alarms.beat, address, every, stretch, now), now)

    def retain(self, times: Retention, now: datetime) -> int:
        """Erase what has been kept for its time; returns how many mails and cases that were."""
        return self._guarded("retention", partial(Erasure(self.desk).retain, times, now), now)

    def clock_jumped(self, jump: timedelta, now: datetime) -> int:
        """The clock moved so much beyond the time that passed: returns 1 when letters are paused for it."""
        return self._guarded("clock", partial(Timekeeping(self.desk).run, jump, now), now)

    def start(self, now: datetime) -> int:
        """Recover from a crash and keep the rules in force; returns how many letters are in doubt."""
        store = self.desk.store
        with store.transaction():
            store.free()
            return store.letters.recover(now)

    def tick(self, now: datetime) -> int:
        """One round of everything, repeated until nothing is left to do now; returns the work done."""
        total = 0
        for mailbox in self.mailboxes:
            total += self._guarded(f"mailbox {mailbox.name}", partial(self.intake.pull, mailbox, now), now)
        for _ in range(SETTLED_AFTER):
            work = sum(self._guarded(name, run, now) for name, run in self._steps(now))
            total += work
            if not work:
                break
        return total

    def _steps(self, now: datetime) -> list[tuple[str, Callable[[], int]]]:
        flows = (
            self._triage,
            self._commands,
            self._promises,
            self._calls,
            self._briefings,
            self._letters,
            self._delivery,
        )
        known = ("register", partial(self.desk.register.learn, self.desk.store))
        return [known, *((type(f).__name__.lower(), partial(f.run, now)) for f in flows)]

    def _guarded(self, name: str, run: Callable[[], int], now: datetime) -> int:
        """A flow that fails leaves its work for the next tick and never starves the others."""
        try:
            work = run()
        except Trouble as why:
            self._ailing.add(name)
            log.warning("tick put off", flow=name, why=str(why))
            self._show(name, str(why), now)
            return 0
        except Exception as why:
            self._ailing.add(name)
            log.exception("tick failed", flow=name)
            self._show(name, f"{type(why).__name__}: {why}", now)
            return 0
        if name in self._ailing:
            self._recovered(name, now)
        return int(work)

    def _recovered(self, name: str, now: datetime) -> None:
        """It works again: nothing stands wrong with it, and what it held when it failed is free at once."""
        try:
            with self.desk.store.transaction():
                self.desk.store.free()
                self.desk.store.records.trouble(name, "", now)
            self._ailing.discard(name)
        except Trouble as why:
            log.warning("the store is away", why=str(why))

    def _show(self, name: str, said: str, now: datetime) -> None:
        try:
            with self.desk.store.transaction():
                self.desk.store.records.trouble(name, said, now)
        except Trouble as why:
            log.warning("the store is away", why=str(why))

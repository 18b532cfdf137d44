"""The running service: one lock, the listener, a watcher for each mailbox, the console, and the ticks.

It passes the real time down; nothing below it reads a clock. Mail is taken in by threads of its own
(watching.py); everything else happens in the ticks of one thread.
"""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import structlog
import uvicorn

from commsvc import providers
from commsvc.adapters.listener import VALIDITY as LISTENER_VALIDITY
from commsvc.adapters.listener import Listener
from commsvc.adapters.reading import PooledReader
from commsvc.adapters.store.store import PeeweeStore, only_daemon
from commsvc.app import App
from commsvc.clock import Pace, now
from commsvc.console.web import create
from commsvc.domain.call.invitation import State as CallState
from commsvc.domain.case.directory import Person
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.letter.letter import State as LetterState
from commsvc.domain.mail.arrival import Arrival
from commsvc.domain.promise.promise import Subject
from commsvc.errors import Misconfigured
from commsvc.installation import Installation, open_installation
from commsvc.instance import vouch
from commsvc.logs import to_standard_error
from commsvc.rulekeeping import Rulekeeper
from commsvc.vigil import Vigil, surely
from commsvc.watching import Watcher

log = structlog.get_logger(__name__)
HOUSE = Subject("house", 0)


class Daemon:
    """An installation at work. Made by `running`, which holds the lock and closes everything."""

    def __init__(self, installation: Installation, store: PeeweeStore, stack: ExitStack) -> None:
        self.installation, self.store, self._stack = installation, store, stack
        self.stopping, self._woken = threading.Event(), threading.Event()
        self._pace = Pace()
        reader = PooledReader()
        stack.callback(reader.close)
        self.app = App(installation.desk(store), reader, installation.sender(), installation.calendars(),
                       authserv_id=installation.config.identity.authserv_id, pager=installation.pager(),
                       lanes=installation.config.smtp.sessions if installation.config.smtp else 1,
                       watched=providers.watched(installation.folder, installation.config))  # fmt: skip
        self._vigil = Vigil(installation, store, self.app, self._show)
        self._rules = Rulekeeper(installation, self.app.desk, self._show)

    def start(self) -> None:
        """Recover from whatever happened before, then open the doors."""
        if self.installation.config.pager is None:
            log.warning("nobody can be paged: mail is the only way, so the steps of a SEV1 come sooner")
        self._rules.keep(now())
        self._rules.look(now())
        self._take_over()
        if why := vouch(self.store, self.installation.folder, now()):
            log.warning("everything is paused", why=why)
        if doubt := self.app.start(now()):
            log.warning("letters in doubt: a person decides", count=doubt)
        self._listen()
        watcher = Watcher(self.store, self.app.intake, self.stopping, self.wake, self._show)
        watcher.start(providers.mailboxes(self.installation.folder, self.installation.config))
        self._serve()

    def tick(self) -> None:
        """Everything that is due now."""
        self.app.clock_jumped(self._pace.jump(), now())
        self.app.tick(now())

    def audit(self) -> None:
        """Look after ourselves."""
        self._vigil.audit(now())

    def retain(self) -> None:
        """Erase what has been kept for its time."""
        self.app.retain(self.installation.config.retention.times(), now())

    def reload(self) -> None:
        """Take changed or adopted rules and changed people into force; what is broken is shown, and the last good ones stay."""
        surely("reload", self._reload_directory, lambda: self._rules.look(now()))

    def _reload_directory(self) -> None:
        try:
            if self.installation.reload_directory():
                log.info("people or accounts changed")
            self._show("directory", "")
        except Misconfigured as why:
            self._show("directory", f"the changed people and accounts are refused, the last good ones stay: {why}")

    def rest(self, seconds: float) -> bool:
        """Wait so long, or until there is work at once: true when somebody woke us."""
        woken = self._woken.wait(seconds)
        self._woken.clear()
        return woken

    def wake(self) -> None:
        self._woken.set()

    def stop(self, *_: object) -> None:
        """Let the timetable end after this tick."""
        self.stopping.set()
        self.wake()

    def _take_over(self) -> None:
        """Let go of what a former daemon had claimed: with the one lock in our hands, nobody works on it."""
        t = self.store.tables
        waiting = ((t.raw_mail, ["new"]), (t.letter, [LetterState.WANTED.value, LetterState.READY.value]),
                   (t.command, ["new"]), (t.call, [CallState.WANTED.value]))  # fmt: skip
        with self.store.transaction():
            for table, states in waiting:
                table.update(lease_until=0).where(table.state.in_(states) & (table.lease_until > 0)).execute()

    def _listen(self) -> None:
        config = self.installation.config.listener
        if config is None:
            return
        people = {p.address: os.environ.get(_variable(p.address), "") for p in self.installation.directory.people}
        listener = Listener(config.name, config.host, config.port, config.addresses,
                            {a: secret for a, secret in people.items() if secret}, self._accept, now,
                            config.trusted_peers, config.protocol)  # fmt: skip
        self.app.intake.begin(config.name, LISTENER_VALIDITY, now())
        listener.start()
        self._stack.callback(listener.stop)
        log.info("listening for mail", port=listener.port)

    def _accept(self, arrivals: Sequence[Arrival]) -> None:
        self.app.intake.accept(arrivals, arrivals[0].received_at)  # at a later time the first one would be history
        self.wake()

    def _show(self, source: str, said: str) -> None:
        """Show a standing trouble once, or clear it."""
        if said != dict(self.store.records.troubles()).get(source, ""):
            with self.store.transaction():
                self.store.records.trouble(source, said, now())

    def _serve(self) -> None:
        """The console, in a thread of its own."""
        config = self.installation.config.console
        web = create(self.app.desk, now, self.wake, None, self._send_link)
        server = uvicorn.Server(uvicorn.Config(web, host=config.host, port=config.port, log_level="warning"))
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        threading.Thread(target=server.run, name="console", daemon=True).start()
        self._stack.callback(lambda: setattr(server, "should_exit", True))

    def _send_link(self, person: Person, url: str) -> None:
        with self.store.transaction():
            key = f"signin:{person.address}:{now():%Y%m%d%H%M%S%f}"
            self.store.letters.wish(Wish("sign_in", HOUSE, Audience.INTERNAL, person.address, key, note=url), now())
        self.wake()


def _variable(address: str) -> str:
    """The environment variable with a colleague's password for SMTP AUTH."""
    return "COMMSVC_AUTH_" + "".join(c if c.isalnum() else "_" for c in address).upper()


@contextmanager
def running(folder: Path) -> Iterator[Daemon]:
    """Open the installation in `folder` as its only daemon, and close it whatever happens.

    Raises Misconfigured with every problem, or AlreadyRunning.
    """
    to_standard_error()
    installation = open_installation(folder)
    store = installation.store()
    with ExitStack() as stack:
        stack.callback(store.close)
        stack.enter_context(only_daemon(store))
        daemon = Daemon(installation, store, stack)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, daemon.stop)
        daemon.start()
        yield daemon
        daemon.stopping.set()

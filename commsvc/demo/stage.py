"""Set up the demo's installation in a folder, and run it minute by minute.

Everything is real: the SMTP listener, the store on disk, the rules and letters, mail in Maildirs.
Only the clock is ours to turn, and the people are invented.
"""

import smtplib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from importlib.resources import files
from pathlib import Path

from commsvc.adapters.listener import VALIDITY, Listener
from commsvc.adapters.reading import PooledReader
from commsvc.app import App
from commsvc.demo.clock import TurnedClock
from commsvc.demo.office import write_calendars
from commsvc.domain.letter.switches import Scope, Switch
from commsvc.domain.mail.arrival import Arrival
from commsvc.installation import Installation, open_installation
from commsvc.shipped import write_installation

MINUTE = timedelta(minutes=1)


class Stage:
    """The demo's installation, open and running on a turned clock."""

    def __init__(self, folder: Path, smtp_port: int = 0) -> None:
        """Create the installation in a new folder and open it. `smtp_port` 0: any free port."""
        self.folder = folder
        self.clock = TurnedClock()
        write_installation(folder, Path(str(files("commsvc.demo") / "data")))
        self.installation: Installation = open_installation(folder)
        write_calendars(folder / self.installation.config.calendars, self.installation.directory, self.clock.now())
        self.passwords = {p.address: f"demo-{p.name.split()[0].lower()}" for p in self.installation.directory.people}
        self.store = self.installation.store()
        self.reader = PooledReader(workers=1)
        self.app = App(self.installation.desk(self.store), self.reader, self.installation.sender(),
                       self.installation.calendars())  # fmt: skip
        listener = self.installation.config.listener
        if listener is None:
            raise ValueError("the demo's config.toml has no [listener]")
        self.listener = Listener(listener.name, listener.host, smtp_port, listener.addresses, self.passwords,
                                 self._accept, self.clock.now)  # fmt: skip

    def open(self) -> None:
        """Start listening; the demo is live from its first minute."""
        now = self.clock.now()
        with self.store.transaction():
            self.store.records.keep_playbook(
                self.installation.rulebook.current(), self.installation.rulebook.files, now
            )
            self.store.records.turn(Switch(Scope.ALL, "", live=True, by="demo"), now)
        self.app.intake.begin("listener", VALIDITY, now)
        self.listener.start()

    def close(self) -> None:
        self.listener.stop()
        self.reader.close()
        self.store.close()

    def tick(self) -> None:
        """Do everything that is due at this simulated minute."""
        self.app.tick(self.clock.now())

    def _accept(self, arrivals: Sequence[Arrival]) -> None:
        self.app.intake.accept(arrivals, self.clock.now())

    def send(self, message: EmailMessage, recipients: list[str]) -> None:
        """Hand a mail to the listener over SMTP, dated with the simulated time.

        One of our people signs in with SMTP AUTH, as their mail program would; a customer does not.
        """
        self._submit(message, parseaddr(str(message["From"]))[1].lower(), recipients)

    def send_as_is(self, message: EmailMessage, recipients: list[str]) -> None:
        """Hand over a mail that a stranger wrote: nobody signs in, only its date is set."""
        self._submit(message, "", recipients)

    def _submit(self, message: EmailMessage, who: str, recipients: list[str]) -> None:
        del message["Date"]
        message["Date"] = format_datetime(self.clock.now())
        with smtplib.SMTP("127.0.0.1", self.listener.port) as smtp:
            smtp.ehlo("demo.example")
            if who in self.passwords:
                smtp.login(who, self.passwords[who])
            smtp.sendmail(who, recipients, message.as_bytes(policy=SMTP))

    def run_until(self, end: datetime, each_minute: Callable[[datetime], None]) -> None:
        """Turn the clock to `end`, a minute at a time; `each_minute(now)` acts before each tick."""
        while self.clock.now() < end:
            self.clock.turn(MINUTE)
            each_minute(self.clock.now())
            self.tick()

"""One installation between a real Postfix and a real Dovecot, its daemon a process that can be killed.

Customers' mail goes to Postfix, from there by LMTP into the mailbox that the daemon reads; the daemon's
letters go the same way into the Maildirs of customers and colleagues. Everything is on loopback.
"""

import email.policy
import os
import random
import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from commsvc.shipped import write_installation
from tests.faults.verifier import Findings, Submitted, verify
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.postfix import Postfix
from tests.servers.process import free_port

SUPPORT = "support@support.test"
ACCOUNTS = 20
A_CONTACT = 4
"""The guardrail on automatic letters to one person in a day: more mails would go without a receipt."""
LOOK = 0.05
A_TICK = 1.3
PLANTED = Path(__file__).parent / "planted" / "daemon.py"
_QUEUES = ("maildrop", "incoming", "active", "deferred")
_STAFF = (
    ("Dana Whitfield", "dana", "escalation_owner"), ("Katrin Vogt", "katrin", "escalation_owner"),
    ("Yuki Arai", "yuki", "escalation_owner"), ("Jon Bell", "jon", "account_manager"),
    ("Sam Okada", "sam", "support_manager"), ("Helen Marsh", "helen", "director_support"),
)  # fmt: skip
_WORDS = (
    "The stock report of hall {n} is wrong since this morning. Two of us cannot finish the count.",
    "Label printing in hall {n} is slow for some of us since Friday; we get by with the old printer.",
    "The export of hall {n} fails for a few orders a day. Please have a look at it.",
)


class House:
    """`with House(folder, mails=300, seed=1) as house:` the servers run; the daemon is started by `start`."""

    def __init__(self, folder: Path, mails: int, seed: int) -> None:
        self.at, self.random = folder / "house", random.Random(seed)
        people = -(-mails // (ACCOUNTS * A_CONTACT))
        self.customers = [f"c{n}@account{n % ACCOUNTS}.test" for n in range(people * ACCOUNTS)]
        self.submitted: list[Submitted] = []
        self.kills = 0
        self._waiting = [self._mail(n) for n in range(mails)]
        self._stack = ExitStack()
        self._daemon: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        staff = [f"{name}@staff.test" for _, name, _ in _STAFF]
        self.dovecot = self._stack.enter_context(Dovecot([SUPPORT, *staff, *self.customers]))
        domains = ["support.test", "staff.test", *(f"account{n}.test" for n in range(ACCOUNTS))]
        self.postfix = self._stack.enter_context(Postfix(self.dovecot.lmtp_port, domains=domains))
        self.console, self.listener = free_port(), free_port()
        own = self.at.with_name("own")
        own.mkdir()
        (own / "config.toml").write_text(self._config())
        (own / "directory.toml").write_text(self._directory())
        write_installation(self.at, own)
        self._stack.callback(self._end)
        self._commsvc("live", "--all")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self._stack.close()

    # --- mails ------------------------------------------------------------------------------------

    def post(self, count: int) -> None:
        """The next customers' mails go to Postfix; some of them twice or three times, the very same."""
        mails, self._waiting = self._waiting[:count], self._waiting[count:]
        with smtplib.SMTP("127.0.0.1", self.postfix.port, timeout=30) as smtp:
            for mail, times in mails:
                sender = str(mail["From"].addresses[0].addr_spec)
                for _ in range(times):
                    smtp.send_message(mail, sender, [SUPPORT])
                self.submitted.append(Submitted(str(mail["Message-ID"])[1:-1], str(mail["Subject"]), sender, times))

    def hand(self, count: int) -> None:
        """The next mails go straight to the daemon's own listener."""
        mails, self._waiting = self._waiting[:count], self._waiting[count:]
        with smtplib.SMTP("127.0.0.1", self.listener, timeout=30) as smtp:
            for mail, _ in mails:
                smtp.send_message(mail, str(mail["From"]), [SUPPORT])

    @property
    def unposted(self) -> int:
        return len(self._waiting)

    def _mail(self, n: int) -> tuple[EmailMessage, int]:
        """Mail `n`. Every fifteenth is sent again; every fiftieth has the Message-ID of the one before it."""
        sender = self.customers[n % len(self.customers)]
        message = EmailMessage(policy=email.policy.SMTP)
        message["From"], message["To"], message["Subject"] = sender, SUPPORT, f"Hall {n}"
        message["Date"] = format_datetime(datetime.now(UTC))
        reused = n - 1 if n % 50 == 49 else n
        message["Message-ID"] = f"<{reused}.{self.random.getrandbits(32) if reused == n else self._last}@mail.test>"
        self._last = str(message["Message-ID"]).partition(".")[2].partition("@")[0]
        message.set_content(f"{self.random.choice(_WORDS).format(n=n)}\n\nRegards, C. of {sender.partition('@')[2]}\n")
        return message, self.random.choice((2, 3)) if n % 15 == 7 else 1

    # --- the daemon -------------------------------------------------------------------------------

    def start(self, *planted: str) -> None:
        """Start the daemon as operators do, or with something `planted` in it."""
        words = [str(PLANTED), str(self.at), *planted] if planted else [str(self.at / "scheduler.py"), str(self.at)]
        with (self.at / "daemon.log").open("ab") as log:
            self._daemon = subprocess.Popen([sys.executable, *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=self._environment(), start_new_session=True)  # fmt: skip

    def kill(self) -> None:
        """SIGKILL to the whole process group, in the middle of whatever it does."""
        self._lives()
        os.killpg(self._daemon.pid, signal.SIGKILL)
        self._daemon.wait()
        self.kills += 1

    def died(self, patience: float = 30) -> None:
        """Wait until the daemon has killed itself, as it was planted to do."""
        assert self._daemon is not None
        assert self._daemon.wait(patience) == -signal.SIGKILL, self.log()[-3000:]
        self.kills += 1

    def ready(self, patience: float = 30) -> None:
        """Wait until the console answers: every door is open."""
        self._until(self._answers, patience, "the console does not answer")

    def connected(self, patience: float = 30) -> None:
        """Wait until the daemon has met its mailbox for the first time: what was there before is history."""
        self._until(
            lambda: self.count("SELECT COUNT(*) FROM mailbox WHERE name = 'support'") == 1,
            patience,
            "the mailbox was not opened",
        )

    def moment(self, number: int) -> None:
        """Wait for the moment of kill `number`: one in five while it starts, else in the middle of its work.

        The middle is so many letters on, and then some thousandths of a second.
        """
        if number % 5 == 4:
            time.sleep(self.random.uniform(0, 1))
            return
        gone = "SELECT COUNT(*) FROM letter WHERE state = 'sent'"
        until = self.count(gone) + self.random.randint(0, 40)
        deadline = time.monotonic() + 5
        while self.count(gone) < until and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(self.random.uniform(0, 0.02))

    def delivered(self, patience: float = 30) -> None:
        """Wait until every mail that was posted lies in the mailbox."""
        posted = sum(m.times for m in self.submitted)
        self._until(lambda: len(self.dovecot.flags(SUPPORT)) >= posted, patience, "Postfix does not deliver")

    def later(self) -> None:
        """Wait for the next second: mail servers date by the second."""
        second = int(time.time())
        self._until(lambda: int(time.time()) > second, 2, "time stands still")

    def quiet(self, patience: float) -> None:
        """Wait until nothing is on its way any more: all mail that lies in the mailbox is settled, no letter waits."""
        self._for_a_moment(lambda: self._all_taken_in() and self._nothing_moves(), patience)

    def settled(self, count: int, patience: float = 30) -> None:
        """Wait until so many mails are taken in and settled."""
        settled = "SELECT COUNT(*) FROM raw_mail WHERE state <> 'new'"
        self._until(lambda: self.count(settled) >= count, patience, "the mails are not settled")

    def calm(self, patience: float) -> None:
        """Wait until nothing moves any more, whether or not mail was lost."""
        self.delivered(patience)
        self._for_a_moment(self._nothing_moves, patience)

    def _for_a_moment(self, holds: Callable[[], bool], patience: float) -> None:
        """Wait until this holds through a tick and more of a daemon that runs."""
        self.ready(patience)
        since = [time.monotonic()]

        def look() -> bool:
            self._lives()
            if not holds():
                since[0] = time.monotonic()
            return time.monotonic() - since[0] > A_TICK

        self._until(look, patience, "it does not become quiet")

    def stop(self) -> None:
        """Ask the daemon to end, as an operator does."""
        assert self._daemon is not None
        self._daemon.terminate()
        assert self._daemon.wait(30) == 0, self.log()[-3000:]

    def log(self) -> str:
        return (self.at / "daemon.log").read_text(errors="replace")

    # --- looking ----------------------------------------------------------------------------------

    def verify(self) -> Findings:
        return verify(self.at / "commsvc.db", self.dovecot.at / "mail", SUPPORT, self.submitted, self.kills)

    def count(self, sql: str, *values: object) -> int:
        """One number from the database, read with SQL of our own."""
        try:
            with closing(sqlite3.connect(f"file:{self.at / 'commsvc.db'}?mode=ro", uri=True, timeout=10)) as db:
                return int(db.execute(sql, values).fetchone()[0])
        except sqlite3.OperationalError:
            return -1

    def marked(self) -> int:
        """How many mails in the mailbox carry a keyword."""
        return sum(any(c.islower() for c in flags) for flags in self.dovecot.flags(SUPPORT))

    def _all_taken_in(self) -> bool:
        return len(self.dovecot.flags(SUPPORT)) == self.count("SELECT COUNT(*) FROM raw_mail")

    def _nothing_moves(self) -> bool:
        on_its_way = "'wanted', 'ready to send', 'being sent', 'handed over, no answer yet'"
        return (
            self.count("SELECT COUNT(*) FROM raw_mail WHERE state = 'new'") == 0
            and self.count(f"SELECT COUNT(*) FROM letter WHERE state IN ({on_its_way})") == 0
            and not any(f.is_file() for q in _QUEUES for f in (self.postfix.at / "spool" / q).rglob("*"))
        )

    def _where(self) -> str:
        """What is not settled yet, for a person to read."""
        with closing(sqlite3.connect(f"file:{self.at / 'commsvc.db'}?mode=ro", uri=True, timeout=10)) as db:
            states = [f"{table} {row}" for table in ("raw_mail", "letter") for row in db.execute(
                f"SELECT state, COUNT(*), MAX(lease_until), MAX(attempts) FROM {table} GROUP BY state")]  # fmt: skip
            troubles = [str(row) for row in db.execute("SELECT source, said FROM trouble WHERE said <> ''")]
        return "\n".join([f"{len(self.dovecot.flags(SUPPORT))} in the mailbox", *states, *troubles, self.log()[-3000:]])

    def _answers(self) -> bool:
        self._lives()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.console)) == 0

    def _lives(self) -> None:
        assert self._daemon is not None
        assert self._daemon.poll() is None, f"the daemon ended by itself: {self.log()[-3000:]}"

    def _until(self, holds: Callable[[], bool], patience: float, otherwise: str) -> None:
        deadline = time.monotonic() + patience
        while not holds():
            assert time.monotonic() < deadline, f"{otherwise} in {patience:.0f} s: {self._where()}"
            time.sleep(LOOK)

    # --- the installation -------------------------------------------------------------------------

    def _config(self) -> str:
        return f"""
[identity]
name = "Kestrel Support"
domain = "support.test"
address = "{SUPPORT}"
operator = "sam@staff.test"

[[imap]]
name = "support"
host = "127.0.0.1"
port = {self.dovecot.imap_port}
user = "{SUPPORT}"
password_env = "MAILBOX_PASSWORD"
tls = "none"

[listener]
port = {self.listener}
addresses = ["{SUPPORT}"]

[smtp]
host = "127.0.0.1"
port = {self.postfix.port}
tls = "none"

[console]
port = {self.console}
url = "http://127.0.0.1:{self.console}"
"""

    def _directory(self) -> str:
        people = [f'[[person]]\nname = "{name}"\naddress = "{local}@staff.test"\nroles = ["{role}"]\n'
                  for name, local, role in _STAFF]  # fmt: skip
        return "\n".join([*people, *(self._account(n) for n in range(ACCOUNTS))])

    def _account(self, n: int) -> str:
        contacts = [f'[[account.contact]]\nname = "C. {c.partition("@")[0]}"\naddress = "{c}"\n'
                    for c in self.customers[n::ACCOUNTS]]  # fmt: skip
        return (
            f'[[account]]\nid = "ACC-{n}"\nname = "Account Number {n}"\nsegment = "growth"\nzone = "Europe/London"\n'
            f'domains = ["account{n}.test"]\naccount_manager = "jon@staff.test"\n\n' + "\n".join(contacts)
        )

    def _environment(self) -> dict[str, str]:
        return os.environ | {"MAILBOX_PASSWORD": PASSWORD}

    def _commsvc(self, *words: str) -> None:
        done = subprocess.run([sys.executable, "-m", "commsvc", *words, "--dir", str(self.at)], capture_output=True,
                              text=True, env=self._environment(), check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr

    def _end(self) -> None:
        """Nothing of the daemon outlives the house."""
        if self._daemon is not None:
            try:
                os.killpg(self._daemon.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
            self._daemon.wait()


def shares(total: int, parts: int) -> Sequence[int]:
    """`total` in so many parts, as even as can be."""
    return [total * (n + 1) // parts - total * n // parts for n in range(parts)]

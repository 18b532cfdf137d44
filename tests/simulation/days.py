"""Days of many cases, lived from instant to instant: customers write, ours answer, are away or silent, letters bounce, the
service is down. Everything is drawn from one seed; the clock goes to the next instant at which something is due.
"""

import email
import email.policy
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path

from commsvc.domain.case.directory import Account, Contact, Directory
from commsvc.domain.playbook.words import Segment
from tests.stories.world import DOWN, SUPPORT, World

START = datetime(2026, 10, 3, 8, tzinfo=UTC)
"""Within thirty days the clocks change in Sydney (4 October), Berlin (25 October) and New York (1 November)."""
ZONES = (("Australia/Sydney", "AU"), ("Europe/Berlin", "DE"), ("America/New_York", "US"))
TOLD = (
    "The nightly data export takes three hours longer than last week.",
    "Our order sync is degraded since this morning, some orders come late.",
    "Invoices of last month show the wrong tax on some lines.",
    DOWN,
)
DOWNTIMES = ((timedelta(days=2, hours=3), timedelta(hours=7)), (timedelta(days=22, hours=1), timedelta(hours=3)),
             (timedelta(days=28, hours=20), timedelta(hours=11)))  # fmt: skip
LONGEST = timedelta(hours=6)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Received:
    """One mail in somebody's mailbox: when it came, to whom, and the mail."""

    at: datetime
    to: str
    mail: EmailMessage

    @property
    def text(self) -> str:
        body = self.mail.get_body(("plain",))
        return str(body.get_content()) if body else ""


@dataclass
class Days:
    """A world, what is going to happen in it, and every mailbox as it filled."""

    folder: Path
    cases: int
    days: int
    seed: int
    mailboxes: list[Received] = field(default_factory=list)
    downs: list[tuple[datetime, datetime]] = field(default_factory=list)
    _plans: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world = World(self.folder, start=START)
        self.chance = random.Random(self.seed)
        segments = list(Segment)
        accounts = tuple(
            Account(f"ACC-{n}", f"Customer {n:03d} Works", segments[n % len(segments)], *ZONES[n % 3], "en", (f"works{n:03d}.example",),
                    (Contact(f"Ada {n}", f"ada@works{n:03d}.example"),), "jon@kestrel.example")
            for n in range(self.cases)
        )  # fmt: skip
        desk = self.world.app.desk
        desk.register.keep(Directory(accounts, desk.directory.people))
        self.end = START + timedelta(days=self.days)
        self.downs = [(START + at, START + at + length) for at, length in DOWNTIMES if at < timedelta(days=self.days)]
        for n in range(self.cases):
            at = START + timedelta(minutes=self.chance.randrange(self.days * 24 * 40))
            self._plan(at, self._writes(f"ada@works{n:03d}.example", TOLD[n % len(TOLD)], SUPPORT))
        for day, who in enumerate(("dana", "katrin", "sam", "kenji")):
            away = START + timedelta(days=1 + day * self.days // 5)
            until = away + timedelta(days=3)
            self._plan(away, self._away(f"{who}@kestrel.example", f"ABSENT until {until:%Y-%m-%d}"))

    def live(self) -> None:
        """All of it, to the end."""
        while self.world.now < self.end:
            self._step()

    def _step(self) -> None:
        now = self._next()
        down = next((end for begin, end in self.downs if begin <= now < end), None)
        self.world.now = down or now
        while self._plans and min(self._plans)[0] <= self.world.now:
            plan = min(self._plans)
            self._plans.remove(plan)
            plan[2]()
        self.world.tick()
        self.world.tick()
        self._deliver()

    def _next(self) -> datetime:
        """The next full minute at which the store or somebody has something to do."""
        rows = self.world.store.db.execute_sql(
            "SELECT MIN(at) FROM (SELECT MIN(next_at) AS at FROM promise WHERE state = 'open' UNION ALL"
            " SELECT MIN(send_at) FROM letter WHERE state = 'ready to send')"
        ).fetchall()
        found = [START.fromtimestamp(rows[0][0] / 1e6, UTC)] if rows[0][0] else []
        found += [min(self._plans)[0]] if self._plans else []
        soonest = min([*found, self.world.now + LONGEST])
        return max(soonest.replace(second=0, microsecond=0) + MINUTE, self.world.now + MINUTE)

    def _deliver(self) -> None:
        """New mails lie in their mailboxes; people and customers decide what they will do about them."""
        for envelope in self.world.sender.sent[len(self.mailboxes) :]:
            mail = email.message_from_bytes(envelope.data, policy=email.policy.default)
            got = Received(self.world.now, envelope.rcpt_to, mail)  # type: ignore[arg-type]
            self.mailboxes.append(got)
            letter = self.world.store.letters.get(envelope.letter_id)
            kind, ours = letter.wish.letter, got.to.endswith("@kestrel.example")
            if ours:
                self._ours(kind, got)
            elif self.chance.random() < 0.015:
                self._plan(self.world.now + MINUTE, partial(self.world.bounces, letter))
            else:
                self._theirs(kind, got)

    def _ours(self, kind: str, got: Received) -> None:
        words = {
            "approval_request": (("APPROVE", 0.75),), "chain_notice": (("ACK I look into it", 0.2), ("ACK", 0.1), ("MINE", 0.05)),
            "fact_question": (("FACT The queue was full", 0.4),), "assignment": (("ACK I ask the vendor", 0.5),),
            "customer_wrote": (("FACT They say it still fails", 0.2),), "handoff_offer": (("ACK", 0.6), ("DECLINE no time", 0.3)),
        }.get(kind, ())  # fmt: skip
        if kind == "assignment":
            self._later(got, "RESOLVE it is repaired", 3 * 60, 30 * 60)
            if self.chance.random() < 0.3:
                self._later(got, "HANDOFF Katrin: my shift ends", 30, 600)
        draw = self.chance.random()
        for said, share in words:
            if draw < share:
                self._later(got, said, 1, 25)
                return
            draw -= share

    def _theirs(self, kind: str, got: Received) -> None:
        if kind == "resolution_proposed" and self.chance.random() < 0.8:
            self._later(got, "It works again, thank you!", 60, 20 * 60)
        elif self.chance.random() < 0.05:
            self._later(got, "It is still not working, and our people wait.", 30, 300)

    def _later(self, got: Received, said: str, soonest: int, latest: int) -> None:
        at = self.world.now + timedelta(minutes=self.chance.randint(soonest, latest))
        self._plan(at, self._writes(got.to, said, str(got.mail["Reply-To"])))

    def _away(self, who: str, said: str) -> Callable[[], None]:
        def go() -> None:
            theirs = [m for m in self.mailboxes if m.to == who]
            if theirs:
                self._writes(who, said, str(theirs[-1].mail["Reply-To"]))()

        return go

    def _writes(self, who: str, said: str, to: str) -> Callable[[], None]:
        proven = who if who.endswith("@kestrel.example") else ""
        return lambda: void(self.world.receives(said, who, "Orders", to, submitted_by=proven))

    def _plan(self, at: datetime, what: Callable[[], None]) -> None:
        self._plans.append((at, len(self._plans) + self.chance.randrange(1 << 30), what))


def void(_: object) -> None:
    """Take a result that nobody needs."""

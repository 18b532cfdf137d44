"""T1: two of us, or one of us and a responder, do not talk to each other for ever.

The mail goes through a real Postfix; the 24 hours are simulated, since our clock is an argument.
"""

import email
import email.policy
import smtplib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path

import pytest

from commsvc.adapters.memory import DirectReader, MemoryCalendar
from commsvc.adapters.rulebook import Rulebook
from commsvc.adapters.smtp import SmtpSender
from commsvc.adapters.stationery import Templates
from commsvc.adapters.store.store import connect
from commsvc.app import App
from commsvc.desk import Desk, Identity, Register
from commsvc.directory_toml import load_directory
from commsvc.domain.case.directory import Account, Contact, Directory
from commsvc.domain.letter.draft import Brand
from commsvc.domain.letter.mime import Envelope
from commsvc.domain.letter.switches import Scope, Switch
from commsvc.domain.letter.tokens import Mint
from commsvc.domain.mail.arrival import Arrival
from commsvc.domain.playbook.words import Segment
from tests.servers.lmtp import Doorstep
from tests.servers.postfix import Postfix
from tests.stories.world import DOWN, MONDAY, ROOT

STEP, HOURS = timedelta(minutes=10), 24
Answer = Callable[[EmailMessage], EmailMessage | None]


class Counted(SmtpSender):
    """The real sender, and how many letters it handed over."""

    count = 0

    def send(self, envelope: Envelope, at_dot: Callable[[], None]) -> None:
        super().send(envelope, at_dot)
        self.count += 1


class House:
    """One installation, live, that sends through Postfix and is handed what Postfix delivers to its domain."""

    def __init__(self, folder: Path, name: str, customer: Account, postfix: Postfix) -> None:
        self.domain = f"{name}.example"
        self.mailbox = f"support@{self.domain}"
        self.store = connect(str(folder / f"{name}.db"))
        templates = Templates(ROOT / "templates/email")
        rules = Rulebook(ROOT / "rules", templates.letters())
        people = load_directory(ROOT / "tests/stories/directory.toml").people
        mint = Mint(name.encode() * 4, self.domain, self.mailbox)
        identity = Identity(Brand(name, console_url="http://127.0.0.1:8025"), mint, self.mailbox, people[0].address)
        desk = Desk(self.store, rules, Register(Directory((customer,), people)), templates, identity)
        self.sender = Counted("localhost", postfix.port, tls="none", timeout=10)
        self.app = App(desk, DirectReader(), self.sender, MemoryCalendar())
        self._uid = count(1)
        with self.store.transaction():
            self.store.inbox.connect("support", 1, MONDAY)
            self.store.records.turn(Switch(Scope.ALL, "", live=True), MONDAY)

    def is_handed(self, rcpt: str, raw: bytes, now: datetime) -> None:
        self.app.intake.accept([Arrival("support", 1, str(next(self._uid)), raw, now, (rcpt,))], now)


class Street:
    """Houses and one customer's mail server, with Postfix between them."""

    def __init__(self, door: Doorstep, postfix: Postfix, houses: list[House], answer: Answer = lambda _: None) -> None:
        self.door, self.postfix, self.houses, self.answer = door, postfix, houses, answer
        self.now, self._read, self._posted = MONDAY, len(door.delivered), len(door.delivered)
        self.outside: list[str] = []
        self._people = {p.address for h in houses for p in h.app.desk.directory.people}

    def post(self, message: EmailMessage) -> None:
        with smtplib.SMTP("127.0.0.1", self.postfix.port, timeout=10) as smtp:
            smtp.send_message(message)
        self._posted += 1

    def live(self) -> None:
        """Twenty-four hours, step by step; mail that is on its way arrives before time goes on."""
        end = self.now + timedelta(hours=HOURS)
        while self.now < end:
            while self._deliver():
                self._tick()
            self._tick()
            self.now += STEP

    def _tick(self) -> None:
        for house in self.houses:
            house.app.tick(self.now)

    def _deliver(self) -> int:
        """What Postfix has brought goes to its house, or to the customer, who may answer."""
        self.door.wait_for(self._posted + sum(h.sender.count for h in self.houses))
        new = self.door.delivered[self._read :]
        self._read += len(new)
        for sender, rcpt, raw in new:
            house = next((h for h in self.houses if rcpt.endswith("@" + h.domain)), None)
            if rcpt in self._people:
                continue
            if sender.startswith("support+b"):
                self.outside.append(rcpt)
            if house is not None and rcpt.startswith("support"):
                house.is_handed(rcpt, raw, self.now)
            elif house is None and (answer := self.answer(email.message_from_bytes(raw, policy=email.policy.default))):  # type: ignore[arg-type]
                self.post(answer)
        return len(new)


@pytest.fixture(scope="module")
def door() -> Iterator[Doorstep]:
    with Doorstep() as found:
        yield found


@pytest.fixture(scope="module")
def between(door: Doorstep) -> Iterator[Postfix]:
    with Postfix(door.port, domains=("kestrel.example", "heron.example", "customer.example")) as found:
        yield found


def account(*addresses: str) -> Account:
    contacts = tuple(Contact("", a) for a in addresses)
    domain = addresses[0].partition("@")[2]
    return Account(
        "ACC-1", "A Customer", Segment.STRATEGIC, "UTC", "US", "en", (domain,), contacts, "jon@kestrel.example"
    )


def letter(sender: str, to: str, subject: str = "Orders", text: str = DOWN, n: int = 0) -> EmailMessage:
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{n}.{sender}>"
    message.set_content(text)
    return message


def responder(addresses: list[str], to_the_letter: bool) -> Answer:
    """Answers every mail from its next address, without a word in the header that a machine did it."""
    number = count(1)

    def answer(mail: EmailMessage) -> EmailMessage:
        n = next(number)
        to = str(mail["Reply-To"] if to_the_letter else "support@kestrel.example")
        text = f"Thank you for your mail number {n}. {DOWN.replace('08:40', f'0{n % 10}:{n % 60:02}')}"
        return letter(addresses[n % len(addresses)], to, f"Received, reference {n}", text, n)

    return answer


def test_two_of_us_exchange_at_most_two_mails(tmp_path: Path, door: Doorstep, between: Postfix) -> None:
    houses = [House(tmp_path, "kestrel", account("support@heron.example"), between),
              House(tmp_path, "heron", account("support@kestrel.example"), between)]  # fmt: skip
    street = Street(door, between, houses)
    street.post(letter("support@heron.example", "support@kestrel.example"))
    street.live()
    assert 1 <= len(street.outside) <= 2, street.outside
    assert [c.contact for h in houses for c in h.store.cases.listed()] == ["support@heron.example"]


@pytest.mark.parametrize("to_the_letter", [True, False], ids=["it answers the letter", "it writes anew"])
def test_a_responder_that_changes_its_address_gets_at_most_two(
    tmp_path: Path, door: Doorstep, between: Postfix, to_the_letter: bool
) -> None:
    strange = [f"auto-{n}@customer.example" for n in range(500)]
    house = House(tmp_path, "kestrel", account("ana@customer.example"), between)
    street = Street(door, between, [house], responder(strange, to_the_letter))
    street.post(letter("ana@customer.example", "support@kestrel.example"))
    street.live()
    assert 1 <= len(street.outside) <= 2, street.outside


def test_the_breaker_trips_where_every_address_is_a_known_contact(
    tmp_path: Path, door: Doorstep, between: Postfix
) -> None:
    known = [f"contact-{n}@customer.example" for n in range(60)]
    house = House(tmp_path, "kestrel", account(*known), between)
    street = Street(door, between, [house], responder(known, to_the_letter=False))
    street.post(letter(known[0], "support@kestrel.example"))
    street.live()
    assert 2 < len(street.outside) <= 20, street.outside
    refused = [x for x in house.store.tables.letter.select() if "to this domain in a day" in x["why"]]
    assert refused

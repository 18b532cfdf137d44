"""The whole service with a store on disk, memory at its edges, and a clock we turn by hand.

The rules and templates are the shipped ones; nothing is patched.
"""

import email
import email.policy
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from commsvc.adapters.memory import DirectReader, MemoryCalendar, MemoryMailbox, MemorySender
from commsvc.adapters.rulebook import Rulebook
from commsvc.adapters.stationery import Templates
from commsvc.adapters.store.store import connect
from commsvc.app import App
from commsvc.desk import Desk, Identity, Register
from commsvc.directory_toml import load_directory
from commsvc.domain.letter.draft import Brand
from commsvc.domain.letter.letter import Letter
from commsvc.domain.letter.switches import Scope, Switch
from commsvc.domain.letter.tokens import Mint
from commsvc.domain.promise.promise import Subject

ROOT = Path(__file__).parents[2]
SUPPORT = "support@kestrel.example"
ADA, DANA = "ada@nimbusretail.example", "dana@kestrel.example"
DOWN = "Since 08:40 not a single web order reaches our stores. All 214 stores are completely stopped.\n\nAda"
MONDAY = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)


@cache
def _templates(folder: Path) -> Templates:
    """Letters do not change while the tests run: each folder is compiled once."""
    return Templates(folder)


class World:
    """`receives` a mail, go `forward`, read what was `sent`."""

    def __init__(self, folder: Path, live: bool = True, authserv_id: str | None = None, start: datetime = MONDAY,
                 rules: Path = ROOT / "rules", letters: Path = ROOT / "templates/email", database: str = "") -> None:  # fmt: skip
        self.now = start
        self.store = connect(database or str(folder / "commsvc.db"))
        templates = _templates(letters)
        self.rulebook = Rulebook(rules, templates.letters())
        self.mint = Mint(b"a secret of this world", "kestrel.example", SUPPORT)
        identity = Identity(
            Brand("Kestrel", console_url="http://127.0.0.1:8025"),
            self.mint,
            SUPPORT,
            "operator@kestrel.example",
            "Room 1",
        )
        self.directory = load_directory(Path(__file__).with_name("directory.toml"))
        self.mailbox, self.sender, self.calendar = MemoryMailbox("support"), MemorySender(), MemoryCalendar()
        desk = Desk(self.store, self.rulebook, Register(self.directory), templates, identity)
        self.app = App(desk, DirectReader(), self.sender, self.calendar, (self.mailbox,), authserv_id)
        self._count = 0
        self.raw: list[bytes] = []
        with self.store.transaction():
            self.store.inbox.connect("support", 1, start)
            if live:
                self.store.records.turn(Switch(Scope.ALL, "", live=True), start)

    def receives(self, text: str, sender: str, subject: str = "Orders", to: str = SUPPORT, answering: str = "",
                 submitted_by: str = "", headers: dict[str, str] | None = None) -> str:  # fmt: skip
        """A mail arrives now. Returns its Message-ID."""
        self._count += 1
        id = f"{self._count}.{sender}"
        message = EmailMessage(policy=email.policy.SMTP)
        message["From"], message["To"], message["Subject"], message["Message-ID"] = sender, to, subject, f"<{id}>"
        for name, value in (headers or {}).items():
            message[name] = value
        if answering:
            message["In-Reply-To"] = f"<{answering}>"
        message.set_content(text)
        self.raw.append(message.as_bytes())
        self.mailbox.put(self.raw[-1], self.now, (to,), submitted_by)
        self.tick()
        return id

    def answers(self, who: str, text: str, letter: str) -> None:
        """One of our people answers the last internal mail of this kind, signed in with their own mail program."""
        mail = self.last(letter, who)
        self.receives(text, who, f"Re: {mail['Subject']}", str(mail["Reply-To"]), submitted_by=who)

    def first_answered(self, received: bool = False) -> None:
        """Ada's stores are down, and Dana's first answer has gone out."""
        if not received:
            self.receives(DOWN, ADA)
        self.answers(DANA, "APPROVE", "approval_request")
        self.forward(minutes=3)

    def bounces(self, letter: Letter) -> None:
        """The receiving server sends this letter back to its bounce address."""
        report = (
            f"From: mailer-daemon@nimbusretail.example\r\nTo: {self.mint.bounce_address(letter.id)}\r\n"
            "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.nimbusretail.example\r\n\r\n"
            f"Final-Recipient: rfc822; {letter.wish.to}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
        )
        self.mailbox.put(report.encode(), self.now, (self.mint.bounce_address(letter.id),))
        self.tick()

    def case(self, number: int = 1) -> Subject:
        return Subject("case", number)

    def tick(self) -> None:
        self.app.tick(self.now)

    def forward(self, **span: float) -> None:
        """Time passes, minute by minute."""
        end = self.now + timedelta(**span)
        while self.now < end:
            self.now = min(self.now + timedelta(minutes=1), end)
            self.tick()

    def sent(self, to: str = "") -> list[str]:
        """What has been sent, as "letter → recipient", oldest first."""
        rows = [(self.store.letters.get(e.letter_id), e) for e in self.sender.sent]
        return [f"{x.wish.letter} → {x.wish.to}" for x, _ in rows if to in ("", x.wish.to)]

    def letters(self, to: str) -> list[EmailMessage]:
        """The mails this address received."""
        raws = [e.data for e in self.sender.sent if e.rcpt_to == to]
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in raws]  # type: ignore[misc]

    def last(self, letter: str, to: str) -> EmailMessage:
        """The last mail of this kind that this address received."""
        raws = [
            e.data
            for e in self.sender.sent
            if e.rcpt_to == to and self.store.letters.get(e.letter_id).wish.letter == letter
        ]
        if not raws:
            raise AssertionError(f"{to} never got {letter}; sent: {self.sent()}")
        return email.message_from_bytes(raws[-1], policy=email.policy.default)  # type: ignore[return-value]

    def text(self, letter: str, to: str) -> str:
        """The plain text of the last mail of this kind."""
        body = self.last(letter, to).get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def story(self, case: int = 1) -> list[str]:
        """The timeline of a case, as "what: said"."""
        return [f"{e.what}: {e.said}" for e in self.store.records.timeline(Subject("case", case))]

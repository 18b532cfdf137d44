"""A SEV1 over Dovecot, Postfix and Radicale: mail in, free/busy read, invitation out, declined as Outlook does, moved, accepted,
resolved, called off. Every message is read by a reader of its own.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from smtplib import SMTP

import caldav
import icalendar
import pytest

from commsvc.adapters.caldav import CaldavCalendars
from commsvc.adapters.imap import ImapMailbox
from commsvc.adapters.smtp import SmtpSender
from commsvc.app import App
from commsvc.domain.call.invitation import State
from commsvc.domain.letter.approval import Verb
from commsvc.domain.letter.command import Channel, Command
from tests.contract.calendar import event as busy_event
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.postfix import Postfix
from tests.servers.radicale import Radicale
from tests.stories.invitations import of_calls, parsed
from tests.stories.world import ADA, DANA, DOWN, SUPPORT, World

JON, KENJI = "jon@kestrel.example", "kenji@kestrel.example"
OURS = (DANA, JON, KENJI)
PATIENCE = 15.0


@pytest.fixture(scope="module")
def post() -> Iterator[Dovecot]:
    with Dovecot((SUPPORT, ADA, *OURS)) as server:
        yield server


@pytest.fixture(scope="module")
def mta(post: Dovecot) -> Iterator[Postfix]:
    with Postfix(post.lmtp_port, domains=("kestrel.example", "nimbusretail.example")) as server:
        yield server


@pytest.fixture
def radicale() -> Iterator[Radicale]:
    with Radicale() as server, caldav.DAVClient(server.url(""), username="support", password="secret") as dav:
        for person in OURS:
            dav.mkcalendar(server.url(person.partition("@")[0]))
        yield server


class Town:
    """The world with real servers at its edges."""

    def __init__(self, world: World, post: Dovecot, mta: Postfix, radicale: Radicale) -> None:
        self.world, self.post, self.mta, self.radicale = world, post, mta, radicale
        box = ImapMailbox("support", "localhost", post.imaps_port, SUPPORT, PASSWORD, context=post.tls(), timeout=5)
        calendar = CaldavCalendars({p: radicale.url(p.partition("@")[0]) for p in OURS}, {}, "support", "secret")
        usual = world.app
        world.app = App(usual.desk, usual.reader, self.sender(), calendar, (box,))
        with world.store.transaction():
            world.store.inbox.connect("support", box.uidvalidity(), world.now - timedelta(days=30000))

    def sender(self) -> SmtpSender:
        return SmtpSender("localhost", self.mta.port, tls="starttls", context=self.mta.tls(), timeout=10)

    def until(self, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < deadline, "it did not happen"
            self.world.tick()
            time.sleep(0.05)

    def writes(self, message: EmailMessage) -> None:
        """Ada's own mail server hands it to ours."""
        with SMTP("localhost", self.mta.port) as smtp:
            smtp.send_message(message, ADA, [str(message["To"]).rpartition("<")[2].rstrip(">")])

    def call(self):
        calls = self.world.store.calls.of(self.world.case())
        return calls[0] if calls else None

    def invitations(self, person: str) -> list[icalendar.Event]:
        return of_calls(self.post.mails(person))

    def entries(self, person: str) -> list[icalendar.Event]:
        with caldav.DAVClient(self.radicale.url(""), username="support", password="secret") as dav:
            texts = [e.data for e in dav.calendar(url=self.radicale.url(person.partition("@")[0])).events()]
        return [e for text in texts for e in icalendar.Calendar.from_ical(text).walk("VEVENT")]


@pytest.fixture
def town(tmp_path, post: Dovecot, mta: Postfix, radicale: Radicale) -> Town:
    return Town(World(tmp_path), post, mta, radicale)


def said(partstat: str, invited: icalendar.Event, to: str) -> EmailMessage:
    """What Outlook sends when a button is pressed: no ORGANIZER, the calendar as an alternative of an empty text."""
    start = invited["DTSTART"].dt.strftime("%Y%m%dT%H%M%S")
    zone = invited["DTSTART"].params["TZID"]
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Adaeze Okafor <{ADA}>", to, f"{partstat.title()}: call"
    message["Message-ID"] = f"<{partstat}-{invited['SEQUENCE']}@outlook.example>"
    message.set_content("\r\n")
    message.add_alternative(
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nPRODID:Microsoft Exchange Server 2010\r\nVERSION:2.0\r\n"
        f"BEGIN:VEVENT\r\nATTENDEE;PARTSTAT={partstat};CN=Adaeze Okafor:mailto:{ADA}\r\nCOMMENT;LANGUAGE=en-US:\\n\r\n"
        f"UID:{invited['UID']}\r\nSUMMARY;LANGUAGE=en-US:{partstat.title()}\r\nDTSTART;TZID={zone}:{start}\r\nCLASS:PUBLIC\r\n"
        f"DTSTAMP:20261123T150500Z\r\nSEQUENCE:{invited['SEQUENCE']}\r\nX-MICROSOFT-CDO-APPT-SEQUENCE:{invited['SEQUENCE']}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n",
        subtype="calendar", params={"method": "REPLY"},
    )  # fmt: skip
    return message


def order(town: Town, verb: Verb, words: str) -> None:
    with town.world.store.transaction():
        town.world.store.records.order(Command(verb, words, DANA, Channel.PAGE, town.world.case(), town.world.now))
    town.world.tick()


def test_the_whole_life_of_a_bridge(town):
    world = town.world
    taken = world.now.replace(minute=10)
    with caldav.DAVClient(town.radicale.url(""), username="support", password="secret") as dav:
        dav.put(town.radicale.url("kenji") + "taken.ics", busy_event("taken", taken, taken + timedelta(minutes=30)),
                {"Content-Type": "text/calendar"})  # fmt: skip
    first = EmailMessage()
    first["From"], first["To"], first["Subject"], first["Message-ID"] = (
        ADA,
        SUPPORT,
        "Orders",
        "<1@nimbusretail.example>",
    )
    first.set_content(DOWN)
    town.writes(first)
    town.until(lambda: bool(world.store.cases.all_open()))

    order(town, Verb.SEV, "1 seen with a test order")
    town.until(lambda: bool(town.invitations(ADA)) and len(town.entries(DANA)) == 1)
    booked = town.call()
    assert booked.start >= taken + timedelta(minutes=30)
    (invited,) = town.invitations(ADA)
    assert (int(invited["SEQUENCE"]), invited["DTSTART"].dt) == (0, booked.start)
    assert [len(town.invitations(p)) for p in OURS] == [1, 1, 1]

    reply_to = str(
        next(m for m in map(parsed, town.post.mails(ADA)[::-1]) if m.get_content_type() != "text/plain")["Reply-To"]
    )
    town.writes(said("DECLINED", invited, reply_to))
    town.until(lambda: len(town.invitations(ADA)) == 2 and town.entries(KENJI)[-1].get("SEQUENCE") == 1)
    moved = town.invitations(ADA)[-1]
    assert moved["DTSTART"].dt >= booked.end
    assert [e["DTSTART"].dt for e in town.entries(DANA)] == [moved["DTSTART"].dt]

    town.writes(said("ACCEPTED", moved, reply_to))
    town.until(lambda: [a.status for a in town.call().customers] == ["ACCEPTED"])

    order(town, Verb.RESOLVE, "the certificate of the gateway was replaced")
    with world.store.transaction():
        case = world.store.cases.get(1)
    closing = EmailMessage()
    closing["From"], closing["To"], closing["Subject"], closing["Message-ID"] = (
        ADA,
        reply_to,
        "Re: Orders",
        "<9@nimbusretail.example>",
    )
    closing["In-Reply-To"] = str(parsed(town.post.mails(ADA)[0])["Message-ID"])
    closing.set_content("Confirmed, it works again. Thank you.")
    _solution_goes(town, case.owner)
    town.writes(closing)
    town.until(lambda: town.call().state is State.CANCELLED and len(town.invitations(ADA)) == 3)
    assert str(town.invitations(ADA)[-1]["STATUS"]) == "CANCELLED"
    town.until(
        lambda: all(str(e["STATUS"]) == "CANCELLED" for p in OURS for e in town.entries(p) if e["UID"] == moved["UID"])
    )


def _solution_goes(town: Town, owner: str) -> None:
    """The proposal of a solution is approved and leaves."""
    letters = town.world.store.letters.of(town.world.case())
    draft = next(x for x in letters if x.wish.letter == "resolution_proposed")
    with town.world.store.transaction():
        town.world.store.records.order(Command(Verb.APPROVE, "", owner, Channel.PAGE, town.world.case(), town.world.now, draft.id,
                                               draft.digest))  # fmt: skip
    town.world.tick()
    end = town.world.now + timedelta(minutes=3)
    while town.world.now < end:
        town.world.now = min(end, town.world.now + timedelta(minutes=1))
        town.world.tick()
    assert _sent(town, draft.id)


def _sent(town: Town, id: int) -> datetime | None:
    return town.world.store.letters.get(id).sent_at

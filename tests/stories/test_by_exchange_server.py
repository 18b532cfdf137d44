"""The whole way over an Exchange Server: a mail comes in, our people answer from their own mailboxes there, and we write in the thread."""

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from commsvc.adapters.exchange import ExchangeMailbox, ExchangeSender, ExchangeSession
from commsvc.app import App
from commsvc.domain.letter.letter import State
from commsvc.domain.letter.mime import Envelope
from tests.servers.ews.server import PASSWORD, Answer, Ews, Fault
from tests.servers.ews.store import SERVER
from tests.servers.ews.transport import from_outside
from tests.stories.world import ADA, DANA, DOWN, SUPPORT, World


@pytest.fixture
def server() -> Iterator[Ews]:
    with Ews() as server:
        for address in (SUPPORT, DANA):
            server.add(address)
        yield server
        assert server.problems == []


def session(server: Ews, address: str) -> ExchangeSession:
    return ExchangeSession(server.url, address, address, PASSWORD, auth="basic", clock=lambda: 0)


@pytest.fixture
def world(tmp_path, server: Ews) -> World:
    """The world, with an Exchange Server at its edges. Nobody can sign in to anything else."""
    world = World(tmp_path)
    boxes = (
        ExchangeMailbox("support", session(server, SUPPORT), servers=(SERVER,)),
        ExchangeMailbox("sent", session(server, SUPPORT), folder="sentitems"),
    )
    with world.store.transaction():
        for box in boxes:
            world.store.inbox.connect(box.name, box.uidvalidity(), world.now)
    usual = world.app
    world.app = App(usual.desk, usual.reader, ExchangeSender(session(server, SUPPORT)), usual.calendar, boxes)
    return world


def ada_writes(server: Ews, text: str = DOWN) -> None:
    head = f"From: {ADA}\r\nTo: {SUPPORT}\r\nSubject: Orders\r\nMessage-ID: <1@nimbusretail.example>\r\n"
    server.deliver(SUPPORT, f"{head}\r\n{text}\r\n".encode())


def answer_to(request: EmailMessage, text: str, sender: str = DANA) -> bytes:
    return (f"From: {sender}\r\nTo: {request['Reply-To']}\r\nSubject: Re: {request['Subject']}\r\nMessage-ID: <2@kestrel.example>\r\n"
            f"In-Reply-To: {request['Message-ID']}\r\n\r\n{text}\r\n").encode()  # fmt: skip


def dana_answers(server: Ews, text: str) -> None:
    """Dana writes in Outlook: her mail leaves from her own mailbox."""
    request = asked(server)
    raw = answer_to(request, text)
    ExchangeSender(session(server, DANA)).send(
        Envelope(1, DANA, str(request["Reply-To"]), "2@kestrel.example", raw), lambda: None
    )


def asked(server: Ews) -> EmailMessage:
    """The request for approval in Dana's inbox."""
    read = [m.message() for m in server.exchange.boxes[DANA].mails()]
    return next(m for m in read if "APPROVE" in str(m.get_body(("plain",))))


def sent_to(server: Ews, address: str) -> list[EmailMessage]:
    return [
        email.message_from_bytes(raw, policy=email.policy.default)
        for to, raw in server.exchange.outside
        if to == address
    ]  # type: ignore[misc]


def test_a_mail_is_answered_in_its_thread_and_marked_as_taken_in(world: World, server: Ews) -> None:
    ada_writes(server)
    world.tick()
    (receipt,) = sent_to(server, ADA)
    assert receipt["In-Reply-To"] == "<1@nimbusretail.example>"
    (mail,) = server.exchange.boxes[SUPPORT].mails()
    assert (mail.categories, mail.read) == (["commsvc"], False)


def test_a_colleague_approves_from_her_own_mailbox_and_the_answer_goes_into_the_thread(
    world: World, server: Ews
) -> None:
    ada_writes(server)
    world.tick()
    dana_answers(server, "APPROVE")
    world.forward(minutes=3)
    receipt, answered = sent_to(server, ADA)[:2]
    assert answered["References"].split()[0] == "<1@nimbusretail.example>"
    assert str(receipt["Message-ID"]) in str(answered["References"])


@pytest.mark.parametrize("firewall", [True, False], ids=["marks taken away", "marks left standing"])
def test_a_stranger_who_forges_her_approval_sends_nothing(world: World, server: Ews, firewall: bool) -> None:
    ada_writes(server)
    world.tick()
    marks = (
        f"X-MS-Exchange-Organization-AuthAs: Internal\r\nX-MS-Exchange-Organization-AuthSource: {SERVER}\r\n".encode()
    )
    from_outside(server.exchange, SUPPORT, marks + answer_to(asked(server), "APPROVE"), firewall)
    world.forward(minutes=3)
    assert len(sent_to(server, ADA)) == 1
    assert "answer refused" in " ".join(world.story())


def test_a_letter_in_doubt_is_settled_by_its_copy_among_those_sent(world: World, server: Ews) -> None:
    ada_writes(server)
    for _ in range(20):
        server.faults.append(Fault("SendItem", Answer(504, b"<html>", "text/html"), after=True))
    world.tick()
    receipt = next(x for x in world.store.letters.of(world.case()) if x.wish.letter == "acknowledge")
    assert receipt.state is State.UNCERTAIN
    server.faults.clear()
    world.forward(minutes=2)
    assert world.store.letters.get(receipt.id).state is State.SENT
    assert len(sent_to(server, ADA)) == 1
    assert "letter reconciled" in " ".join(world.story())

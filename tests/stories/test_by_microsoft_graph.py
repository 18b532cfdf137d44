"""The whole way over Exchange Online: a mail comes in by Graph, and what we say leaves by Graph, in its thread.

The app has exactly the permissions that `doctor` names, and nothing more.
"""

import email
import email.policy
from collections.abc import Iterator

import pytest

from commsvc.adapters.graph import GraphCalendars, GraphMailbox, GraphSender, GraphSession
from commsvc.app import App
from commsvc.commands.microsoft import permissions
from commsvc.config import Config
from commsvc.domain.letter.letter import State
from tests.contract.graphs import app
from tests.servers.graph.server import Graph, broken
from tests.servers.issuer import Issuer
from tests.stories.world import ADA, DANA, DOWN, SUPPORT, World

CONFIG = Config.model_validate({
    "identity": {"name": "Kestrel", "domain": "kestrel.example", "address": SUPPORT, "operator": "operator@kestrel.example"},
    "microsoft": {"tenant": "t", "client_id": "c", "secret_env": "S", "send_as": SUPPORT, "calendars": True},
    "graph": [{"name": "support", "mailbox": SUPPORT}, {"name": "sent", "mailbox": SUPPORT, "folder": "sentitems"}],
})  # fmt: skip


@pytest.fixture
def exchange(issuer: Issuer) -> Iterator[Graph]:
    issuer.roles = set(permissions(CONFIG))
    with Graph(issuer, (SUPPORT, ADA, DANA, "operator@kestrel.example")) as server:
        yield server
        assert server.problems == []


@pytest.fixture
def online(tmp_path, exchange: Graph) -> World:
    """The world, with Exchange Online at its edges; our people answer over SMTP AUTH."""
    world = World(tmp_path)
    tokens = app(exchange.issuer)

    def session(user: str) -> GraphSession:
        return GraphSession(user, tokens, url=exchange.url, context=exchange.tls())

    boxes = tuple(GraphMailbox(box.name, session(box.mailbox), folder=box.folder) for box in CONFIG.graph)
    with world.store.transaction():
        for box in boxes:
            world.store.inbox.connect(box.name, box.uidvalidity(), world.now)
    usual = world.app
    world.app = App(
        usual.desk,
        usual.reader,
        GraphSender(session(SUPPORT), looks=(0,)),
        GraphCalendars(session),
        (*boxes, world.mailbox),
    )
    return world


def writes(exchange: Graph, text: str, *, answering: str = "") -> None:
    thread = f"In-Reply-To: {answering}\r\n" if answering else ""
    exchange.deliver(
        SUPPORT,
        f"From: {ADA}\r\nTo: {SUPPORT}\r\nSubject: Orders\r\nMessage-ID: <1@nimbusretail.example>\r\n{thread}\r\n{text}\r\n".encode(),
    )


def inbox(exchange: Graph, address: str) -> list[email.message.EmailMessage]:
    return [
        email.message_from_bytes(m.raw, policy=email.policy.default) for m in exchange.box(address).in_folder("inbox")
    ]


def test_a_mail_is_answered_in_its_thread_and_marked_as_taken_in(online: World, exchange: Graph) -> None:
    writes(exchange, DOWN)
    online.tick()
    (receipt,) = inbox(exchange, ADA)
    assert receipt["In-Reply-To"] == "<1@nimbusretail.example>"
    assert [m.categories for m in exchange.box(SUPPORT).in_folder("inbox")] == [["commsvc"]]
    assert "ESC-1" in str(inbox(exchange, DANA)[0]["Subject"])


def test_an_approved_answer_goes_into_the_thread(online: World, exchange: Graph) -> None:
    writes(exchange, DOWN)
    online.tick()
    request = next(m for m in inbox(exchange, DANA) if "APPROVE" in str(m.get_body(("plain",))))
    online.receives("APPROVE", DANA, f"Re: {request['Subject']}", str(request["Reply-To"]), submitted_by=DANA)
    online.forward(minutes=3)
    receipt, answered = inbox(exchange, ADA)[:2]
    assert answered["References"].split()[0] == "<1@nimbusretail.example>"
    assert str(receipt["Message-ID"]) in str(answered["References"])


def test_the_same_mail_is_never_taken_in_twice(online: World, exchange: Graph) -> None:
    writes(exchange, DOWN)
    online.forward(minutes=3)
    assert len(inbox(exchange, ADA)) == 1
    assert online.store.cases.get(1)
    assert len(online.store.cases.all_open()) == 1


def test_a_letter_in_doubt_is_settled_by_its_copy_among_those_sent(online: World, exchange: Graph) -> None:
    writes(exchange, DOWN)
    exchange.fail("POST", "/send", broken(504), after=True, times=50)
    exchange.fail("GET", "=", broken(502), times=50)  # and nobody can see what became of it
    online.tick()
    receipt = next(x for x in online.store.letters.of(online.case()) if x.wish.letter == "acknowledge")
    assert receipt.state is State.UNCERTAIN
    exchange.heal()
    online.forward(minutes=2)
    assert online.store.letters.get(receipt.id).state is State.SENT
    assert len(inbox(exchange, ADA)) == 1
    assert "letter reconciled" in " ".join(online.story())

"""Exchange Online itself, with accounts of yours: see README.md here. Not collected unless it is named."""

import base64
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from commsvc.adapters.graph import GraphCalendars, GraphMailbox, GraphSender, GraphSession
from commsvc.adapters.graph.answers import Thing
from commsvc.adapters.oauth.microsoft import MicrosoftApp
from commsvc.domain.letter.mime import Envelope
from tests.contract.calendar import event
from tests.contract.mailbox import Arrives, MailboxContract
from tests.contract.sender import nothing

PATIENCE = 300.0


@pytest.fixture(scope="module")
def address() -> str:
    return os.environ["LIVE_GRAPH_MAILBOX"]


@pytest.fixture
def session(address: str) -> GraphSession:
    given = [os.environ[f"LIVE_GRAPH_{name}"] for name in ("TENANT", "CLIENT", "SECRET")]
    return GraphSession(address, MicrosoftApp(*given))


class TestLiveMailbox(MailboxContract):
    @pytest.fixture
    def folder(self, session: GraphSession) -> Iterator[str]:
        made = session.ask_for(Thing, "POST", "mailFolders", json={"displayName": f"commsvc test {time.time():.3f}"}).id
        yield made
        session.ask("DELETE", f"mailFolders/{made}")

    @pytest.fixture
    def mailbox(self, session: GraphSession, folder: str) -> GraphMailbox:
        return GraphMailbox("live", session, folder=folder)

    @pytest.fixture
    def arrives(self, session: GraphSession, folder: str) -> Arrives:
        return lambda raw: session.ask("POST", f"mailFolders/{folder}/messages", content=base64.b64encode(raw)) and None


def test_a_letter_comes_back_with_our_own_headers(session: GraphSession, address: str) -> None:
    id = f"live.{time.time():.0f}@{address.partition('@')[2]}"
    text = (f"From: <{address}>\r\nTo: <{address}>\r\nSubject: commsvc live test\r\nMessage-ID: <{id}>\r\n"
            "In-Reply-To: <earlier@customers.test>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/plain\r\n\r\nHello.\r\n")  # fmt: skip
    GraphSender(session).send(Envelope(1, address, address, id, text.encode()), nothing)
    inbox = GraphMailbox("live", session, read_only=True, poll=5)
    end, found = time.monotonic() + PATIENCE, b""
    while not found:
        assert time.monotonic() < end
        after = ""
        while batch := inbox.fetch(after, 100):
            after = batch[-1].uid
            found = next((a.raw for a in batch if id.encode() in a.raw), found)
        inbox.wait(5)
    for header in (f"Message-ID: <{id}>", "In-Reply-To: <earlier@customers.test>", "Auto-Submitted: auto-generated"):
        assert header.lower().encode() in found.lower()


def test_a_call_is_written_moved_and_taken_off(session: GraphSession, address: str) -> None:
    calendar = GraphCalendars(lambda _: session)
    nine = (datetime.now(UTC) + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    uid, hour = f"live-{time.time():.0f}@commsvc.test", timedelta(hours=1)
    for n in (0, 1):
        calendar.put(address, uid, event(uid, nine + n * hour, nine + (n + 1) * hour))
    assert any(b.start == nine + hour for b in calendar.busy(address, nine, nine + 4 * hour))
    calendar.put(address, uid, event(uid, nine, nine + hour).replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY"))
    assert not any(b.start == nine + hour for b in calendar.busy(address, nine, nine + 4 * hour))

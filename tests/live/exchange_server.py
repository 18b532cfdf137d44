"""Against a real Exchange Server: README.md says how. Its name keeps it out of every other run."""

import os
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from commsvc.adapters.exchange import ExchangeCalendars, ExchangeMailbox, ExchangeSender, ExchangeSession
from commsvc.domain.letter.mime import Envelope
from commsvc.domain.mail.arrival import Arrival
from commsvc.domain.mail.parse import parse
from tests.contract.calendar import event

PATIENCE = 5
LETTER = (
    "From: <{box}>\r\nTo: <{box}>\r\nSubject: A run of the tests\r\nDate: Mon, 23 Nov 2026 14:02:00 +0000\r\n"
    "Message-ID: <{id}>\r\nIn-Reply-To: <first@customers.test>\r\nReferences: <first@customers.test>\r\n"
    "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello.\r\n"
)


def setting(name: str) -> str:
    variable = f"COMMSVC_LIVE_EXCHANGE_{name}"
    return os.environ.get(variable) or pytest.fail(f"{variable} is not set: see tests/live/README.md")


def session(address: str = "") -> ExchangeSession:
    return ExchangeSession(
        setting("URL"), address or setting("MAILBOX"), setting("USER"), setting("PASSWORD"),
        auth=setting("AUTH"), access=setting("ACCESS"),  # type: ignore[arg-type]
    )  # fmt: skip


def came(box: ExchangeMailbox, id: str) -> Arrival:
    """The mail with this Message-ID, when it has come."""
    after = ""
    for _ in range(PATIENCE):
        while arrivals := box.fetch(after, 200):
            after = arrivals[-1].uid
            if found := [a for a in arrivals if parse(a.raw).message_id == id]:
                return found[0]
        box.wait(60)
    pytest.fail(f"<{id}> did not come")


def test_a_letter_goes_comes_and_is_filed() -> None:
    address, id = setting("MAILBOX"), f"{uuid.uuid4()}@commsvc.test"
    ExchangeSender(session()).send(
        Envelope(1, address, address, id, LETTER.format(box=address, id=id).encode()), lambda: None
    )
    inbox = ExchangeMailbox("inbox", session(), servers=setting("SERVERS").lower().split(","))
    arrival = came(inbox, id)
    mail = parse(arrival.raw)
    assert (mail.in_reply_to, mail.auto is None, arrival.submitted_by) == (
        "first@customers.test",
        False,
        address.lower(),
    )
    inbox.filed([arrival.uid])
    assert arrival.uid not in [a.uid for a in inbox.fetch(str(int(arrival.uid) - 1), 10)]
    assert came(ExchangeMailbox("sent", session(), folder="sentitems", read_only=True), id)


def test_a_call_is_written_moved_and_read_back() -> None:
    address, uid = setting("MAILBOX"), f"{uuid.uuid4()}@commsvc.test"
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=30)
    calendars, hour = ExchangeCalendars(session), timedelta(hours=1)
    for moved in (0, 0, 3):
        calendars.put(address, uid, event(uid, start + moved * hour, start + (moved + 1) * hour))
    found = calendars.busy(address, start, start + 5 * hour)
    assert [(b.start, b.end) for b in found] == [(start + 3 * hour, start + 4 * hour)]

"""The double behind HTTP: who signs in, what is asked, every message held against Microsoft's schema, and faults on demand.

A test that asked for something Exchange would refuse to read, or an answer of ours that is not valid, is a problem; the fixture
fails at the end when there is one.
"""

import base64
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Self

from lxml import etree

from tests.servers.ews import folders, operations
from tests.servers.ews.events import availability
from tests.servers.ews.markup import NAMES, Element, M, T, Wrong, envelope, fault, local
from tests.servers.ews.naming import convert_id
from tests.servers.ews.notifying import stream, subscribe
from tests.servers.ews.operations import Call
from tests.servers.ews.schema import faults, schema
from tests.servers.ews.store import Box, Exchange, Item
from tests.servers.ews.transport import from_outside
from tests.servers.ews.wire import Asked, handler

PASSWORD = "secret"
LARGEST = 36_000_000
VERSIONS = ("Exchange2010", "Exchange2010_SP1", "Exchange2010_SP2", "Exchange2013", "Exchange2013_SP1")
DO: dict[str, Callable[[Call, Element], Element]] = {
    "GetFolder": folders.get_folder, "FindFolder": folders.find_folder, "CreateFolder": folders.create_folder,
    "FindItem": operations.find_item, "GetItem": operations.get_item, "CreateItem": operations.create_item,
    "UpdateItem": operations.update_item, "MoveItem": operations.move_item, "DeleteItem": operations.delete_item,
    "SendItem": operations.send_item, "Subscribe": subscribe, "ConvertId": convert_id,
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What goes back. `more`: envelopes that follow while the connection is kept; `hang_up`: nothing goes back."""

    status: int
    body: bytes = b""
    kind: str = "text/xml; charset=utf-8"
    more: Iterator[bytes] | None = None
    hang_up: bool = False


@dataclass(frozen=True)
class Fault:
    """Answer one operation so instead, before it is done or after."""

    operation: str
    answer: Answer
    after: bool = False


def throttled(operation: str, seconds: float) -> Fault:
    busy = Wrong(
        "ErrorServerBusy", "The server cannot service this request right now. Try again later.", back_off=seconds
    )
    return Fault(operation, Answer(500, fault(busy)))


class Ews:
    """`with Ews() as server:`; `server.add(address)` makes a mailbox, `server.faults` come once each, `server.asked` what was asked.

    `hangs_up_at`: the id of an item that it cannot hand out; `bearer`: is this token good?
    """

    def __init__(self) -> None:
        self.exchange = Exchange()
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        self.problems: list[str] = []
        self.refused = 0
        self.hangs_up_at = ""
        self.bearer: Callable[[str], bool] = lambda token: False
        self._lock = threading.RLock()
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0),
            handler(self.answer, lambda: {b.address: b.password for b in self.exchange.boxes.values()}),
        )
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/EWS/Exchange.asmx"

    def __enter__(self) -> Self:
        schema()  # fetched and compiled before anybody waits for an answer
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def add(self, address: str, password: str = PASSWORD) -> Box:
        return self.exchange.boxes.setdefault(address, Box(address, password))

    def refusal(self, code: str) -> bytes:
        """The body of a fault with this code."""
        return fault(Wrong(code))

    def deliver(self, address: str, raw: bytes) -> Item:
        """A mail comes in from outside."""
        return from_outside(self.exchange, address, raw)

    def signed_in(self, asked: Asked) -> str | None:
        """Who asks; an app that shows a token is "app", and may only act as somebody."""
        how, _, proof = asked.authorization.partition(" ")
        if asked.signed_in and how in ("", "NTLM"):
            return asked.signed_in
        if how == "Bearer" and self.bearer(proof):
            return "app"
        if how != "Basic":
            return None
        user, _, password = base64.b64decode(proof).decode().partition(":")
        box = self.exchange.boxes.get(user.lower())
        return box.address if box is not None and box.password == password else None

    def answer(self, asked: Asked) -> Answer:
        if (who := self.signed_in(asked)) is None:
            self.refused += 1
            return Answer(401, b"")
        if not asked.body:
            return Answer(200, b"", "text/html")
        try:
            header, request = self._read(asked)
            name = local(request).removesuffix("Request")
            self.asked.append(name)
            if name == "GetItem" and self.hangs_up_at and self.hangs_up_at.encode() in asked.body:
                return Answer(200, hang_up=True)
            if (bad := self._fault(name)) and not bad.after:
                return bad.answer
            done = self._done(who, header, name, request)
        except Wrong as why:
            return Answer(500, fault(why))
        return bad.answer if bad else done

    def _fault(self, operation: str) -> Fault | None:
        found = next((f for f in self.faults if f.operation == operation), None)
        if found is not None:
            self.faults.remove(found)
        return found

    def _read(self, asked: Asked) -> tuple[Element | None, Element]:
        if not asked.kind.startswith("text/xml"):
            raise self._problem(f"a request is text/xml, not {asked.kind}")
        whole = etree.fromstring(asked.body, etree.XMLParser(resolve_entities=False, huge_tree=True))
        header, body = whole.find("s:Header", NAMES), whole.find("s:Body", NAMES)
        if body is None or len(body) != 1:
            raise self._problem("no single request in the body")
        for part in (*(header if header is not None else ()), body[0]):
            if local(part) != "RequestServerVersion" and (
                said := faults(part)
            ):  # the schema is older than the newest version
                raise self._problem(f"request: {'; '.join(said)}")
        return header, body[0]

    def _problem(self, said: str) -> Wrong:
        self.problems.append(said)
        return Wrong("ErrorSchemaValidation", said)

    def _done(self, who: str, header: Element | None, name: str, request: Element) -> Answer:
        acting = self._acting(who, header)
        if name == "GetStreamingEvents":
            return Answer(200, more=(self._sent(e) for e in stream(self.exchange, request)))
        with self._lock:
            if name == "GetUserAvailability":
                return Answer(200, self._sent(availability(self.exchange, who, request)))
            if name not in DO:
                raise Wrong("ErrorInvalidOperation", f"{name} is not known here")
            return Answer(200, self._sent(DO[name](Call(self.exchange, acting, who, LARGEST), request)))

    def _acting(self, who: str, header: Element | None) -> Box:
        """Whose mailbox is meant: one's own, or that of the person who is impersonated."""
        version = header.find("t:RequestServerVersion", NAMES) if header is not None else None
        if version is not None and version.get("Version") not in VERSIONS:
            raise Wrong("ErrorInvalidServerVersion", "The specified server version is invalid.")
        person = header.find("t:ExchangeImpersonation", NAMES) if header is not None else None
        if person is None:
            if who == "app":
                raise Wrong(
                    "ErrorImpersonationRequired",
                    "ExchangeImpersonation SOAP header must be present for this type of token.",
                )
            return self.exchange.boxes[who]
        address = "".join(person.itertext()).strip().lower()
        if address not in self.exchange.boxes:
            raise Wrong("ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it.")
        box = self.exchange.boxes[address]
        if who not in (address, *box.impersonators):
            raise Wrong(
                "ErrorImpersonateUserDenied", "The account does not have permission to impersonate the requested user."
            )
        return box

    def _sent(self, answer: Element) -> bytes:
        if said := faults(answer):
            self.problems.append(f"answer: {'; '.join(said)}")
        for told in answer.iter(f"{{{T}}}Notification"):
            told.tag = f"{{{M}}}Notification"  # as Exchange does, and its schema does not
        return envelope(answer)

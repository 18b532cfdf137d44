"""HTTP for the double: one request, one answer, or an answer that goes on. A connection may sign in once, by NTLM."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Protocol

from tests.servers.ews.ntlm import Ntlm


@dataclass(frozen=True)
class Asked:
    """`signed_in`: who this connection belongs to, where it signed in by NTLM."""

    authorization: str
    kind: str
    body: bytes
    signed_in: str = ""


class Reply(Protocol):
    status: int
    body: bytes
    kind: str
    more: Iterator[bytes] | None
    hang_up: bool


class Handler(BaseHTTPRequestHandler):
    """One connection. `answer` is set by whoever makes the class of a server."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer goes in one piece
    answer: Callable[[Asked], Reply]
    users: Callable[[], dict[str, str]]
    ntlm: Ntlm | None = None

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        authorization = self.headers.get("Authorization") or ""
        if authorization.startswith("NTLM ") and (challenge := self._step(authorization)):
            self._send(401, b"", "text/html", challenge)
            return
        who = self.ntlm.user if self.ntlm else ""
        self._reply(self.answer(Asked(authorization, self.headers.get("Content-Type") or "", body, who)))

    def do_GET(self) -> None:
        """Some clients try the door before they ask anything."""
        self._reply(self.answer(Asked(self.headers.get("Authorization") or "", "", b"")))

    def _step(self, authorization: str) -> str:
        """The challenge to answer with; "" when nothing is left to ask."""
        if self.ntlm is None or self.ntlm.over:
            self.ntlm = Ntlm(self.users())
        return self.ntlm.step(authorization.removeprefix("NTLM "))

    def _reply(self, reply: Reply) -> None:
        if reply.hang_up:
            self.close_connection = True
        elif reply.more is not None:
            self._go_on(reply.kind, reply.more)
        else:
            self._send(reply.status, reply.body, reply.kind)

    def _send(self, status: int, body: bytes, kind: str, challenge: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 401:
            for way in [f"NTLM {challenge}"] if challenge else ["NTLM", 'Basic realm="Exchange"']:
                self.send_header("WWW-Authenticate", way)
        self.end_headers()
        self.wfile.write(body)

    def _go_on(self, kind: str, more: Iterator[bytes]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in more:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:  # whoever asked has hung up
            self.close_connection = True

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:
        """Tests read what was asked from the double itself."""


def handler(answer: Callable[[Asked], Reply], users: Callable[[], dict[str, str]]) -> type[Handler]:
    """A handler of http.server that asks `answer`; `users`: the passwords by address."""
    return type("Answering", (Handler,), {"answer": staticmethod(answer), "users": staticmethod(users)})

"""HTTP for the double: one request, one answer, or an answer that goes on."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Protocol


@dataclass(frozen=True)
class Asked:
    authorization: str
    kind: str
    body: bytes


class Reply(Protocol):
    status: int
    body: bytes
    kind: str
    more: object
    hang_up: bool


def handler(answer: Callable[[Asked], Reply]) -> type[BaseHTTPRequestHandler]:
    """A handler of http.server that asks `answer`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer goes in one piece

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reply = answer(Asked(self.headers.get("Authorization") or "", self.headers.get("Content-Type") or "", body))
            if reply.hang_up:
                self.close_connection = True
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            if reply.status == 401:
                self.send_header("WWW-Authenticate", 'Basic realm="Exchange"')
            if reply.more is not None:
                self._go_on(reply.more)
                return
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def finish(self) -> None:
            with suppress(OSError):  # whoever asked has hung up
                super().finish()

        def _go_on(self, more) -> None:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            try:
                for part in more:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                    self.wfile.flush()
                self.wfile.write(b"0\r\n\r\n")
            except OSError:  # the listener has heard enough
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Tests read what was asked from the double itself."""

    return Handler

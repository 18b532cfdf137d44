"""HTTPS on loopback for doubles of web services: requests in, answers out, and the ways in which a connection ends badly."""

import json
import shutil
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.servers.process import certificate, folder, trusting


@dataclass(frozen=True)
class Request:
    """What was asked. `form` and `json` read the body."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))

    def json(self) -> dict:
        return json.loads(self.body)


@dataclass(frozen=True)
class Response:
    """What is answered. `hang_up`: nothing is, the connection ends."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    hang_up: bool = False


def answer(status: int, body: object = None, **headers: str) -> Response:
    """JSON, or nothing; `Retry_After="2"` becomes a header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is None:
        return Response(status, b"", named)
    return Response(status, json.dumps(body).encode(), {"Content-Type": "application/json; charset=utf-8"} | named)


class Https:
    """`with Https(handle) as server:`; `handle` runs in a thread a connection. Its certificate is trusted by `server.tls()`."""

    def __init__(self, handle: Callable[[Request], Response]) -> None:
        self._at = folder("https")
        certificate(self._at / "tls")

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answered(self) -> None:
                url = urlsplit(self.path)
                length = int(self.headers.get("Content-Length") or 0)
                query = dict(parse_qsl(url.query, keep_blank_values=True))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Request(self.command, unquote(url.path), query, headers, self.rfile.read(length))
                reply = handle(asked)
                if reply.hang_up:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

            do_GET = do_POST = do_PATCH = do_DELETE = answered

            def log_message(self, format: str, *args: object) -> None:
                """Tests read what was asked from the double itself."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._at / "tls" / "cert.pem", self._at / "tls" / "key.pem")
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def ca(self) -> Path:
        """The file of the certificate to trust."""
        return self._at / "tls" / "cert.pem"

    def tls(self) -> ssl.SSLContext:
        return trusting(self._at / "tls")

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        shutil.rmtree(self._at)

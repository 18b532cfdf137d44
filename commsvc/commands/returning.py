"""Where a browser comes back to after a sign-in: one request on loopback, and then nobody listens any more.

Standards: RFC 8252 (7.3 loopback redirects, 8.3: only the loopback address)
"""

import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from commsvc.errors import Trouble

_DONE = b"<!doctype html><title>commsvc</title><p>You can close this window."


class Returning:
    """`with Returning(port) as it:` send the browser away with `it.url` as its way back, then `wait`."""

    def __init__(self, port: int) -> None:
        answers: list[dict[str, list[str]]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = urlsplit(self.path)
                found = asked.path == "/back"
                if found:
                    answers.append(parse_qs(asked.query))
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(_DONE if found else b"")

            def log_message(self, format: str, *args: object) -> None:
                """The code that comes back is nobody else's business."""

        self._answers = answers
        self._server = HTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/back"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self._server.server_close()

    def wait(self, seconds: float) -> tuple[str, str]:
        """The code and the state that the browser brings. Raises Trouble when nobody comes, or who comes was refused."""
        end = time.monotonic() + seconds
        while not self._answers:
            left = end - time.monotonic()
            if left <= 0:
                raise Trouble("nobody came back from the browser; start again")
            self._server.timeout = left
            self._server.handle_request()
        answer = self._answers[0]
        if "code" not in answer:
            raise Trouble(f"the sign-in was not agreed to: {answer.get('error', ['no reason'])[0][:100]}")
        return answer["code"][0], answer.get("state", [""])[0]

"""An outside address is asked over HTTP, and what it says is believed."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from commsvc.adapters.heartbeat import ask
from commsvc.errors import Temporary
from tests.servers.process import free_port


class Watch(BaseHTTPRequestHandler):
    """Answers 200 at /alive, else 500."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200 if self.path == "/alive" else 500)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing to the terminal."""


@pytest.fixture
def watch() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Watch) as server:
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_it_is_asked_once(watch: HTTPServer) -> None:
    ask(f"http://127.0.0.1:{watch.server_port}/alive")
    assert watch.asked == ["/alive"]


@pytest.mark.parametrize("path", ["/gone", ""])
def test_no_success_is_a_trouble(watch: HTTPServer, path: str) -> None:
    with pytest.raises(Temporary, match="nobody answers the heartbeat"):
        ask(f"http://127.0.0.1:{watch.server_port if path else free_port()}{path}")

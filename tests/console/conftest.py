"""The console on a world: a browser without script, and the demo's controls played in memory."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from html import unescape

import pytest
from fastapi.testclient import TestClient

from commsvc.console.controls import Scribe
from commsvc.console.web import create
from tests.stories.world import World

ADA, DANA = "ada@nimbusretail.example", "dana@kestrel.example"
_QUARTER = timedelta(minutes=15)
DOWN = "All our stores are down. Orders stopped syncing since 08:50, and we lose sales every minute."


class PlayedDemo:
    """`DemoControls` on a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def scribes(self) -> Sequence[Scribe]:
        d = self._world.directory
        theirs = [Scribe(c.name, c.address, a.name, ours=False) for a in d.accounts for c in a.contacts]
        return theirs + [Scribe(p.name, p.address, "Kestrel", ours=True) for p in d.people]

    def mailboxes(self) -> Sequence[tuple[str, int]]:
        addresses = {e.rcpt_to for e in self._world.sender.sent}
        return [(a, len(self._world.letters(a))) for a in sorted(addresses)]

    def mails(self, address: str) -> Sequence[EmailMessage]:
        return self._world.letters(address)[::-1]

    def write(self, sender: str, to: str, subject: str, text: str, answering: str = "") -> None:
        ours = self._world.directory.person(sender) is not None
        self._world.receives(text, sender, subject, to, answering.strip("<>"), submitted_by=sender if ours else "")

    def forward(self, minutes: int) -> None:
        self._world.forward(minutes=minutes)

    def now(self) -> datetime:
        return self._world.now


class Browser:
    """A person at the console, who reads pages and sends their forms."""

    def __init__(self, world: World, *, demo: bool = False, wake: Callable[[], None] | None = None) -> None:
        self.world = world
        self.links: list[tuple[str, str]] = []
        self.app = create(world.app.desk, lambda: world.now, wake or world.tick,
                          PlayedDemo(world) if demo else None,
                          lambda person, url: self.links.append((person.address, url)))  # fmt: skip
        self.http = TestClient(self.app, follow_redirects=True, raise_server_exceptions=False)

    def sign_in(self, address: str) -> "Browser":
        with self.world.store.transaction():
            secret = self.world.store.sessions.invite(address, self.world.now, _QUARTER)
        assert self.http.post(f"/sign-in/{secret}").status_code == 200
        return self

    def read(self, path: str) -> str:
        answer = self.http.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.text

    def send(self, page: str, action: str, **fields: str):
        """Send the form with this action that stands on a page, with its hidden fields."""
        form = self.form(page, action)
        return self.http.post(action, data={**form, **fields})

    def form(self, page: str, action: str) -> dict[str, str]:
        html = self.read(page)
        found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.DOTALL)
        assert found, f"{page} has no form for {action}"
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found.group())
        return {name: unescape(value) for name, value in hidden}


@pytest.fixture
def world(tmp_path):
    """Ada at Nimbus has written that everything is down; Dana's first answer waits."""
    world = World(tmp_path)
    world.receives(DOWN, ADA, "Order sync stopped")
    world.forward(minutes=3)
    return world


@pytest.fixture
def dana(world):
    return Browser(world).sign_in(DANA)

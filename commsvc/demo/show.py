"""The demo with its console: a clock that runs, pages to look at, mails to write and approve."""

import email
import email.policy
import mailbox
import tempfile
import threading
import time
import webbrowser
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import uvicorn
from rich.console import Console

from commsvc.console.controls import Scribe
from commsvc.console.web import create
from commsvc.demo.cast import Cast
from commsvc.demo.play import Script
from commsvc.demo.stage import MINUTE, Stage


class Controls:
    """`DemoControls` on a stage: one lock, so that the clock and the pages take turns."""

    def __init__(self, stage: Stage, script: Script, cast: Cast | None) -> None:
        self._stage, self._script, self._cast = stage, script, cast
        self._turn = threading.Lock()

    def scribes(self) -> Sequence[Scribe]:
        directory = self._stage.installation.directory
        theirs = [Scribe(c.name, c.address, a.name, ours=False) for a in directory.accounts for c in a.contacts]
        ours = [Scribe(p.name, p.address, "Kestrel", ours=True) for p in directory.people]
        return [*theirs, *ours]

    def mailboxes(self) -> Sequence[tuple[str, int]]:
        folder = self._post()
        return (
            [(p.name, len(mailbox.Maildir(p, create=False))) for p in sorted(folder.iterdir())]
            if folder.is_dir()
            else []
        )

    def mails(self, address: str) -> Sequence[EmailMessage]:
        if address not in dict(self.mailboxes()):
            return []
        box = mailbox.Maildir(self._post() / address, create=False)
        raws = [(box.get_message(k).get_date(), k, box.get_bytes(k)) for k in box.iterkeys()]
        return [email.message_from_bytes(raw, policy=email.policy.default) for _, _, raw in sorted(raws, reverse=True)]

    def write(self, sender: str, to: str, subject: str, text: str, answering: str = "") -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, to, subject
        message["Message-ID"] = f"<{time.time_ns()}.{sender}>"
        if answering:
            message["In-Reply-To"], message["References"] = answering, answering
        message.set_content(text)
        with self._turn:
            self._stage.send(message, [to])
            self._stage.tick()

    def forward(self, minutes: int) -> None:
        for _ in range(minutes):
            self.minute()

    def minute(self) -> None:
        """One simulated minute."""
        with self._turn:
            self._stage.clock.turn(MINUTE)
            self._script.due(self._stage.clock.now())
            if self._cast:
                self._cast.act(self._stage.clock.now())
            self._stage.tick()

    def tick(self) -> None:
        with self._turn:
            self._stage.tick()

    def now(self) -> datetime:
        return self._stage.clock.now()

    def _post(self) -> Path:
        return self._stage.folder / self._stage.installation.config.post_office


def show(
    folder: Path | None, port: int, smtp_port: int, browser: bool, approve: bool, mail: Path | None, speed: float
) -> None:
    """Run the demo with its console until interrupted. `speed`: simulated minutes in a real one."""
    place = folder or Path(tempfile.mkdtemp(prefix="commsvc-demo-")) / "demo"
    stage = Stage(place, smtp_port)
    stage.open()
    cast = (
        Cast(place / stage.installation.config.post_office, stage.installation.directory, stage.send)
        if approve
        else None
    )
    controls = Controls(stage, Script(stage, mail), cast)
    controls.forward(6)
    web = create(stage.app.desk, stage.clock.now, controls.tick, controls)
    server = uvicorn.Server(uvicorn.Config(web, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, name="console", daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{port}"
    _greet(url, stage, place)
    if browser:
        webbrowser.open(url)
    try:
        _run(controls, thread, speed)
    finally:
        server.should_exit = True
        thread.join(timeout=5)
        stage.close()


def _run(controls: Controls, console: threading.Thread, speed: float) -> None:
    """Let simulated time pass for as long as the console lives."""
    try:
        while console.is_alive():
            time.sleep(60 / speed)
            controls.minute()
    except KeyboardInterrupt:
        Console().print("Good-bye.")


def _greet(url: str, stage: Stage, place: Path) -> None:
    out = Console()
    out.print(f"[bold]The console is at {url}[/]  (stop with Ctrl-C)", soft_wrap=True)
    out.print(f"It is {stage.clock.now():%A %d %B %Y, %H:%M} UTC there, and you can move the clock forward.")
    out.print(
        f"Mail for it: SMTP to 127.0.0.1:{stage.listener.port}. Everything it keeps and sends is in {place}.",
        soft_wrap=True,
    )

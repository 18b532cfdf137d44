"""kill -9 while letters are sent to a server that fails in every way: nothing lost, nothing twice, each doubt listed.

Sixty letters and eight kills; with COMMSVC_PROVE a thousand and a hundred. The verifier reads what the server
took and the rows of the database, with its own SQL.
"""

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.outbox import filled
from tests.servers.scripted import Fault, ScriptedSmtp

PROVE = bool(os.environ.get("COMMSVC_PROVE"))
LETTERS, KILLS = (1000, 100) if PROVE else (60, 8)
SEED = 4711
PROGRAM = Path(__file__).parent / "planted" / "sending.py"
FAULTS = (
    ("greeting", "421 not now"), ("MAIL", "451 later"), ("RCPT", "452 later"), ("RCPT", "421 bye"), ("DATA", "451 later"),
    ("body", Fault.RESET), ("body", Fault.HANG_UP), ("dot", "451 later"), ("dot", "554 no"), ("dot", Fault.RESET),
    ("dot", Fault.SILENCE), ("dot", "gibberish"), ("RCPT", "550 nobody"), ("DATA", Fault.HANG_UP),
)  # fmt: skip
MESSAGE_ID = re.compile(rb"(?im)^Message-ID:\s*<([^>]+)>")


class Moody(threading.Thread):
    """Changes what the server answers, again and again: mostly as it should, then one fault of each kind."""

    def __init__(self, server: ScriptedSmtp, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self._server, self._random, self.stopped = server, chance, threading.Event()
        self._well = dict(server.answers)

    def run(self) -> None:
        while not self.stopped.wait(self._random.uniform(0.01, 0.06)):
            self._recovers()
            if self._random.random() < 0.4:
                key, answer = self._random.choice(FAULTS)
                self._server.answers[key] = answer
        self._recovers()

    def _recovers(self) -> None:
        self._server.answers.update(self._well)
        self._server.answers.pop("body", None)


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    filled(tmp_path, LETTERS)
    return tmp_path


def rows(folder: Path) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(f"file:{folder / 'commsvc.db'}?mode=ro", uri=True, timeout=10)) as db:
        return list(db.execute("SELECT message_id, recipient, state FROM letter WHERE audience = 'customer'"))


def faults(folder: Path, server: ScriptedSmtp) -> list[str]:
    """Every difference between what the server took and what the rows say."""
    took = Counter((_id(t.data), t.rcpt_to) for t in server.taken if t.rcpt_to.startswith("c@"))
    wrong = []
    for message_id, to, state in rows(folder):
        copies = took.pop((message_id, to), 0)
        allowed = {"sent": (1,), "perhaps sent": (0, 1), "refused by the receiving server": (0,)}.get(state, ())
        if copies not in allowed:
            wrong.append(f"{message_id} to {to} is {state!r} and was taken {copies} times")
    return wrong + [f"{id} went to {to}, and no row says so" for id, to in took]


def _id(data: bytes) -> str:
    found = MESSAGE_ID.search(data)
    return found[1].decode() if found else ""


def test_killed_while_sending_to_a_server_with_every_fault(outbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(SEED)
    with ScriptedSmtp() as server:
        moody = Moody(server, chance)
        moody.start()
        for kill in range(KILLS):
            child = _start(outbox, server.port)
            _until_taken(server, LETTERS * (kill + 1) // (KILLS + 2), child, chance)
            child.send_signal(signal.SIGKILL)
            child.wait()
        moody.stopped.set()
        moody.join()
        assert _start(outbox, server.port).wait(60 + LETTERS / 4) == 0
        states = Counter(state for _, _, state in rows(outbox))
        with capsys.disabled():
            sys.stdout.write(f"\nseed {SEED}, {LETTERS} letters, {KILLS} kills: {dict(states)}\n")
        assert not faults(outbox, server)
        assert states.total() == LETTERS
        assert states["sent"] > LETTERS / 2


def test_the_verifier_finds_a_letter_that_went_twice_or_not_at_all(outbox: Path) -> None:
    with ScriptedSmtp() as server:
        assert _start(outbox, server.port).wait(60 + LETTERS / 4) == 0
        assert not faults(outbox, server)
        customers = [t for t in server.taken if t.rcpt_to.startswith("c@")]
        server.taken.append(customers[0])
        server.taken.remove(customers[1])
        assert len(faults(outbox, server)) == 2


def _start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(PROGRAM), str(folder), str(port), "2"], stdout=subprocess.DEVNULL,
                            stderr=(folder / "log").open("ab"))  # fmt: skip


def _until_taken(server: ScriptedSmtp, count: int, child: subprocess.Popen[bytes], chance: random.Random) -> None:
    """Wait until so many letters were taken, or the time of a slow start is over, and then a moment."""
    deadline = time.monotonic() + 15
    while len(server.taken) < count and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(chance.uniform(0, 0.05))

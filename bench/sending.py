"""Letters from due to sent, a second: the product's own flow beside the usual practice, to a local smtp-sink.

    .venv/bin/python bench/sending.py [--letters 300] [--repeats 3] [--far 60]

* ours: each letter is wished for, written, judged by the gate, marked as being sent, handed over, marked at the
  dot and marked as sent; the store is SQLite with synchronous=FULL, `dot` and `sent` durable one by one. Every
  verdict of the gate is counted: two a letter, or the run is refused.
* usual: a connection, plain Jinja2, premailer, EmailMessage and one commit for each letter.

Both are measured next to the server and behind a proxy that adds a round trip of 5 ms, ours there with one
session and with eight. A ratio is the median of the ratios repeat by repeat.
"""

import argparse
import asyncio
import shutil
import smtplib
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import premailer

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from letters import Plain  # noqa: E402

from commsvc.adapters.rulebook import Rulebook  # noqa: E402
from commsvc.adapters.smtp import SmtpSender, SmtpSenders  # noqa: E402
from commsvc.adapters.stationery import Templates  # noqa: E402
from commsvc.adapters.store.store import PeeweeStore, connect  # noqa: E402
from commsvc.desk import Desk, Identity, Register  # noqa: E402
from commsvc.domain.case.case import Case, Stage  # noqa: E402
from commsvc.domain.case.directory import Account, Contact, Directory, Person  # noqa: E402
from commsvc.domain.letter import gate  # noqa: E402
from commsvc.domain.letter.draft import Brand  # noqa: E402
from commsvc.domain.letter.letter import Audience, Letter, State, Wish  # noqa: E402
from commsvc.domain.letter.switches import Scope, Switch  # noqa: E402
from commsvc.domain.letter.tokens import Mint  # noqa: E402
from commsvc.domain.playbook.words import Segment, Severity  # noqa: E402
from commsvc.domain.promise.promise import Subject  # noqa: E402
from commsvc.flow.delivery import Delivery  # noqa: E402
from commsvc.flow.letters import Letters  # noqa: E402
from commsvc.flow.letters.compose import Composer  # noqa: E402
from commsvc.ports import Sender  # noqa: E402
from commsvc.proofreading.sample import NOW, Sample, sample_slots  # noqa: E402

LETTER = "holding_statement"
ROUND_TRIP = 0.005
OWNER = Person("Dana Whitfield", "dana@kestrel.example", ("escalation_owner",), phone="+1 555 0100")


def directory(count: int) -> Directory:
    """An account and a contact for each letter, so that no cap is in the way."""
    accounts = tuple(
        Account(f"ACC-{n}", f"Account Number {n}", Segment.ENTERPRISE, "Europe/London", "GB", "en", (f"a{n}.example",),
                (Contact(f"C. Smith {n}", f"c@a{n}.example"),), OWNER.address)
        for n in range(count)
    )  # fmt: skip
    return Directory(accounts, (OWNER,))


def prepared(folder: Path, count: int) -> Desk:
    """An installation with so many cases, each of which is owed one letter."""
    templates = Templates(ROOT / "templates/email")
    rulebook = Rulebook(ROOT / "rules", templates.letters())
    mint = Mint(b"a secret of the bench", "kestrel.example", "support@kestrel.example")
    identity = Identity(Brand("Kestrel"), mint, "support@kestrel.example", "operator@kestrel.example")
    store = connect(str(folder / "commsvc.db"))
    with store.transaction():
        store.records.turn(Switch(Scope.ALL, "", live=True), NOW)
        for n in range(count):
            _owed(store, rulebook, n)
    return Desk(store, rulebook, Register(directory(count)), templates, identity)


def _owed(store: PeeweeStore, rulebook: Rulebook, n: int) -> None:
    contact = f"c@a{n}.example"
    case = store.cases.open(
        Case(0, f"ACC-{n}", contact, "Order sync stopped", Stage.INVESTIGATE, Severity.SEV2, True, "outage", "order_sync", "en",
             OWNER.address, "", "Since 08:40 no order reaches us.", (), False, True, rulebook.current().digest, NOW)
    )  # fmt: skip
    store.letters.wish(Wish(LETTER, Subject("case", case.id), Audience.CUSTOMER, contact, f"bench:{n}"), NOW)


def ours(port: int, count: int, sessions: int) -> float:
    """Letters a second by our own flow."""
    with tempfile.TemporaryDirectory() as folder, _counting() as verdicts:
        desk = prepared(Path(folder), count)
        one = lambda: SmtpSender("127.0.0.1", port, tls="none")  # noqa: E731
        sender: Sender = SmtpSenders([one() for _ in range(sessions)]) if sessions > 1 else one()
        _warm(desk, count)
        began = time.perf_counter()
        Letters(desk).run(NOW)
        Delivery(desk, sender, lanes=sessions).run(NOW)
        took = time.perf_counter() - began
        states = {x.state.value for n in range(count) for x in desk.store.letters.of(Subject("case", n + 1))}
        assert states == {"sent"}, states
        assert verdicts[1:] == [None] * (2 * count), "the gate was not asked twice for each letter"
        return count / took


def usual(port: int, count: int) -> float:
    """Letters a second as it is usually done."""
    plain, templates = Plain(), Templates(ROOT / "templates/email")
    job = ("update_no_progress", "en", dict(sample_slots(templates, "update_no_progress", "en", Sample.WHOLE)))
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(Path(folder) / "usual.db")
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("CREATE TABLE letter (id INTEGER PRIMARY KEY, state TEXT)")
        db.executemany("INSERT INTO letter VALUES (?, 'due')", [(n,) for n in range(count)])
        db.commit()
        began = time.perf_counter()
        for n in range(count):
            title, text, html = plain.render(job)
            message = EmailMessage()
            message["Subject"], message["From"], message["To"] = title, "support@kestrel.example", f"c@a{n}.example"
            message.set_content(text)
            message.add_alternative(premailer.transform(html, allow_network=False), subtype="html")
            with smtplib.SMTP("127.0.0.1", port) as smtp:
                smtp.send_message(message)
            db.execute("UPDATE letter SET state = 'sent' WHERE id = ?", (n,))
            db.commit()
        return count / (time.perf_counter() - began)


def _warm(desk: Desk, count: int) -> None:
    """What is loaded and compiled once in the life of a service: phrases, locales, the names of all accounts."""
    case = desk.store.cases.get(count)
    wish = Wish(LETTER, Subject("case", count), Audience.CUSTOMER, case.contact, "warm")
    words = Composer(desk).preview(Letter(0, wish, State.WANTED, NOW), case, "en", NOW)
    gate.judge(
        Letter(0, wish, State.WANTED, NOW, words, "auto"),
        desk.situation(Letter(0, wish, State.WANTED, NOW), case, NOW),
        sending=False,
    )


@contextmanager
def _counting() -> Iterator[list[object]]:
    """Every verdict of the gate, in order."""
    verdicts: list[object] = []
    real = gate.judge

    def counted(*args: object, **named: object) -> object:
        verdicts.append(real(*args, **named))  # type: ignore[arg-type]
        return verdicts[-1]

    gate.judge = counted  # type: ignore[assignment]
    try:
        yield verdicts
    finally:
        gate.judge = real


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def sink() -> Iterator[int]:
    """Postfix's smtp-sink."""
    port = _free_port()
    program = shutil.which("smtp-sink") or "/usr/sbin/smtp-sink"
    running = subprocess.Popen([program, "-u", "nobody", f"127.0.0.1:{port}", "256"])
    try:
        _until_up(port)
        yield port
    finally:
        running.terminate()
        running.wait()


@contextmanager
def far(port: int) -> Iterator[int]:
    """The same server, a round trip of 5 ms away."""
    mine = _free_port()
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            loop.call_later(ROUND_TRIP / 2, writer.write, data)
        loop.call_later(ROUND_TRIP / 2, writer.close)

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, back), pump(there, writer))

    asyncio.run_coroutine_threadsafe(asyncio.start_server(visit, "127.0.0.1", mine), loop).result()
    _until_up(mine)
    yield mine
    loop.call_soon_threadsafe(loop.stop)


def _until_up(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"nothing listens on port {port}")


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--letters", type=int, default=300)
    args.add_argument("--far", type=int, default=60, help="letters of the usual practice behind the round trip")
    args.add_argument("--repeats", type=int, default=3)
    asked = args.parse_args()
    with sink() as near, far(near) as away:
        sides: dict[str, Callable[[], float]] = {
            "ours": lambda: ours(near, asked.letters, 1),
            "usual": lambda: usual(near, max(30, asked.letters // 3)),
            "ours, 5 ms": lambda: ours(away, asked.letters, 1),
            "ours, 5 ms, 8 sessions": lambda: ours(away, asked.letters, 8),
            "usual, 5 ms": lambda: usual(away, asked.far),
        }
        rates: dict[str, list[float]] = {name: [] for name in sides}
        for repeat in range(asked.repeats):
            for name in list(sides) if repeat % 2 == 0 else reversed(list(sides)):
                rates[name].append(sides[name]())
    for name, values in rates.items():
        print(f"{name:24} {statistics.median(values):7,.0f} letters/s   ({min(values):,.0f} - {max(values):,.0f})")
    for one, other in (("ours", "usual"), ("ours, 5 ms", "usual, 5 ms"), ("ours, 5 ms, 8 sessions", "usual, 5 ms")):
        ratio = statistics.median(a / b for a, b in zip(rates[one], rates[other], strict=True))
        print(f"{one} is {ratio:.1f} x {other}")


if __name__ == "__main__":
    main()

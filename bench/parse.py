"""How many messages a CPU second reads, ours with everything on beside what others would glue together.

    python bench/parse.py [--rounds 5] [FOLDER of .eml]

One table, the same messages, one run: each reader takes its turn in every round, so that what
else the machine does hits them alike. Read the ratios, not the absolute figures. The others are
installed into bench/.peers/parse; those that can not be installed here are named and left out.

  ours       headers, text, reply, signature, machine mail, bounces, calendars, language
  stdlib     email, policy.default: headers, body and attachments
  stack      stdlib + mail-parser-reply + flufl.bounce + icalendar
  mailparser mail-parser: headers and text only
  talon      stdlib + talon's quotations
"""

# ruff: noqa: PLC0415 - each reader imports its library in its own process
import argparse
import json
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PEERS = HERE / ".peers" / "parse"
CORPUS = HERE.parents[1] / "shared" / "mail" / "corpus"
WANTED = {
    "mail-parser-reply": ["mail-parser-reply", "flufl.bounce", "icalendar"],
    "mail-parser": ["mail-parser"],
    "talon": ["talon"],
}
Reader = Callable[[bytes], Any]


def ours() -> Reader:
    sys.path.insert(0, str(HERE.parent))
    from commsvc.domain.mail.caps import TooBig
    from commsvc.domain.mail.contract import as_contract
    from commsvc.domain.mail.parse import parse

    def read(raw: bytes) -> Any:
        try:
            return as_contract(parse(raw))
        except TooBig as over:
            return over

    return read


def stdlib() -> Reader:
    from email import message_from_bytes, policy

    def read(raw: bytes) -> Any:
        message = message_from_bytes(raw, policy=policy.default)
        heads = [str(message.get(n, "")) for n in ("from", "to", "cc", "subject", "date", "message-id")]
        part = message.get_body(("plain", "html"))
        text = part.get_content() if part is not None else ""
        return (
            heads,
            text,
            [(a.get_filename(), len(a.get_payload(decode=True) or b"")) for a in message.iter_attachments()],
        )

    return read


def stack() -> Reader:
    from email import message_from_bytes

    from flufl.bounce import all_failures
    from icalendar import Calendar
    from mailparser_reply import EmailReplyParser

    plain = stdlib()
    replies = EmailReplyParser(languages=["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da"])

    def read(raw: bytes) -> Any:
        heads, text, files = plain(raw)
        reply = replies.parse_reply(text=text)
        message = message_from_bytes(raw)
        bounce = all_failures(message)
        calendars = [
            Calendar.from_ical(part.get_payload(decode=True))
            for part in message.walk()
            if part.get_content_type() == "text/calendar"
        ]
        return heads, text, files, reply, bounce, calendars

    return read


def mailparser() -> Reader:
    import mailparser as library

    def read(raw: bytes) -> Any:
        mail = library.parse_from_bytes(raw)
        return mail.subject, mail.from_, mail.to, mail.date, mail.text_plain, mail.text_html, mail.attachments

    return read


def talon() -> Reader:
    import talon as library
    from talon import quotations

    library.init()
    plain = stdlib()
    return lambda raw: quotations.extract_from_plain(plain(raw)[1])


READERS: dict[str, Callable[[], Reader]] = {f.__name__: f for f in (ours, stdlib, stack, mailparser, talon)}


def work(name: str, folder: Path) -> None:
    """One turn of one reader, in its own process: prints messages, CPU seconds, slowest, failures."""
    read = READERS[name]()
    raws = [path.read_bytes() for path in sorted(folder.rglob("*.eml"))]
    for raw in raws[:20]:
        _try(read, raw)
    slowest, failed, begin = 0.0, 0, time.process_time()
    for raw in raws:
        start = time.process_time()
        failed += not _try(read, raw)
        slowest = max(slowest, time.process_time() - start)
    print(json.dumps([len(raws), time.process_time() - begin, slowest, failed]))


def _try(read: Reader, raw: bytes) -> bool:
    try:
        read(raw)
    except Exception:
        return False
    return True


def install() -> None:
    """Put the peers into bench/.peers/parse, each on its own so that one failure costs one row."""
    if not (PEERS / "pyvenv.cfg").exists():
        venv.create(PEERS, with_pip=True)
    for what in WANTED.values():
        command = [PEERS / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", *what]
        subprocess.run(command, check=False, capture_output=True, timeout=300)


def turn(name: str, folder: Path) -> list[float] | None:
    """One turn; None when the reader is not installed."""
    python = sys.executable if name == "ours" else str(PEERS / "bin" / "python")
    done = subprocess.run(
        [python, __file__, "--worker", name, str(folder)], check=False, capture_output=True, text=True, timeout=600
    )
    return json.loads(done.stdout) if done.returncode == 0 else None


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument(
        "folder", nargs="?", type=Path, default=CORPUS if CORPUS.is_dir() else HERE.parent / "tests" / "mail"
    )
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--worker")
    chosen = options.parse_args()
    if chosen.worker:
        work(chosen.worker, chosen.folder)
        return
    install()
    turns: dict[str, list[list[float]]] = {name: [] for name in READERS}
    for number in range(chosen.rounds):
        for name in list(READERS)[:: -1 if number % 2 else 1]:
            result = turn(name, chosen.folder)
            turns[name] += [result] if result else []
    print(f"{'reader':12}{'msgs / CPU s':>14}{'(min - max)':>18}{'ours is x':>12}{'slowest ms':>12}{'gave up':>9}")
    own = statistics.median(n / t for n, t, *_ in turns["ours"])
    for name, results in turns.items():
        if not results:
            print(f"{name:12}{'not installable here':>30}")
            continue
        rates = [n / t for n, t, *_ in results]
        middle, worst = statistics.median(rates), max(r[2] for r in results) * 1000
        span = f"({min(rates):.0f} - {max(rates):.0f})"
        print(f"{name:12}{middle:14.0f}{span:>18}{own / middle:12.1f}{worst:12.1f}{results[0][3]:9.0f}")


if __name__ == "__main__":
    main()

"""`commsvc ingest PATH`, as an operator runs it."""

import mailbox
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commsvc.adapters.memory import DirectReader, MemoryCalendar, MemorySender
from commsvc.app import App
from commsvc.installation import open_installation
from commsvc.shipped import write_installation
from tests.contract.mailbox import mail

TRACE = b"Received: from mx by support.test with LMTP;\r\n Tue, 3 Mar 2026 10:00:00 +0100\r\nReceived: from a; Mon, 2 Mar 2026 01:00:00 +0000\r\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    write_installation(tmp_path / "site")
    return tmp_path / "site"


@pytest.fixture
def eml(tmp_path: Path) -> Path:
    folder = tmp_path / "old"
    (folder / "deeper").mkdir(parents=True)
    for n in range(5):
        (folder / ("deeper" if n > 2 else ".") / f"{n}.eml").write_bytes(TRACE + mail(n))
    return folder


def ingest(site: Path, *words: object) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-m", "commsvc", "ingest", *map(str, words), "--dir", str(site)],
                          capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def rows(site: Path) -> list[tuple[str, int, str, bytes]]:
    """What the database holds, by SQL of our own: mailbox, history, when it was received, the bytes."""
    with closing(sqlite3.connect(site / "commsvc.db")) as db:
        found = db.execute("SELECT mailbox, history, received_at, body FROM raw_mail ORDER BY id").fetchall()
    return [(box, history, str(datetime.fromtimestamp(at / 1e6, UTC)), body) for box, history, at, body in found]


def test_a_folder_of_mails_is_taken_in_whole_as_history(site: Path, eml: Path) -> None:
    code, said = ingest(site, eml)
    assert (code, "5 mails were taken in as ingested history; 0 were here before" in said) == (0, True), said
    assert [r[3] for r in rows(site)] == [TRACE + mail(n) for n in range(5)]
    assert {r[:3] for r in rows(site)} == {("ingested history", 1, "2026-03-03 09:00:00+00:00")}


def test_a_second_run_takes_only_what_is_new_wherever_it_lies(site: Path, eml: Path) -> None:
    ingest(site, eml)
    (eml / "0.eml").rename(eml / "moved.eml")
    (eml / "9.eml").write_bytes(mail(9))
    code, said = ingest(site, eml)
    assert (code, "1 mails were taken in as ingested history; 5 were here before" in said) == (0, True), said
    assert len(rows(site)) == 6
    assert all(r[1] == 1 for r in rows(site)), "history, however late it is found"


def test_what_a_person_wants_treated_as_new_came_now(site: Path, eml: Path) -> None:
    before = datetime.now(UTC)
    code, said = ingest(site, eml, "--live")
    assert (code, "as ingested mail" in said) == (0, True), said
    assert {r[:2] for r in rows(site)} == {("ingested mail", 0)}
    assert all(datetime.fromisoformat(r[2]) >= before for r in rows(site))


def test_a_maildir_read_and_unread(site: Path, tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "maildir")
    for n in range(3):
        message = mailbox.MaildirMessage(mail(n))
        message.set_subdir("cur" if n else "new")
        box.add(message)
    files = sorted((tmp_path / "maildir").rglob("*"))
    code, said = ingest(site, tmp_path / "maildir")
    assert (code, "3 mails were taken in" in said) == (0, True), said
    assert sorted((tmp_path / "maildir").rglob("*")) == files, "nothing was touched"


def test_an_mbox_and_a_single_mail(site: Path, tmp_path: Path, eml: Path) -> None:
    with (tmp_path / "archive").open("wb") as file:
        for n in range(4):
            file.write(b"From ana@customers.test Mon Nov 23 14:00:00 2026\n" + mail(n).replace(b"\r\n", b"\n") + b"\n")
    assert "4 mails were taken in" in ingest(site, tmp_path / "archive")[1]
    assert "1 mails were taken in" in ingest(site, eml / "1.eml")[1]
    assert b"Subject: number 2\n" in rows(site)[2][3]


def test_what_is_broken_is_listed_and_the_rest_taken(site: Path, eml: Path) -> None:
    (eml / "empty.eml").touch()
    (eml / "page.eml").write_text("<html>not a mail</html>")
    (eml / "away.eml").symlink_to(eml / "loop.eml")
    (eml / "loop.eml").symlink_to(eml / "away.eml")
    with (eml / "big.eml").open("wb") as file:
        file.write(mail(8))
        file.truncate(26_000_000)
    code, said = ingest(site, eml)
    assert (code, len(rows(site))) == (1, 5)
    assert "5 mails were taken in" in said
    for line in (f"{eml}/empty.eml: it is empty", f"{eml}/page.eml: it does not begin with a mail's headers",
                 f"{eml}/big.eml: it has 26,000,000 bytes, more than the 25,000,000 allowed"):  # fmt: skip
        assert line in said.splitlines()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("nowhere", "cannot be read: No such file"), ("empty", "empty holds no mail: expected a Maildir"),
     ("site/config.toml", "config.toml: it does not begin with a mail's headers")],
)  # fmt: skip
def test_where_there_is_no_mail_a_sentence_says_so(site: Path, tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "empty").mkdir()
    code, said = ingest(site, tmp_path / name)
    assert (code, sentence in said, "Traceback" in said) == (1, True, False), said


def test_killed_half_way_it_goes_on_and_nothing_is_lost_or_doubled(site: Path, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(3000):
        (folder / f"{n:04}.eml").write_bytes(mail(n))
    first = subprocess.Popen([sys.executable, "-m", "commsvc", "ingest", str(folder), "--dir", str(site)])
    deadline = time.monotonic() + 60
    while not (0 < _count(site) < 3000) and time.monotonic() < deadline:
        time.sleep(0.005)
    first.send_signal(signal.SIGKILL)
    first.wait()
    half = _count(site)
    assert 0 < half < 3000
    code, said = ingest(site, folder)
    assert (code, f"{3000 - half} mails were taken in as ingested history; {half} were here before" in said) == (
        0,
        True,
    )
    assert sorted(r[3] for r in rows(site)) == sorted(mail(n) for n in range(3000))


@pytest.mark.parametrize(("words", "cases"), [((), 0), (("--live",), 1)])
def test_history_opens_no_case_and_what_is_new_does(
    site: Path, tmp_path: Path, words: tuple[str, ...], cases: int
) -> None:
    (tmp_path / "one.eml").write_bytes(
        b"From: ana@unknown.example\r\nTo: support@example.com\r\nSubject: All down\r\nMessage-ID: <7@unknown.example>\r\n"
        b"\r\nSince 08:40 nobody can sign in. Everything is down.\r\n"
    )
    ingest(site, tmp_path / "one.eml", *words)
    installation = open_installation(site)
    store = installation.store()
    sender = MemorySender()
    App(installation.desk(store), DirectReader(), sender, MemoryCalendar()).tick(datetime.now(UTC))
    assert (len(store.cases.listed()), store.inbox.ledger().get("new", 0)) == (cases, 0)
    assert {e.rcpt_to for e in sender.sent} <= {"operator@example.com"}, "a new installation watches"
    store.close()


def _count(site: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{site / 'commsvc.db'}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT COUNT(*) FROM raw_mail").fetchone()[0])
    except sqlite3.OperationalError:
        return -1

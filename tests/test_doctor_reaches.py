"""`commsvc doctor` signs in to every mailbox and mail server, and says which of them let it in."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commsvc.installation import open_installation
from commsvc.shipped import write_installation
from tests.contract.given import arrival
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.postfix import Postfix
from tests.servers.process import free_port

CONFIG = """
[[imap]]
name = "support"
host = "127.0.0.1"
port = {imap}
user = "{user}"
password_env = "MAILBOX"
tls = "none"

[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    write_installation(tmp_path / "site")
    return tmp_path / "site"


def doctor(site: Path, password: str = PASSWORD) -> tuple[int, dict[str, object]]:
    done = subprocess.run([sys.executable, "-m", "commsvc", "doctor", "--json", "--dir", str(site)], capture_output=True,
                          text=True, timeout=60, check=False, env=os.environ | {"MAILBOX": password})  # fmt: skip
    return done.returncode, json.loads(done.stdout)


def neighbours(site: Path, imap: int, smtp: int, user: str) -> None:
    with (site / "config.toml").open("a") as config:
        config.write(CONFIG.format(imap=imap, smtp=smtp, user=user))


def test_where_it_is_let_in_it_says_so(site: Path, dovecot: Dovecot, postfix: Postfix) -> None:
    neighbours(site, dovecot.imap_port, postfix.port, dovecot.new_user())
    code, found = doctor(site)
    assert (code, found["reached"]) == (0, {"mailbox support": True, "smtp": True}), found["wrong"]


def test_a_wrong_password_and_a_server_that_is_away_have_their_sentences(site: Path, dovecot: Dovecot) -> None:
    neighbours(site, dovecot.imap_port, free_port(), dovecot.new_user())
    code, found = doctor(site, "canary-secret")
    assert (code, found["reached"]) == (1, {"mailbox support": False, "smtp": False})
    refused, away = found["wrong"]
    assert "mailbox support at 127.0.0.1 refuses the sign-in of box" in refused
    assert "no connection" in away
    assert "canary-secret" not in json.dumps(found)


def test_a_service_that_stands_still_and_a_clock_that_is_wrong_are_named(site: Path) -> None:
    store, now = open_installation(site).store(), datetime.now(UTC)
    with store.transaction():
        store.signs.leave("tick", now - timedelta(minutes=9))
        store.inbox.connect("support", 1, now - timedelta(days=1))
        store.inbox.add([arrival(1, now + timedelta(minutes=7), validity=1)], now)
    store.close()
    code, found = doctor(site)
    assert code == 1
    assert any("does not run, or stands still" in line for line in found["wrong"])
    assert any("dated a mail 7 minutes after we had it" in line for line in found["wrong"])

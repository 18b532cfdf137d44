"""`commsvc login`, and a service that reads by what it left: a real Dovecot, and secrets that nobody finds anywhere.

Every secret of the issuer has the word "canary" in it: no file of the installation, no log and no answer may hold it.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.contract.mailbox import mail
from tests.servers.dovecot import Dovecot
from tests.servers.issuer import CLIENT, SECRET, TENANT, USER, Issuer
from tests.servers.process import free_port
from tests.test_installation import commsvc, rows, until

TAKEN_IN = "SELECT COUNT(*) FROM raw_mail WHERE mailbox = 'support'"
TROUBLE = "SELECT said FROM trouble WHERE source = 'mailbox support'"


@pytest.fixture
def server(issuer: Issuer) -> Iterator[Dovecot]:
    with Dovecot(issuer=issuer) as dovecot:
        yield dovecot


@pytest.fixture
def trusted(issuer: Issuer, server: Dovecot, tmp_path: Path) -> dict[str, str]:
    """The environment of an operator whose machine trusts both servers."""
    both = tmp_path / "ca.pem"
    both.write_text(issuer.ca.read_text() + (server.at / "tls" / "cert.pem").read_text())
    return {"SSL_CERT_FILE": str(both), "REQUESTS_CA_BUNDLE": str(both), "GOOGLE_SECRET": SECRET}


@pytest.fixture
def site(issuer: Issuer, server: Dovecot, tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    assert commsvc("init", str(folder)).returncode == 0
    config = (folder / "config.toml").read_text()
    listener = config[config.index("[listener]") : config.index("# A mailbox that people")]
    (folder / "config.toml").write_text(
        config.replace(listener, "").replace("8025", str(free_port()))
        + f'\n[google]\nclient_id = "{CLIENT}"\nsecret_env = "GOOGLE_SECRET"\n'
        + f'login_url = "{issuer.url}/authorize"\ntoken_url = "{issuer.url}/token"\n'
        + f'[microsoft]\ntenant = "{TENANT}"\nclient_id = "{CLIENT}"\nlogin_url = "{issuer.url}"\n'
        + f'[[imap]]\nname = "support"\nhost = "localhost"\nport = {server.imaps_port}\nuser = "{USER}"\noauth = "google"\n'
    )
    return folder


def log_in(site: Path, issuer: Issuer, trusted: dict[str, str], *, agreeing: bool = True) -> tuple[int, str]:
    """Run the command, and be its person in a browser."""
    process = subprocess.Popen([sys.executable, "-m", "commsvc", "login", "support", "--dir", str(site)], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ | trusted)  # fmt: skip
    assert process.stdout is not None
    said = ""
    while not (address := re.search(r"https://\S+", said)):
        said += process.stdout.readline()
    with httpx.Client(verify=issuer.tls()) as browser:
        back = browser.get(address[0]).headers["Location"]
    httpx.get(back if agreeing else f"{back.partition('?')[0]}?error=access_denied")
    rest, _ = process.communicate(timeout=30)
    return process.returncode, said + rest


@contextmanager
def serving(site: Path, trusted: dict[str, str], log: Path) -> Iterator[None]:
    """`commsvc run`, with all that it says in a file."""
    with log.open("w") as out:
        process = subprocess.Popen([sys.executable, "-m", "commsvc", "run", "--dir", str(site)], stdout=out, stderr=out,
                                   env=os.environ | trusted)  # fmt: skip
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)


def holding_secrets(*places: Path) -> list[Path]:
    files = [f for place in places for f in place.rglob("*") if f.is_file()]
    return [f for f in files if b"canary" in _content(f)]


def _content(file: Path) -> bytes:
    """What is in it; nothing in one that its owner takes away meanwhile, as SQLite does with its log."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def test_a_service_reads_by_the_sign_in_pauses_without_it_and_keeps_every_secret(
    site: Path, issuer: Issuer, server: Dovecot, trusted: dict[str, str], tmp_path: Path
) -> None:
    server.deliver(USER, mail(1))
    log = tmp_path / "log"
    with serving(site, trusted, log):
        until((site / ".instance").exists, 60)
        said = until(lambda: rows(site, TROUBLE), 60)[0][0]
        assert f"nobody has signed in as {USER} yet; to sign in again: commsvc login {USER}" in said
        code, words = log_in(site, issuer, trusted)
        assert (code, "Signed in: support@support.test" in words) == (0, True)
        until(lambda: rows(site, TAKEN_IN) == [(1,)], 90)
        issuer.refresh.clear()
        issuer.tokens.clear()
        server.kill()
        server.start()
        until(lambda: "it was taken back" in (rows(site, TROUBLE) or [("",)])[0][0], 60)
        server.deliver(USER, mail(2))
        log_in(site, issuer, trusted)
        until(lambda: rows(site, TAKEN_IN) == [(2,)], 90)
        told = commsvc("doctor", "--dir", str(site), **trusted)
    assert "canary" not in told.stdout + told.stderr + words
    assert log.stat().st_size
    assert holding_secrets(tmp_path) == []


def test_whoever_does_not_agree_is_not_signed_in(site: Path, issuer: Issuer, trusted: dict[str, str]) -> None:
    code, words = log_in(site, issuer, trusted, agreeing=False)
    assert (code, "was not agreed to: access_denied" in words) == (1, True)
    assert not (site / "sign-ins").exists()


def test_a_mailbox_without_such_a_sign_in_is_told(site: Path) -> None:
    done = commsvc("login", "nobody", "--dir", str(site))
    assert (done.returncode, "no [[imap]] section of this name" in done.stderr) == (1, True)


def test_a_code_for_a_device_is_shown_and_waited_for(
    site: Path, issuer: Issuer, trusted: dict[str, str], tmp_path: Path
) -> None:
    config = site / "config.toml"
    config.write_text(config.read_text().replace('oauth = "google"', 'oauth = "microsoft"'))
    process = subprocess.Popen([sys.executable, "-m", "commsvc", "login", USER, "--dir", str(site)], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ | trusted)  # fmt: skip
    assert process.stdout is not None
    shown = process.stdout.readline()
    issuer.approve(shown.split()[-1])
    rest, _ = process.communicate(timeout=30)
    assert (process.returncode, rest) == (0, f"Signed in: {USER}. The service takes it up at its next try.\n")
    assert holding_secrets(site) == []

"""An app signs in to Microsoft by a certificate, and its last day is read from it."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commsvc.adapters.oauth.certificate import last_day
from commsvc.errors import Permanent
from tests.contract.graphs import app
from tests.servers.issuer import Issuer


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """A key and its certificate, good for ten days, in one file."""
    both = tmp_path / "app.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "10", "-subj", "/CN=commsvc",
                    "-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")], check=True, capture_output=True)  # fmt: skip
    both.write_text((tmp_path / "key").read_text() + (tmp_path / "cert").read_text())
    return both


def test_a_registered_certificate_is_enough(issuer: Issuer, pem: Path) -> None:
    issuer.certificate = (pem.parent / "cert").read_bytes()
    assert issuer.good(app(issuer, credential=pem).token())


def test_one_that_is_not_registered_is_refused_in_plain_words(issuer: Issuer, pem: Path) -> None:
    with pytest.raises(Permanent, match="the certificate is not registered on the app"):
        app(issuer, credential=pem).token()


def test_a_file_that_is_not_there_is_told(issuer: Issuer, tmp_path: Path) -> None:
    with pytest.raises(Permanent, match=r"the certificate is not readable.*nowhere\.pem"):
        app(issuer, credential=tmp_path / "nowhere.pem").token()


def test_its_last_day_is_read(pem: Path) -> None:
    assert last_day(pem) == (datetime.now(UTC) + timedelta(days=10)).date()


def test_what_is_no_certificate_has_no_last_day(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("nothing")
    with pytest.raises(ValueError, match="PEM"):
        last_day(tmp_path / "x")

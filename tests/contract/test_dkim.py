"""Signed messages verify with the library's own verifier, and no longer when a word is changed."""

import subprocess

import dkim
import pytest

from commsvc.adapters.dkim_signing import DkimSender
from commsvc.adapters.memory import MemorySender
from commsvc.domain.letter.mime import Envelope

MAIL = (b"From: s@kestrel.example\r\nTo: a@acme.example\r\nSubject: Down\r\nMessage-ID: <1@kestrel.example>\r\n"
        b"Date: Mon, 23 Nov 2026 14:00:00 +0000\r\n\r\nWe know.\r\n")  # fmt: skip


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    subprocess.run(
        ["openssl", "genrsa", "-traditional", "-out", folder / "key.pem", "2048"], check=True, capture_output=True
    )
    public = subprocess.run(
        ["openssl", "rsa", "-in", folder / "key.pem", "-pubout"], check=True, capture_output=True
    ).stdout
    body = b"".join(line for line in public.splitlines() if not line.startswith(b"-"))
    return (folder / "key.pem").read_bytes(), b"v=DKIM1; k=rsa; p=" + body


def verifies(data: bytes, record: bytes) -> bool:
    return bool(dkim.verify(data, dnsfunc=lambda name, timeout=5: record))


def test_what_goes_out_is_signed_and_a_changed_word_shows(keys):
    key, record = keys
    inner = MemorySender()
    dots = []
    DkimSender(inner, "kestrel.example", "s1", key).send(
        Envelope(1, "b@k.example", "a@acme.example", "1@k", MAIL), lambda: dots.append(1)
    )
    (sent,) = inner.sent
    assert (sent.data.endswith(MAIL), dots) == (True, [1])
    assert verifies(sent.data, record)
    assert not verifies(sent.data.replace(b"We know.", b"We knew."), record)
    assert not verifies(sent.data.replace(b"Subject: Down", b"Subject: Up"), record)
    assert b" l=" not in sent.data.partition(MAIL)[0]

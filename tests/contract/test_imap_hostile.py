"""IMAP servers that lie, babble or hang: each has its sentence, costs little, and holds no other mail up."""

import resource
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from commsvc.adapters.imap import _LONGEST_IDLE, ImapMailbox
from commsvc.errors import Permanent, Temporary
from tests.contract.mailbox import mail
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.road import Road
from tests.servers.scripted_imap import ScriptedImap

SIZES = b'* 1 FETCH (UID 1 RFC822.SIZE 100 INTERNALDATE "23-Nov-2026 14:00:00 +0000")\r\n'


def box(port: int, **settings: object) -> ImapMailbox:
    """No pause after a failure: a test does not wait."""
    ticks = iter(range(0, 10**9, 100))
    return ImapMailbox("support", "127.0.0.1", port, "ana", "secret-canary",
                       **{"tls": "none", "timeout": 2.0, "clock": lambda: float(next(ticks)), **settings})  # fmt: skip


def body(announced: bytes, sent: bytes = b"") -> object:
    """Answers the sizes of mail 1, and its body as told."""
    said = b"* 1 FETCH (UID 1 BODY[] {" + announced + b"}\r\n" + sent
    return lambda asked: SIZES if b"RFC822.SIZE" in asked else said


@pytest.mark.parametrize("announced", [b"9999999999", b"60000000"])
def test_a_literal_larger_than_any_mail_takes_no_memory(announced: bytes) -> None:
    """T19: Python would take the memory for all of it before the first byte comes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with ScriptedImap({b"UID FETCH": body(announced)}) as server:
        mailbox = box(server.port)
        for _ in range(3):
            with pytest.raises(Temporary, match="in one piece, more than any mail that is taken"):
                mailbox.fetch("", 10)
        (given_up,) = mailbox.fetch("", 10)
    assert b"This mail was not taken in: the server did not hand it out" in given_up.raw
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000, "kilobytes"


@pytest.mark.parametrize(
    "answer",
    [body(b"-1"), body(b"100", b"cut off"), body(b"0x10"), b"* 1 FETCH (UID 1 RFC822.SIZE many)\r\n", b"* \xff\xfe\r\n",
     b"* 1 FETCH (UID 1 RFC822.SIZE 100\r\n", b"* BYE for today\r\n", b"NO [SERVERBUG] what\r\n"[:-2], b"BAD go away"],
    ids=["negative", "cut off", "no number", "no size", "no text", "open end", "BYE", "NO", "BAD"],
)  # fmt: skip
def test_babble_is_a_trouble_with_a_sentence_or_a_mail_that_is_set_aside(answer: object) -> None:
    with ScriptedImap({b"UID FETCH": answer}) as server:
        mailbox = box(server.port, timeout=0.5)
        for _ in range(4):
            try:
                found = mailbox.fetch("", 10)
            except Temporary as why:
                assert str(why).startswith("mailbox support at 127.0.0.1 cannot be read: ")  # noqa: PT017
                assert "secret-canary" not in str(why)  # noqa: PT017
            else:
                assert all(b"This mail was not taken in" in a.raw for a in found)


def test_a_greeting_without_end_is_cut() -> None:
    with ScriptedImap({}, greeting=b"* OK " + b"x" * 3_000_000) as server, pytest.raises(Temporary):
        box(server.port).fetch("", 1)


def test_a_folder_that_is_not_there_is_named(dovecot: Dovecot) -> None:
    mailbox = ImapMailbox(
        "support", "127.0.0.1", dovecot.imap_port, dovecot.new_user(), PASSWORD, tls="none", folder="Hotline"
    )
    with pytest.raises(Temporary, match=r"Mailbox doesn't exist: Hotline"):
        mailbox.fetch("", 1)


def test_a_full_quota_is_said_and_marks_nothing() -> None:
    answers = {
        b"UID FETCH": body(b"%d" % len(mail(1)), mail(1) + b")\r\n"),
        b"UID STORE": b"NO [OVERQUOTA] Quota exceeded",
    }
    with ScriptedImap(answers) as server:
        mailbox = box(server.port)
        (found,) = mailbox.fetch("", 10)
        with pytest.raises(Temporary, match="OVERQUOTA"):
            mailbox.filed([found.uid])
        assert mailbox.fetch("", 10) == [found], "and it goes on being read"


@pytest.fixture
def expired(tmp_path: Path) -> Iterator[tuple[ScriptedImap, ssl.SSLContext]]:
    """A server whose certificate ended yesterday, and somebody who trusts it otherwise."""
    certificate(tmp_path, datetime.now(UTC) - timedelta(days=1))
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with ScriptedImap({}, context=serving) as server:
        yield server, ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))


def certificate(at: Path, ends: datetime) -> None:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]),
    )
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
            .not_valid_before(ends - timedelta(days=30)).not_valid_after(ends).add_extension(names, critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256()))  # fmt: skip
    (at / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (at / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))


def test_an_expired_certificate_is_named_and_no_password_is_said(expired: tuple[ScriptedImap, ssl.SSLContext]) -> None:
    server, trusting = expired
    mailbox = ImapMailbox(
        "support", "localhost", server.port, "ana", "secret-canary", tls="tls", context=trusting, timeout=2
    )
    with pytest.raises(Temporary, match="certificate has expired"):
        mailbox.fetch("", 1)
    assert not any(b"canary" in said for said in server.heard)


def test_the_same_trouble_is_not_asked_for_at_every_call() -> None:
    with ScriptedImap({b"LOGIN": b"NO [AUTHENTICATIONFAILED] no"}) as server:
        mailbox = box(server.port, clock=lambda: 0.0)
        for _ in range(5):
            with pytest.raises(Permanent, match="refuses the sign-in of ana"):
                mailbox.fetch("", 1)
        assert len([said for said in server.heard if said.startswith(b"LOGIN")]) == 1


class TestHalfOpen:
    """F14: the line is dead, and nobody tells us."""

    def test_it_is_noticed_while_waiting(self, dovecot: Dovecot) -> None:
        with Road(dovecot.imap_port) as road:
            mailbox = ImapMailbox(
                "support", "127.0.0.1", road.port, dovecot.new_user(), PASSWORD, tls="none", timeout=1, idle=1
            )
            mailbox.fetch("", 1)
            assert not mailbox.wait(0.5)
            road.silence()
            started = time.monotonic()
            with pytest.raises(Temporary):
                mailbox.wait(60)
            assert time.monotonic() - started < 1 + 1 + 2

    def test_as_it_is_shipped_that_is_within_a_minute(self) -> None:
        assert _LONGEST_IDLE + ImapMailbox("support", "localhost", 1, "ana", "x")._timeout < 60

    def test_mail_that_came_meanwhile_is_there_when_the_line_is_back(self, dovecot: Dovecot) -> None:
        user = dovecot.new_user()
        with Road(dovecot.imap_port) as road:
            mailbox = ImapMailbox("support", "127.0.0.1", road.port, user, PASSWORD, tls="none", timeout=1, idle=1)
            mailbox.fetch("", 1)
            road.cut()
            dovecot.deliver(user, mail(1))
            with pytest.raises(Temporary):
                mailbox.fetch("", 1)
            assert len(mailbox.fetch("", 1)) == 1

"""Our own SMTP server, spoken to over a real connection: 250 only for what is safe, and only for us."""

import smtplib
import socket
from datetime import UTC, datetime

import pytest

from commsvc.adapters.listener import Listener
from commsvc.errors import Temporary

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
MAIL = "From: ana@customers.test\r\nSubject: Hi\r\n\r\nHello\r\n"


class Desk:
    """Takes mail in, or refuses to."""

    def __init__(self):
        self.taken, self.broken = [], False

    def accept(self, arrivals):
        if self.broken:
            raise Temporary("the disk is full")
        self.taken += arrivals


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def listener(desk):
    people = {"dana@support.test": "secret-d"}
    server = Listener("listener", "127.0.0.1", 0, ["support@support.test"], people, desk.accept, lambda: NOW)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp(listener):
    with smtplib.SMTP("127.0.0.1", listener.port, timeout=10) as client:
        client.ehlo("customers.test")
        yield client


def test_a_mail_is_taken_in_with_how_it_came(smtp, desk):
    smtp.sendmail("ana@customers.test", ["support+c1.x@support.test"], MAIL)
    (arrival,) = desk.taken
    assert arrival.raw.endswith(b"Hello\r\n")
    assert (arrival.rcpt_to, arrival.submitted_by, arrival.received_at) == (("support+c1.x@support.test",), "", NOW)


def test_each_mail_has_a_uid_of_its_own(smtp, desk):
    smtp.sendmail("ana@customers.test", ["support@support.test"], MAIL)
    smtp.sendmail("ana@customers.test", ["support@support.test"], MAIL)
    assert len({a.uid for a in desk.taken}) == 2


def test_what_is_not_safe_is_not_acknowledged(smtp, desk):
    desk.broken = True
    with pytest.raises(smtplib.SMTPDataError) as refused:
        smtp.sendmail("ana@customers.test", ["support@support.test"], MAIL)
    assert refused.value.smtp_code == 451
    assert b"disk is full" in refused.value.smtp_error


@pytest.mark.parametrize("to", ["eve@support.test", "support@elsewhere.test", "supportx@support.test", "root"])
def test_nobody_here_is_refused_at_once(smtp, desk, to):
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        smtp.sendmail("ana@customers.test", [to], MAIL)
    assert desk.taken == []


def test_who_signs_in_is_proven(smtp, desk):
    smtp.login("dana@support.test", "secret-d")
    smtp.sendmail("dana@support.test", ["support@support.test"], MAIL)
    assert desk.taken[0].submitted_by == "dana@support.test"


@pytest.mark.parametrize(("who", "password"), [("dana@support.test", "wrong"), ("eve@support.test", ""), ("", "")])
def test_a_wrong_password_proves_nobody(smtp, who, password):
    with pytest.raises(smtplib.SMTPAuthenticationError):
        smtp.login(who, password)


def test_a_peer_that_is_not_allowed_is_refused(desk):
    server = Listener(
        "listener", "127.0.0.1", 0, ["support@support.test"], {}, desk.accept, lambda: NOW, peers=["192.0.2.1"]
    )
    server.start()
    try:
        with smtplib.SMTP("127.0.0.1", server.port, timeout=10) as client, pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail("ana@customers.test", ["support@support.test"], MAIL)
    finally:
        server.stop()
    assert desk.taken == []


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r"])
def test_no_other_line_end_ends_a_mail(listener, desk, end):
    """SMTP smuggling (T18): what is hidden behind a false end is never a mail of its own."""
    with socket.create_connection(("127.0.0.1", listener.port), timeout=10) as wire:

        def say(line):
            wire.sendall(line)
            return wire.recv(4096)

        wire.recv(4096)
        for line in (
            b"EHLO x\r\n",
            b"MAIL FROM:<a@customers.test>\r\n",
            b"RCPT TO:<support@support.test>\r\n",
            b"DATA\r\n",
        ):
            say(line)
        hidden = b"MAIL FROM:<eve@x.test>\r\nRCPT TO:<support@support.test>\r\nDATA\r\nSubject: smuggled\r\n\r\nx"
        say(b"Subject: one\r\n\r\nHello" + end + hidden + b"\r\n.\r\n")
    assert len(desk.taken) <= 1

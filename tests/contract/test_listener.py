"""Our own server, spoken to over a real connection by SMTP and LMTP: 250 only for what is safe, and only for us."""

import smtplib
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from commsvc.adapters.listener import Listener
from commsvc.adapters.listener.listener import LARGEST, RECIPIENTS
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


@contextmanager
def listening(desk, protocol="smtp", peers=("127.0.0.1",)):
    people = {"dana@support.test": "secret-d"}
    server = Listener("listener", "127.0.0.1", 0, ["support@support.test", "orders@support.test"], people, desk.accept,
                      lambda: NOW, peers, protocol)  # fmt: skip
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def client(server):
    """A connection in what this server speaks."""
    kind = smtplib.LMTP if server.protocol == "lmtp" else smtplib.SMTP
    with kind("127.0.0.1", server.port, timeout=10) as smtp:
        smtp.ehlo_or_helo_if_needed()
        yield smtp


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture(params=["smtp", "lmtp"])
def listener(desk, request):
    with listening(desk, request.param) as server:
        yield server


@pytest.fixture
def smtp(listener):
    with client(listener) as smtp:
        yield smtp


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


@pytest.mark.parametrize("peers", [["192.0.2.1"], ["192.0.2.0/24", "2001:db8::/32"], []])
def test_a_peer_that_is_not_allowed_is_refused(desk, peers):
    with listening(desk, peers=peers) as server, client(server) as smtp, pytest.raises(smtplib.SMTPSenderRefused):
        smtp.sendmail("ana@customers.test", ["support@support.test"], MAIL)
    assert desk.taken == []


def test_a_network_of_peers_may_be_allowed(desk):
    with listening(desk, peers=["127.0.0.0/8"]) as server, client(server) as smtp:
        smtp.sendmail("ana@customers.test", ["support@support.test"], MAIL)
    assert len(desk.taken) == 1


def test_what_is_too_big_is_refused_before_it_comes_and_after(smtp, desk):
    with pytest.raises(smtplib.SMTPSenderRefused, match="552"):
        smtp.sendmail("ana@customers.test", ["support@support.test"], "x" * (LARGEST + 1))
    smtp.docmd("MAIL FROM:<ana@customers.test>")
    smtp.docmd("RCPT TO:<support@support.test>")
    assert smtp.data((b"x" * 998 + b"\r\n") * (LARGEST // 998))[0] == 552
    assert desk.taken == []


def test_more_recipients_than_allowed_are_asked_to_come_again(smtp):
    smtp.docmd("MAIL FROM:<ana@customers.test>")
    codes = [smtp.rcpt(f"support+{n}@support.test")[0] for n in range(RECIPIENTS + 1)]
    assert codes == [250] * RECIPIENTS + [452]


def test_a_long_line_is_taken_whole(smtp, desk):
    smtp.sendmail("ana@customers.test", ["support@support.test"], MAIL + "x" * 200_000 + "\r\n")
    assert b"x" * 200_000 + b"\r\n" in desk.taken[0].raw

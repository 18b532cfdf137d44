"""SMTP against a real Postfix that hands over to a real Dovecot: the contract, over STARTTLS with a password."""

import time
from collections.abc import Iterator

import pytest

from commsvc.adapters.smtp import SmtpSender, Tls
from commsvc.errors import Permanent, Temporary
from tests.contract.sender import ANA, BOB, Delivered, SenderContract, letter, nothing
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.postfix import Postfix

PATIENCE = 10.0


def sender_to(postfix: Postfix, tls: Tls = "starttls", user: str = "", password: str = PASSWORD) -> SmtpSender:
    port = postfix.tls_port if tls == "tls" else postfix.port
    return SmtpSender("localhost", port, user, password, tls=tls, context=postfix.tls(), timeout=10)


@pytest.fixture
def sender(postfix: Postfix) -> Iterator[SmtpSender]:
    sender = sender_to(postfix, user="support@support.test")
    yield sender
    sender.close()


@pytest.fixture
def delivered(dovecot: Dovecot) -> Delivered:
    """What came to ANA and BOB since the test began."""
    before = {who: len(dovecot.mails(who)) for who in (ANA, BOB)}

    def wait(count: int) -> list[tuple[str, bytes]]:
        deadline = time.monotonic() + PATIENCE
        while True:
            found = [(who, raw) for who, old in before.items() for raw in dovecot.mails(who)[old:]]
            if len(found) >= count or time.monotonic() > deadline:
                return found
            time.sleep(0.01)

    return wait


class TestSmtp(SenderContract):
    def test_the_envelope_names_one_recipient_and_where_bounces_go(
        self, sender: SmtpSender, delivered: Delivered
    ) -> None:
        sender.send(letter(ANA), nothing)
        ((_, raw),) = delivered(1)
        assert raw.count(b"Delivered-To: ") == 1
        assert raw.startswith(b"Return-Path: <support+b1@support.test>\nDelivered-To: ana@customers.test\n")

    def test_the_password_was_used_on_an_encrypted_line(self, sender: SmtpSender, delivered: Delivered) -> None:
        sender.send(letter(ANA), nothing)
        ((_, raw),) = delivered(1)
        assert b"with ESMTPSA" in raw

    def test_one_connection_serves_many_letters(
        self, sender: SmtpSender, delivered: Delivered, postfix: Postfix
    ) -> None:
        before = postfix.log().count(": connect from")
        for n in range(20):
            sender.send(letter(ANA, id=n), nothing)
        assert len(delivered(20)) == 20
        assert postfix.log().count(": connect from") - before == 1

    @pytest.mark.parametrize("tls", ["tls", "none"])
    def test_other_kinds_of_connection(self, postfix: Postfix, delivered: Delivered, tls: Tls) -> None:
        sender_to(postfix, tls).send(letter(ANA), nothing)
        assert len(delivered(1)) == 1

    def test_a_recipient_that_is_refused_leaves_the_line_usable(self, sender: SmtpSender, delivered: Delivered) -> None:
        with pytest.raises(Permanent, match="RCPT for @: 501 "):
            sender.send(letter("@"), nothing)
        sender.send(letter(BOB), nothing)
        assert [to for to, _ in delivered(1)] == [BOB]

    def test_a_letter_over_the_servers_limit_is_permanent(self, sender: SmtpSender) -> None:
        with pytest.raises(Permanent, match=r"552 5\.3\.4"):
            sender.send(letter(ANA, "x" * 10_000_001), nothing)


def test_a_wrong_password_is_the_fault_of_no_letter(postfix: Postfix) -> None:
    with pytest.raises(Temporary, match=r"no connection: 535 5\.7\.8"):
        sender_to(postfix, user="support@support.test", password="wrong").send(letter(ANA), nothing)


def test_a_server_that_nobody_vouches_for_gets_nothing(postfix: Postfix) -> None:
    for tls, port in (("tls", postfix.tls_port), ("starttls", postfix.port)):
        stranger = SmtpSender("localhost", port, "support@support.test", PASSWORD, tls=tls)  # type: ignore[arg-type]
        with pytest.raises(Temporary, match="certificate"):
            stranger.send(letter(ANA), nothing)

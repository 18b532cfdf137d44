"""IMAP when things go wrong: lost servers, wrong passwords, uids that mean other mails, and waiting."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from commsvc.adapters.imap import ImapMailbox
from commsvc.errors import Permanent, Temporary
from tests.contract.mailbox import mail
from tests.servers.dovecot import PASSWORD, Dovecot


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[Dovecot]:
    """A Dovecot of our own, to kill."""
    with Dovecot() as server:
        yield server


def box(
    server: Dovecot, user: str, clock: Clock | None = None, password: str = PASSWORD, timeout: float = 5
) -> ImapMailbox:
    return ImapMailbox(
        "support",
        "127.0.0.1",
        server.imap_port,
        user,
        password,
        tls="none",
        timeout=timeout,
        clock=clock or time.monotonic,
    )


def test_a_killed_server_is_temporary_and_then_forgotten(server: Dovecot) -> None:
    user, clock = server.new_user(), Clock()
    mailbox = box(server, user, clock)
    server.deliver(user, mail(1))
    (first,) = mailbox.fetch("", 10)
    server.kill()
    with pytest.raises(Temporary, match=r"mailbox support at .* cannot be read"):
        mailbox.filed([first.uid])
    with pytest.raises(Temporary, match="refused"):
        mailbox.fetch("", 10)
    server.start()
    with pytest.raises(Temporary, match="refused"):
        mailbox.fetch("", 10)  # too early: a server that comes back is not stormed
    clock.now += 1
    assert [a.uid for a in mailbox.fetch("", 10)] == [first.uid]
    mailbox.filed([first.uid])
    assert server.flags(user) == ["a"]


def test_the_pause_grows_to_a_minute_and_no_further_however_long_it_lasts(server: Dovecot) -> None:
    clock = Clock()
    mailbox = box(server, server.new_user(), clock)
    server.kill()
    pauses = []
    for _ in range(1_100):
        with pytest.raises(Temporary):
            mailbox.fetch("", 1)
        pauses.append(mailbox._not_before - clock.now)
        clock.now = mailbox._not_before
    assert pauses[:6] == [1, 2, 4, 8, 16, 32]
    assert set(pauses[6:]) == {60}


def test_a_wrong_password_is_permanent_and_not_tried_at_every_tick(server: Dovecot) -> None:
    clock = Clock()
    mailbox = box(server, server.new_user(), clock, "wrong")
    for _ in range(3):
        with pytest.raises(Permanent, match="refuses the sign-in of box0"):
            mailbox.fetch("", 1)
    assert (server.at / "dovecot.log").read_text().count("auth failed") <= 1


def test_a_password_may_have_any_letters(server: Dovecot) -> None:
    with (server.at / "passwd").open("a") as users:
        users.write("eva@support.test:{PLAIN}geheim-üß::::::\n")
    server.kill()
    server.start()
    assert list(box(server, "eva@support.test", password="geheim-üß").fetch("", 1)) == []


def test_new_uids_are_told_and_old_ones_touch_nothing(server: Dovecot) -> None:
    user, clock = server.new_user(), Clock()
    mailbox = box(server, user, clock)
    for n in (1, 2):
        server.deliver(user, mail(n))
    before, found = mailbox.uidvalidity(), mailbox.fetch("", 10)
    mailbox.close()
    time.sleep(1.1)  # a validity is a second's number
    server.forget_uids(user)
    mailbox.filed([a.uid for a in found])
    assert mailbox.uidvalidity() != before
    assert server.flags(user) == ["", ""]
    assert {a.uidvalidity for a in mailbox.fetch("", 10)} == {mailbox.uidvalidity()}


def test_a_server_that_falls_silent_is_temporary(server: Dovecot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mailbox = ImapMailbox("support", "127.0.0.1", silent.getsockname()[1], "ana", "x", tls="none", timeout=0.2)
        with pytest.raises(Temporary, match="timed out"):
            mailbox.fetch("", 1)


def test_no_password_goes_over_a_line_that_cannot_be_encrypted(server: Dovecot) -> None:
    mailbox = ImapMailbox("support", "127.0.0.1", server.imap_port, "ana", "x", tls="starttls", timeout=2)
    with pytest.raises(Temporary, match="certificate"):  # only our own context trusts this server
        mailbox.fetch("", 1)


@pytest.mark.parametrize("filed", ["seen", "keyword:", "delete:all"])
def test_only_two_ways_of_filing_exist(filed: str) -> None:
    with pytest.raises(ValueError, match="keyword:NAME"):
        ImapMailbox("support", "localhost", 1, "ana", "x", filed=filed)


class TestWaiting:
    def test_it_ends_when_mail_arrives(self, server: Dovecot) -> None:
        user = server.new_user()
        mailbox = box(server, user)
        assert list(mailbox.fetch("", 10)) == []
        threading.Timer(0.2, server.deliver, (user, mail(1))).start()
        started = time.monotonic()
        assert mailbox.wait(10)
        assert time.monotonic() - started < 5
        assert len(mailbox.fetch("", 10)) == 1

    def test_mail_that_is_there_already_is_not_waited_for(self, server: Dovecot) -> None:
        user = server.new_user()
        mailbox = box(server, user)
        mailbox.fetch("", 10)
        server.deliver(user, mail(1))
        mailbox.uidvalidity()
        assert mailbox.wait(10)

    def test_it_ends_after_its_time(self, server: Dovecot) -> None:
        user = server.new_user()
        mailbox = box(server, user)
        server.deliver(user, mail(1))
        mailbox.fetch("", 10)
        started = time.monotonic()
        assert not mailbox.wait(0.3)
        assert 0.25 < time.monotonic() - started < 2

    def test_a_dead_connection_is_told_at_once(self, server: Dovecot) -> None:
        mailbox = box(server, server.new_user())
        mailbox.fetch("", 10)
        threading.Timer(0.2, server.kill).start()
        started = time.monotonic()
        with pytest.raises(Temporary):
            mailbox.wait(30)
        assert time.monotonic() - started < 5

"""A real Postfix hands mail to our own server, by SMTP and by LMTP."""

import smtplib
import time
from email import policy
from email.message import EmailMessage

import pytest

from tests.contract.test_listener import Desk, listening
from tests.servers.postfix import Postfix
from tests.servers.process import PATIENCE


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture(params=["smtp", "lmtp"])
def mta(desk, request):
    with listening(desk, request.param) as server, Postfix(server.port, by=request.param) as postfix:
        yield postfix


def mail(n=1, text="The orders are stuck.\n.\n..\nFrom here on nothing works.\n"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ana@customers.test", "support@support.test", f"number {n}"
    message.set_content(text)
    return message


def send(mta, message, *to):
    with smtplib.SMTP("127.0.0.1", mta.port, timeout=10) as smtp:
        smtp.sendmail("ana@customers.test", to or ["support@support.test"], message.as_bytes(policy=policy.SMTP))


def until(holds):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_mail_comes_through_whole(mta, desk):
    send(mta, mail())
    until(lambda: desk.taken)
    raw = desk.taken[0].raw
    assert raw.partition(b"\r\n\r\n")[2] == b"The orders are stuck.\r\n.\r\n..\r\nFrom here on nothing works.\r\n"
    assert b"Subject: number 1\r\n" in raw


def test_one_mail_to_three_of_our_addresses_is_one_arrival(mta, desk):
    send(mta, mail(), "support@support.test", "orders@support.test", "support+c7@support.test")
    until(lambda: desk.taken)
    until(lambda: mta.log().count("status=sent") == 3)
    assert [set(a.rcpt_to) for a in desk.taken] == [
        {"support@support.test", "orders@support.test", "support+c7@support.test"}
    ]


def test_who_is_not_here_is_told_by_postfix_and_the_others_get_it(mta, desk):
    send(mta, mail(), "support@support.test", "nobody@support.test")
    until(lambda: "status=bounced (host 127.0.0.1" in mta.log() and desk.taken)
    assert [a.rcpt_to for a in desk.taken] == [("support@support.test",)]


def test_what_could_not_be_stored_stays_with_postfix_and_comes_again(mta, desk):
    desk.broken = True
    send(mta, mail())
    until(lambda: "status=deferred" in mta.log())
    assert "the disk is full" in mta.log()
    assert desk.taken == []
    desk.broken = False
    until(lambda: desk.taken)
    assert len(desk.taken) == 1


def test_a_burst_comes_in_once_each(mta, desk):
    with smtplib.SMTP("127.0.0.1", mta.port, timeout=10) as smtp:
        for n in range(50):
            smtp.send_message(mail(n), "ana@customers.test", ["support@support.test"])
    until(lambda: mta.log().count("status=sent") == 50)
    subjects = [a.raw.partition(b"Subject: ")[2].partition(b"\r\n")[0] for a in desk.taken]
    assert sorted(subjects) == sorted(b"number %d" % n for n in range(50))

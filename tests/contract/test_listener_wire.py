"""What goes over the wire to our own server, byte by byte: smuggled mails, and LMTP's replies."""

import socket

import pytest

from tests.contract.test_listener import Desk, listening

SMUGGLING = {
    "LF . LF": b"\n.\n",
    "LF . CR LF": b"\n.\r\n",
    "CR LF . LF": b"\r\n.\n",
    "CR . CR": b"\r.\r",
    "CR . CR LF": b"\r.\r\n",
    "CR LF . CR": b"\r\n.\r",
    "LF . CR": b"\n.\r",
    "CR CR LF . CR LF": b"\r\r\n.\r\n",  # the legal end stands in it: what follows would be commands
}
HIDDEN = b"MAIL FROM:<eve@x.test>\r\nRCPT TO:<support@support.test>\r\nDATA\r\nSubject: smuggled\r\n\r\nx"


@pytest.fixture
def desk():
    return Desk()


def talk(server, *said, until=b""):
    """Say each of these when the one before was answered; what the server answered, up to `until` or its end."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as wire:
        heard = _reply(wire)
        for words in said:
            wire.sendall(words)
            heard += _reply(wire)
        while until not in heard.split(b"354")[-1] and (more := wire.recv(65536)):
            heard += more
    return heard


def _reply(wire):
    """One reply; the last line of it has a space after its code."""
    heard = b""
    while not heard.endswith(b"\n") or heard.splitlines()[-1][3:4] != b" ":
        heard += wire.recv(65536)
    return heard


def opening(protocol, *names):
    hello = b"LHLO x\r\n" if protocol == "lmtp" else b"EHLO x\r\n"
    recipients = [f"RCPT TO:<{name}@support.test>\r\n".encode() for name in names]
    return [hello, b"MAIL FROM:<a@customers.test>\r\n", *recipients, b"DATA\r\n"]


@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
@pytest.mark.parametrize("end", SMUGGLING.values(), ids=SMUGGLING.keys())
def test_what_hides_behind_a_false_end_is_never_a_mail(desk, protocol, end):
    """T18: the mail is refused, and with it everything that came behind it."""
    with listening(desk, protocol) as server:
        mail = b"Subject: one\r\n\r\nHello" + end + HIDDEN + b"\r\n.\r\nQUIT\r\n"
        heard = talk(server, *opening(protocol, "support"), mail, until=b"the end of the connection")
    assert heard.split(b"354")[-1].count(b"521 5.5.2") == 1
    assert desk.taken == []


@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
def test_lines_that_begin_with_a_dot_are_only_lines(desk, protocol):
    with listening(desk, protocol) as server:
        talk(server, *opening(protocol, "support"), b"Subject: one\r\n\r\n..\r\n...\r\nx\r\n.\r\n", until=b"250")
    assert [a.raw for a in desk.taken] == [b"Subject: one\r\n\r\n.\r\n..\r\nx\r\n"]


def test_by_lmtp_three_recipients_get_three_replies_for_one_mail(desk):
    with listening(desk, "lmtp") as server:
        heard = talk(server, *opening("lmtp", "support", "nobody", "orders", "support+c7"), b"Subject: one\r\n\r\nx\r\n.\r\n",
                     b"NOOP\r\n", until=b"250 OK")  # fmt: skip
    answers = heard.partition(b"354")[2].splitlines()[1:]
    assert answers == [b"250 2.0.0 it is safe here"] * 3 + [b"250 OK"]
    assert b"550 5.1.1" in heard
    assert [a.rcpt_to for a in desk.taken] == [
        ("support@support.test", "orders@support.test", "support+c7@support.test")
    ]


def test_by_lmtp_each_recipient_is_told_that_it_is_not_safe(desk):
    desk.broken = True
    with listening(desk, "lmtp") as server:
        heard = talk(server, *opening("lmtp", "support", "orders"), b"Subject: one\r\n\r\nx\r\n.\r\n",
                     b"NOOP\r\n", until=b"250 OK")  # fmt: skip
    assert heard.count(b"451 4.3.0") == 2


@pytest.mark.parametrize("hello", [b"EHLO x\r\n", b"HELO x\r\n"])
def test_lmtp_is_not_taken_for_smtp(desk, hello):
    with listening(desk, "lmtp") as server:
        assert b"500 " in talk(server, hello, until=b"500")

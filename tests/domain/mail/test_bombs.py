"""Mails made to stall or break a reader: each is answered within two seconds."""

import base64
import time
import zlib
from collections.abc import Callable

import pytest

from commsvc.domain.mail.caps import TooBig
from commsvc.domain.mail.mail import Mail
from commsvc.domain.mail.parse import parse
from commsvc.domain.mail.sanitise import Refused, sanitise

HEAD = b"From: a@b.example\nTo: c@d.example\nSubject: s\n"


def _nested(depth: int) -> bytes:
    head = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(depth))
    return HEAD + head + b"\ntext\n"


def _html(body: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + body


def _plain(body: bytes) -> bytes:
    return HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + body


def _event(lines: bytes) -> bytes:
    body = b"BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1\nDTSTART:20260101T100000Z\n"
    return HEAD + b"Content-Type: text/calendar\n\n" + body + lines + b"\nEND:VEVENT\nEND:VCALENDAR\n"


def _parts(count: int) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * count + b"--b--\n"


BOMBS: dict[str, Callable[[], bytes]] = {
    "2,000 nested multiparts": lambda: _nested(2000),
    "nineteen nested multiparts with 20 MB inside": lambda: _nested(18) + b"x" * 20_000_000,
    "100 kB of semicolons in a Content-Type": lambda: b"Content-Type: text/plain" + b";" * 100_000 + b"\n\nx",
    "60 kB of semicolons in a Content-Type": lambda: b"Content-Type: text/plain" + b";" * 60_000 + b"\n\nx",
    "50 kB of quotes in From": lambda: b"From: " + b'"' * 50_001 + b" <a@b.example>\n\nx",
    "50 kB of escaped quotes in From": lambda: b'From: "' + b'\\"' * 25_000 + b"\n\nx",
    "50 kB of opened comments in From": lambda: b"From: " + b"(" * 50_000 + b"\n\nx",
    "50 kB of angle brackets in From": lambda: b"From: " + b"<" * 50_000 + b"\n\nx",
    "20,000 addresses": lambda: b"To: " + b",".join(b"a%d@b.example" % i for i in range(20_000)) + b"\n\nx",
    "5,000 short addresses": lambda: b"To: " + b",".join(b"a%d@b.c" % i for i in range(5000)) + b"\n\nx",
    "encoded words never closed": lambda: b"Subject: " + b"=?utf-8?q?a" * 5000 + b"\n\nx",
    "500,000 header lines": lambda: b"X: y\n" * 500_000 + b"\nx",
    "a thousand parts": lambda: _parts(1000),
    "1 MB of <div>": lambda: _html(b"<div>" * 200_000),
    "200 kB of <": lambda: _html(b"<" * 200_000),
    "200 kB of unclosed comments": lambda: _html(b"<!--" * 50_000),
    "200 kB of unclosed styles": lambda: _html(b"<style>" * 28_000),
    "200 kB of unclosed attributes": lambda: _html(b'<a href="' * 22_000),
    "200 kB of block quotes": lambda: _html(b"<blockquote type=cite>x" * 8_000),
    "1 MB of >": lambda: _plain(b">" * 1_000_000),
    "1 MB of > lines": lambda: _plain(b"> x\ny\n" * 170_000),
    "1 MB of 'On'": lambda: _plain(b"On 2026 a@b.example " * 50_000),
    "200,000 lines that begin an attribution": lambda: _plain(b"On Mon, 5 Jan 2026 at 10:00,\n" * 30_000),
    "30,000 header-like lines": lambda: _plain(b"From: a@b.example\n" * 30_000),
    "1 MB of dashes": lambda: _plain(b"-" * 1_000_000),
    "1 MB of blanks": lambda: _plain(b" " * 1_000_000),
    "80,000 lines of dashes": lambda: _plain(b"----------\n" * 80_000),
    "INTERVAL=0": lambda: _event(b"RRULE:FREQ=SECONDLY;INTERVAL=0;COUNT=99999999"),
    "100,000 calendar lines": lambda: _event(b"ATTENDEE:mailto:a@b.example\n" * 17_000),
    "a quote never closed in a calendar": lambda: _event(b'ATTENDEE;CN="' + b";:" * 200_000),
    "a zip of zeros": lambda: HEAD + b"Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(zlib.compress(bytes(50_000_000))),
    "utf-7": lambda: HEAD + b"Content-Type: text/html; charset=utf-7\n\n+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "an empty Message-ID": lambda: b"Message-ID: <>\nReferences: <\nIn-Reply-To: >\n\nx",
    "a delivery report of 1 MB of addresses": lambda: b"From: mailer-daemon@b.example\nSubject: failure notice\n\n"
    + b"<a@b.example>: failed user@x.example\n" * 25_000,
    "a RFC 2231 name in 60,000 pieces": lambda: b"Content-Type: a/b" + b"".join(b";n*%d=a" % i for i in range(6000)) + b"\n\nx",
    "nothing": lambda: b"",
    "a byte": lambda: b"\xff",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_answered_within_two_seconds(name: str) -> None:
    raw = BOMBS[name]()
    begin = time.process_time()
    try:
        answer: Mail | TooBig = parse(raw)
    except TooBig as over:
        answer = over
    assert time.process_time() - begin < 2
    assert isinstance(answer, Mail) or answer.reason.value


def test_utf_7_is_not_turned_into_markup() -> None:
    assert "<script" not in parse(BOMBS["utf-7"]()).text


def test_deep_html_is_refused_before_the_sanitiser_sees_it() -> None:
    begin = time.process_time()
    assert sanitise("<div>" * 40_000) is Refused.DEEP
    assert sanitise("<div>" * 200_000) is Refused.LARGE
    assert time.process_time() - begin < 0.2

"""Whatever bytes come, one `Mail` comes out, in time that grows no faster than the bytes."""

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.domain.mail.caps import TooBig
from commsvc.domain.mail.contract import as_contract
from commsvc.domain.mail.mail import Mail
from commsvc.domain.mail.parse import parse

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "mail").rglob("*.eml"))
MUTATIONS = 60_000 if os.environ.get("COMMSVC_PROVE") else 3_000
SPICE = [
    b"\n", b"\r\n", b"\r", b"\0", b"\xff", b"\xe4", b"\x1b$B", b"~{", b"=?utf-8?b?", b"?=", b"<", b">", b'"', b"(",
    b";", b":", b",", b"--b1", b"--", b"Content-Type: multipart/mixed; boundary=z\n\n--z\n", b"\nFrom: x\n", b" ",
    b"Content-Transfer-Encoding: base64\n", b"charset=utf-16", b"charset=hz", b"charset=x-unknown", b"=\n", b"=E4",
    b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:99999999T999999Z\n", b"DURATION:P99999D\n", b"<blockquote>", b"<!--",
    b"On Mon, 5 Jan 2026 at 10:00 x@y.example wrote:\n", b"\n> ", b"\n-- \n", b"\nSent from my x\n", b"format=flowed",
    b"&#99999999999;", b"&#xd800;", b"Date: Mon, 99 Foo 99999 99:99:99 +9999\n", b"filename*0*=utf-8''%ff", b"\xed\xa0\x80",
]  # fmt: skip


def read(raw: bytes) -> Mail | None:
    """Parse, print as JSON; None for a mail over a cap."""
    try:
        mail = parse(raw)
    except TooBig:
        return None
    assert not any("\0" in text for text in _texts(mail))
    json.dumps(as_contract(mail)).encode("ascii")
    return mail


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_are_read(raw: bytes) -> None:
    read(raw)
    read(b"From: a@b.example\nContent-Type: text/html\n\n" + raw)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(SPICE), max_size=30))
def test_any_mixture_of_what_mails_are_made_of_is_read(pieces: list[bytes]) -> None:
    read(b"".join(pieces))
    read(b"From: a@b.example\n" + b"".join(pieces))


def _texts(value: object) -> Iterator[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _texts(getattr(value, each.name))


NULS = ["\0", "=00", "AA==", "%00", "&#0;", "=?utf-8?q?=00?=", "=?utf-16?b?AAA=?=", "x"]
EVERYWHERE = """Message-ID: <1{0}2@a.example>
From: An{0}a <an{0}a@acme.example>
Cc: B{0}o <b{0}o@acme.example>
Subject: It {0} is down
In-Reply-To: <3{0}4@b.example>
References: <5{0}6@b.example>
Received: from {0} by mx.example
Return-Path: <>
Content-Type: {type}

--b
Content-Type: text/{0}plain; charset=utf-8

W{0}ords
> of {0}
-- {0}
Ana{0}
--b
Content-Type: application/x{0}y; name="a{0}b"; filename*=utf-8''c{0}d

--b
Content-Type: message/delivery-status

Final-Recipient: rfc822; an{0}a@acme.example
Action: fai{0}led

--b
Content-Type: text/calendar; method=RE{0}PLY

BEGIN:VCALENDAR
BEGIN:VEVENT
UID:a{0}b
ATTENDEE;PARTSTAT=AC{0}C:mailto:a{0}@b.example
END:VEVENT
END:VCALENDAR
--b--
"""


@pytest.mark.parametrize(
    "kind", ["multipart/mixed; boundary=b", "multipart/report; boundary=b", "text/html", "text/plain"]
)
@pytest.mark.parametrize("nul", NULS)
def test_no_field_holds_a_nul_which_a_database_may_refuse(kind: str, nul: str) -> None:
    mail = read(EVERYWHERE.format(nul, type=kind).encode())
    assert mail is not None
    assert mail.message_id
    assert [text for text in _texts(mail) if "\0" in text] == []


LINES = st.sampled_from([
    "", "Hello Ana,", "the printer is down", "> quoted", ">> deeper", "On Mon, Jan 5, 2026 at 10:00 AM Bo <b@x.example> wrote:",
    "-- ", "Bo Berg", "+46 70 123 45 67", "From: Bo <b@x.example>", "Sent: Monday", "To: a@y.example", "Subject: x",
    "-----Original Message-----", "Sent from my iPhone", "Best regards,", "________________", "Begin forwarded message:", "Thanks",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=25))
def test_a_reply_is_made_of_lines_of_the_text_and_no_line_is_lost(lines: list[str]) -> None:
    mail = parse(b"From: a@b.example\n\n" + "\n".join(lines).encode())
    text = [line.strip() for line in mail.text.split("\n")]
    for part in (mail.reply_text, mail.quoted_text, mail.signature):
        assert all(line.strip() in text for line in part.split("\n") if line.strip())
    kept = f"{mail.reply_text}\n{mail.quoted_text}\n{mail.signature}".split("\n")
    assert sorted(filter(None, map(str.strip, kept))) == sorted(filter(None, text))


def _mutated(raw: bytes, chance: random.Random) -> bytes:
    data = bytearray(raw)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0:
                data[at:at] = chance.choice(SPICE)
            case 1:
                del data[at : at + chance.randint(1, 40)]
            case 2:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                data[at:at] = data[max(0, at - chance.randint(1, 300)) : at]
            case 4:
                data[at:at] = chance.choice(SPICE) * chance.randint(2, 60)
            case _:
                del data[at:]
    return bytes(data)


def test_mutated_mails_are_read_one_after_the_other() -> None:
    chance = random.Random(20261125)
    raws = [path.read_bytes() for path in SAMPLES]
    assert raws
    good = b"From: Ana <ana@acme.example>\nSubject: Hi\n\nAll well?\n"
    for number in range(MUTATIONS):
        raw = _mutated(chance.choice(raws), chance)
        begin = time.process_time()
        try:
            read(raw)
        except Exception as fault:
            raise AssertionError(f"mutation {number}: {raw!r}") from fault
        assert time.process_time() - begin < 1, f"mutation {number}: {raw!r}"
    mail = read(good)
    assert mail is not None
    assert mail.reply_text == "All well?"


GROWING: dict[str, Callable[[int], bytes]] = {
    "attributions": lambda n: b"\n" + b"On Mon, 5 Jan 2026 at 10:00, x wrote\n" * n,
    "quotes and answers": lambda n: b"\n" + b"> question?\n\nanswer\n\n" * n,
    "header blocks": lambda n: b"\n" + b"From: a@b.example\nSent: 1/1/2026\nTo: c\nSubject: d\n\ntext\n\n" * n,
    "signatures": lambda n: b"\n" + b"-- \nAna\n+49 89 1234567\n\n" * n,
    "tags": lambda n: b"Content-Type: text/html\n\n" + b"<p>a<b>c</b><br>&amp;</p>" * n,
    "broken tags": lambda n: b"Content-Type: text/html\n\n" + b'<a title="<b' * n,
    "encoded words": lambda n: b"Subject: " + b" =?utf-8?q?a?=" * min(n, 4000) + b"\n\n" + b"x" * n,
    "parameters": lambda n: b"Content-Type: text/plain; " + b'a="b\\";' * min(n, 8000) + b"\n\n" + b"x" * n,
    "bounce lines": lambda n: b"From: mailer-daemon@x.example\nSubject: failure notice\n\n" + b"<a@b.example>: failed\n" * n,
    "base64": lambda n: b"Content-Transfer-Encoding: base64\n\n" + b"QUJD=\n" * n,
}  # fmt: skip


@pytest.mark.parametrize("name", GROWING)
def test_four_times_the_mail_takes_no_more_than_about_four_times_the_time(name: str) -> None:
    build = GROWING[name]

    def best(size: int) -> float:
        raw = build(size)
        times = []
        for _ in range(3):
            begin = time.process_time()
            read(raw)
            times.append(time.process_time() - begin)
        return min(times)

    small, large = best(1_000), best(4_000)
    assert large < 9 * small + 0.02

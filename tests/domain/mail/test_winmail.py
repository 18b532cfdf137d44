"""winmail.dat: what Outlook packed away is listed, and no such file stalls or breaks the reader."""

import base64
import random
import struct
import time

import pytest

from commsvc.domain.mail.mail import Mail
from commsvc.domain.mail.parse import parse

HEAD = struct.pack("<IH", 0x223E9F78, 1)
TITLE, DATA, RENDER, ATTACHMENT, CODEPAGE, RECIPIENTS = 0x8010, 0x800F, 0x9002, 0x9005, 0x9007, 0x9004


def part(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def attachment(title: bytes, data: bytes, properties: bytes = b"") -> bytes:
    more = part(2, ATTACHMENT, properties) if properties else b""
    return part(2, RENDER, bytes(14)) + part(2, TITLE, title + b"\0") + part(2, DATA, data) + more


def long_name(name: str) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return struct.pack("<IHHII", 1, 0x1F, 0x3707, 1, len(text)) + text + bytes(-len(text) % 4)


def read(packed: bytes, kind: str = "application/ms-tnef") -> Mail:
    head = f"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b\nContent-Type: {kind}; name=winmail.dat\n"
    return parse(head.encode() + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(packed) + b"--b--\n")


GOOD = (
    HEAD
    + part(1, CODEPAGE, struct.pack("<II", 1252, 0))
    + attachment(b"OFFER~1.PDF", b"x" * 300, long_name("Offer für Ana.pdf"))
)


@pytest.mark.parametrize("kind", ["application/ms-tnef", "application/vnd.ms-tnef", "application/octet-stream"])
def test_what_is_inside_is_listed_with_its_long_name(kind: str) -> None:
    mail = read(GOOD + attachment(b"plan.txt", b"y" * 20), kind)
    assert [(a.name, a.size) for a in mail.attachments[1:]] == [("Offer für Ana.pdf", 300), ("plan.txt", 20)]
    assert mail.attachments[0].name == "winmail.dat"
    assert mail.errors == ()
    assert mail.reply_text == "Hello"


def test_a_name_is_for_display_only() -> None:
    assert read(HEAD + attachment(b"..\\..\\etc/pass\x01wd", b"")).attachments[1].name == ".._.._etc_passwd"


BOMBS = {
    "nothing": b"",
    "another file": b"PK\3\4" + bytes(100),
    "cut short": GOOD[:-40],
    "a length of four thousand million": HEAD + struct.pack("<BHHI", 2, RENDER, 6, 0xFFFFFFFF),
    "a million pieces": HEAD + part(1, 0x8004, b"") * 1_000_000,
    "a hundred thousand attachments": HEAD + attachment(b"a", b"") * 100_000,
    "a property with four thousand million values": HEAD + attachment(b"a", b"", struct.pack("<IHHI", 1, 0x1002, 0x3707, 0xFFFFFFFF)),
    "four thousand million properties": HEAD + attachment(b"a", b"", struct.pack("<I", 0xFFFFFFFF) + bytes(60_000)),
    "four thousand million recipients": HEAD + part(1, RECIPIENTS, struct.pack("<I", 0xFFFFFFFF)),
    "an attachment that nobody announced": HEAD + part(2, TITLE, b"x"),
    "a large property": HEAD + attachment(b"a", b"", bytes(5_000_000)),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_answered_within_two_seconds(name: str) -> None:
    begin = time.process_time()
    assert read(BOMBS[name]).reply_text == "Hello"
    assert time.process_time() - begin < 2


def test_a_fault_inside_is_named() -> None:
    for name in ("another file", "cut short", "a million pieces", "a hundred thousand attachments"):
        assert any("winmail.dat" in e for e in read(BOMBS[name]).errors), name


def test_mutated_ones_are_read() -> None:
    chance = random.Random(20261125)
    for _ in range(300):
        packed = bytearray(GOOD)
        for _ in range(chance.randint(1, 5)):
            packed[chance.randrange(len(packed))] = chance.randrange(256)
        assert read(bytes(packed)).reply_text == "Hello"

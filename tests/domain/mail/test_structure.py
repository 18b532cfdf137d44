"""Which parts are the text, which are attached, and what is too much."""

import json

import pytest

from commsvc.domain.mail.caps import Caps, Over, TooBig
from commsvc.domain.mail.contract import as_contract, as_refusal
from commsvc.domain.mail.mail import Attachment, Mail
from commsvc.domain.mail.parse import parse
from commsvc.domain.mail.sanitise import sanitise
from commsvc.domain.mail.structure import display

PLAIN = "Content-Type: text/plain\n\nplain\n"
HTML = "Content-Type: text/html\n\n<p>rich</p>\n"
FILE = "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nQUJD\n"


def multi(kind: str, *parts: str, boundary: str = "b", end: str = "--b--\n") -> str:
    inner = "".join(f"--{boundary}\n{part}" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{inner}{end}'


def read(text: str) -> Mail:
    return parse(("From: a@b.example\n" + text).encode())


@pytest.mark.parametrize(
    ("mail", "text", "names"),
    [
        (multi("alternative", PLAIN, HTML), "plain", []),
        (multi("alternative", "Content-Type: text/plain\n\n \n", HTML), "rich", []),
        (multi("mixed", HTML, FILE), "rich", ["a.pdf"]),
        (multi("mixed", PLAIN, FILE, "Content-Type: text/plain\n\nmore\n"), "plain\n\nmore", ["a.pdf"]),
        (multi("mixed", PLAIN, "Content-Type: text/html\n\n<p>plain</p>\n"), "plain", []),
        (multi("mixed", PLAIN, "Content-Type: text/plain\nContent-Disposition: attachment; filename=log.txt\n\nlog\n"), "plain", ["log.txt"]),
        (multi("mixed", PLAIN, "Content-Type: message/rfc822\n\nSubject: inner\n\ninner text\n"), "plain", [None]),
        (multi("mixed", PLAIN, FILE, end=""), "plain", ["a.pdf"]),
        (multi("mixed", PLAIN, FILE).replace('boundary="b"', "boundary=wrong"), "plain", ["a.pdf"]),
        (multi("mixed", PLAIN, FILE).replace('; boundary="b"', ""), "plain", ["a.pdf"]),
        ("Content-Type: multipart/mixed; boundary=b\n\nno parts here\n", "no parts here", []),
        ("Content-Type: text/plain; name=body.txt\n\nthe only part\n", "the only part", []),
        (multi("mixed", PLAIN, "Content-Type: application/pdf; name*0*=utf-8''%E2%82%AC; name*1=uro.pdf\n\nx\n"), "plain", ["€uro.pdf"]),
        (multi("mixed", PLAIN, 'Content-Type: application/pdf; name="=?utf-8?q?=E2=82=AC.pdf?="\n\nx\n'), "plain", ["€.pdf"]),
        ("Content-Type: text/html\n\n<style>p{}</style><p style='display:none'>pre</p><p>a&amp;b<br>c</p><!-- x -->", "a&b\nc", []),
    ],
)  # fmt: skip
def test_text_and_attachments(mail: str, text: str, names: list[str | None]) -> None:
    found = read(mail)
    assert found.text == text
    assert [a.name for a in found.attachments] == names


BASE64 = "Content-Transfer-Encoding: base64\n\n"


@pytest.mark.parametrize(
    ("coded", "text"),
    [
        ("Zmlyc3QK\nc2Vjb25k\n", "first\nsecond"),
        ("Zmlyc3QgbA==\naW5lLCBzZQ==\nY29uZCBvbmUu\n", "first line, second one."),
        ("Zmlyc3QgbA==aW5lLCBzZQ==\r\n\r\nY29uZCBvbmUu\r\n", "first line, second one."),
        ("Zmlyc3QgbA==\r\n\r\n--\r\nA list's footer\r\n", "first l\n--\nA list's footer"),
        ("Zmlyc3Qg*bA\n", "first l"),
    ],
    ids=["lines", "each line padded", "padded pieces", "footer below", "junk inside"],
)
def test_base64_as_it_is_found(coded: str, text: str) -> None:
    assert read(BASE64 + coded).text == text


CLEAR = (
    "Content-Type: text/plain\n\n{above}-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
    "The gate is down.\n- -- \nAna\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----\n{below}"
)


def test_a_clear_signed_text_is_read_without_its_armour() -> None:
    mail = read(CLEAR.format(above="", below=""))
    assert (mail.reply_text, mail.signature) == ("The gate is down.", "-- \nAna")
    assert mail.errors == ("signed, nobody here checks signatures",)


def test_what_stands_around_a_clear_signed_text_is_kept() -> None:
    assert read(CLEAR.format(above="Look:\n", below="Thanks\n")).text == "Look:\nThe gate is down.\n-- \nAna\nThanks"


def test_armour_that_never_ends_is_left_alone() -> None:
    text = "-----BEGIN PGP SIGNED MESSAGE-----\n\nno end"
    assert read("Content-Type: text/plain\n\n" + text).text == text


def test_text_below_a_large_embedded_picture_is_read() -> None:
    picture = "<img src='data:image/png;base64," + "QUJD" * 100_000 + "'>"
    assert read(f"Content-Type: text/html\n\n<p>above</p>{picture}<p>below</p>\n").text == "above\n\nbelow"


def test_text_of_html_nested_too_deeply_is_still_read() -> None:
    assert read("Content-Type: text/html\n\n" + "<div>" * 300 + "help").text == "help"


def test_sizes_are_of_the_decoded_bytes_and_images_of_the_html_are_inline() -> None:
    image = "Content-Type: image/png; name=i.png\nContent-ID: <i>\nContent-Transfer-Encoding: base64\n\nQUJDRA==\n"
    assert read(multi("related", HTML, image)).attachments == (Attachment("i.png", "image/png", 4, inline=True),)


@pytest.mark.parametrize(
    ("mail", "fault"),
    [
        (multi("encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1\n", FILE), "encrypted"),
        ("Content-Type: application/pkcs7-mime; name=smime.p7m\n\nx\n", "S/MIME"),
        ("Content-Type: text/plain\n\n-----BEGIN PGP MESSAGE-----\nx\n", "PGP"),
        (multi("mixed", PLAIN, "Content-Type: application/ms-tnef; name=winmail.dat\n\nx\n"), "winmail.dat"),
        ("Content-Transfer-Encoding: base64\n\nQUJDR\n", "base64"),
        (multi("mixed", PLAIN, end=""), "never closed"),
        ("Content-Type: text/html\n\n" + "<div>" * 300, "too deeply"),
    ],
)
def test_what_was_wrong_is_said(mail: str, fault: str) -> None:
    assert any(fault in each for each in read(mail).errors)


@pytest.mark.parametrize(
    ("caps", "mail", "over"),
    [
        (Caps(message=10), PLAIN, Over.SIZE),
        (Caps(header_block=50), "X: " + "y" * 100 + "\n\n", Over.HEADER_BYTES),
        (Caps(header_lines=3), "X: y\n" * 5 + "\n", Over.HEADER_LINES),
        (Caps(parts=2), multi("mixed", PLAIN, PLAIN), Over.PARTS),
        (Caps(depth=1), multi("mixed", PLAIN), Over.DEPTH),
    ],
)
def test_over_a_cap_is_refused_with_its_reason(caps: Caps, mail: str, over: Over) -> None:
    with pytest.raises(TooBig) as caught:
        parse(("From: a@b.example\n" + mail).encode(), caps)
    assert caught.value.reason is over


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("C:\\a.exe", "C:_a.exe"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\0b\nc.txt", "abc.txt"),
        ("\u200b", None),
        ("e\u0301.txt", "é.txt"),
        ("", None),
        ("x" * 200 + ".pdf", "x" * 116 + ".pdf"),
        (".htaccess", ".htaccess"),
    ],
)
def test_names_are_only_shown(given: str, shown: str | None) -> None:
    assert display(given) == shown


@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<svg><animate onbegin=alert(1)>",
        "<math><mtext></mtext></math>", "<iframe src=//x>", "<form action=//x><input name=a></form>", "<style>@import '//x'</style>",
        "<p style='background:url(//x)'>x</p>", "<a href='javascript:alert(1)'>x</a>", "<a href='data:text/html,x'>x</a>",
        "<link rel=stylesheet href=//x>", "<meta http-equiv=refresh content='0;//x'>", "<base href=//x>", "<object data=//x>",
        "<video src=//x>", "<p onclick=alert(1)>x</p>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<!--><img src=x onerror=alert(1)>-->", "<a href='//x' ping='//y'>x</a>",
    ],
)  # fmt: skip
def test_nothing_active_and_nothing_loaded_is_left(payload: str) -> None:
    cleaned = sanitise(f"<p>kept</p>{payload}")
    assert isinstance(cleaned, str)
    assert "kept" in cleaned
    low = cleaned.lower()
    bad = (
        "<script",
        "<img",
        "<svg",
        "<iframe",
        "<form",
        "<style",
        "style=",
        "javascript:",
        "data:",
        " on",
        "<link",
        "<meta",
        "<base",
        "<object",
        "<video",
        "ping=",
    )
    assert not [word for word in bad if word in low.replace("&lt;", "")]


def test_links_show_where_they_lead() -> None:
    cleaned = sanitise('<a href="https://evil.example/x">https://bank.example</a>')
    assert isinstance(cleaned, str)
    assert cleaned.startswith("[https://evil.example/x] <a ")


def test_the_contract_has_exactly_its_keys() -> None:
    printed = as_contract(parse(b"From: a@b.example\n\nx"))
    assert list(printed) == [
        "message_id", "from", "to", "cc", "reply_to", "subject", "date", "text", "reply_text", "quoted_text", "signature",
        "attachments", "in_reply_to", "references", "auto_submitted", "bounce", "calendar", "language", "charset_repaired", "errors",
    ]  # fmt: skip
    assert json.loads(json.dumps(printed)) == printed


def test_a_mail_that_was_not_read_has_the_same_keys() -> None:
    refused = as_refusal(Over.SIZE.value)
    assert list(refused) == list(as_contract(parse(b"")))
    assert refused["errors"] == ["the message is too large"]

"""Headers as broken as they come: names, addresses, dates, ids, character sets."""

from datetime import UTC, datetime

import pytest

from commsvc.domain.mail.addresses import addresses
from commsvc.domain.mail.dates import instant
from commsvc.domain.mail.mail import Address
from commsvc.domain.mail.parse import parse
from commsvc.domain.mail.words import decode_words


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Ana <ana@x.example>", [("Ana", "ana@x.example")]),
        ('"Berg, Ana" <Ana@X.example>', [("Berg, Ana", "ana@x.example")]),
        ("Berg, Ana <ana@x.example>", [("Berg, Ana", "ana@x.example")]),
        ("ana@x.example (Ana)", [("Ana", "ana@x.example")]),
        ("Ana ana@x.example", [("Ana", "ana@x.example")]),
        ("a@x.example; b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ("Team: a@x.example, B <b@x.example>;", [("", "a@x.example"), ("B", "b@x.example")]),
        ("undisclosed-recipients:;", []),
        ("Müller | Sales [EU] <m@x.example>", [("Müller | Sales [EU]", "m@x.example")]),
        ("<@relay.example:ana@x.example>", [("", "ana@x.example")]),
        ("mailto:ana@x.example", [("", "ana@x.example")]),
        ("'Ana' <ana@x.example>", [("'Ana'", "ana@x.example")]),
        ("ana@x.example <ana@x.example>", [("ana@x.example", "ana@x.example")]),
        ("<>, nobody, @x.example, a@", []),
        ('"a b"@x.example', [("", '"a b"@x.example')]),
        ("ana@[192.0.2.1]", [("", "ana@[192.0.2.1]")]),
        ("=?utf-8?q?Berg=2C_Ana?= <ana@x.example>", [("Berg, Ana", "ana@x.example")]),
        ('"Ana \\"the\\" Berg" <ana@x.example>', [('Ana "the" Berg', "ana@x.example")]),
        ("Ana\u202egro <ana@x.example>", [("Anagro", "ana@x.example")]),
        ('"never closed <ana@x.example>', [("never closed", "ana@x.example")]),
    ],
)
def test_addresses(value: str, found: list[tuple[str, str]]) -> None:
    assert addresses(value) == tuple(Address(*each) for each in found)


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("Mon, 5 Jan 2026 10:00:00 +0100 (CET)", "2026-01-05T09:00:00"),
        ("5 Jan 26 10:00 EST", "2026-01-05T15:00:00"),
        ("Mon, 05-Jan-2026 10:00:00 GMT", "2026-01-05T10:00:00"),
        ("2026-01-05T10:00:00+01:00", "2026-01-05T09:00:00"),
        ("2026-01-05 10:00:00", "2026-01-05T10:00:00"),
        ("Mon, 5 January 2026 3:04 PM", "2026-01-05T15:04:00"),
        ("Mon, 5 Jan 2026 23:59:60 +0000", "2026-01-05T23:59:59"),
        ("Mon, 5 Jan 2026 10:00:00 GMT+0100", "2026-01-05T09:00:00"),
        ("Mon, 5 Jan 2026 10:00:00 UTC+2", "2026-01-05T08:00:00"),
        ("Mon, 5 Jan 2026 10:00:00 +01:00", "2026-01-05T09:00:00"),
        ("Mon, 5 Jan 2026 10:00:00 +01", "2026-01-05T09:00:00"),
        ("Mo, 5 Jan 2026 10:00:00 MEZ", "2026-01-05T09:00:00"),
        ("Mon, 5 Jan 2026 19:00:00 (JST)", "2026-01-05T10:00:00"),
        ("Mon, 5 Jan 2026 10:00:00 (Pacific Standard Time)", "2026-01-05T18:00:00"),
        ("Sun, 5 Jul 2026 10:00:00 GMT Standard Time", "2026-07-05T09:00:00"),
        ("Mon Jan  5 10:00:00 CET 2026", "2026-01-05T09:00:00"),
        ("Mon, 5 Jan 2026 3:04:05 PM +0100", "2026-01-05T14:04:05"),
        ("Mon, 5 Jan 2026 12:04:05 AM", "2026-01-05T00:04:05"),
        ("Monday, January 5, 2026 3:04:05 PM", "2026-01-05T15:04:05"),
        ("1/5/2026 3:04:05 PM", "2026-01-05T15:04:05"),
        ("25/1/2026 15:04", "2026-01-25T15:04:00"),
        ("1/5/2026 15:04", None),
        ("05.01.2026 15:04", "2026-01-05T15:04:00"),
        ("Mo, 05 Dez 2026 10:00:00 +0100", "2026-12-05T09:00:00"),
        ("lun., 5 févr. 2026 10:00:00 +0100", "2026-02-05T09:00:00"),
        ("2026/01/05 10:00:00 +0900", "2026-01-05T01:00:00"),
        ("Mon, 5 Jan 126 10:00:00 +0000", "2026-01-05T10:00:00"),
        ("Mon, 99 Foo 2026", None),
        ("soon", None),
        ("", None),
    ],
)
def test_dates(value: str, iso: str | None) -> None:
    assert instant(value) == (datetime.fromisoformat(iso).replace(tzinfo=UTC) if iso else None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?b?R3LDvMOfZQ?=", "Grüße"),
        ("=?utf-8?q?Gr=C3?= =?utf-8?q?=BC=C3=9Fe?=", "Grüße"),
        ("a =?iso-8859-1*de?q?=E4?= b", "a ä b"),
        ("=?utf-8?q?a?= =?utf-8?q?_b?=", "a b"),
        ("=?utf-8?q?what??=", "what?"),
        ("=?x-unknown?q?=E4?=", "ä"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=?gb2312?b?xOO6ww==?=", "你好"),
        ("=?utf-7?q?Gr+APwA3w-e +ADw-b+AD4- 1+-1?=", "Grüße +ADw-b+AD4- 1+1"),
        ("=?iso-2022-jp?b?GyRCJEYkOSRIGyhC?=", "てすと"),
    ],
)
def test_encoded_words(value: str, text: str) -> None:
    assert decode_words(value) == text


@pytest.mark.parametrize(
    ("words", "codec", "declared"),
    [
        ("您好，请问订单什么时候发货？谢谢", "gbk", "us-ascii"),
        ("您好，请问订单什么时候发货？谢谢", "gbk", "iso-8859-1"),
        ("お世話になっております。プリンターの件です。", "shift_jis", ""),
        ("お世話になっております。プリンターの件です。", "euc-jp", "x-unknown"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy, objednávka nepřišla", "cp1250", ""),
        ("Добрый день, принтер не работает, помогите", "cp1251", ""),
        ("Добрый день, принтер не работает, помогите", "koi8-r", "us-ascii"),
        ("您好,請問訂單什麼時候發貨?謝謝您的幫助", "big5", ""),
        ("안녕하세요 프린터가 작동하지 않습니다", "cp949", ""),
        ("Grüße aus München", "utf-8", "us-ascii"),
        ("Grüße aus München", "utf-8", "iso-8859-1"),
        ("Grüße aus München", "latin-1", ""),
        ("Grüße aus München", "latin-1", "utf-8"),
        ("“Größe” – 5 €", "cp1252", "us-ascii"),
    ],
)
def test_a_missing_or_wrong_character_set_is_repaired(words: str, codec: str, declared: str) -> None:
    kind = f"Content-Type: text/plain; charset={declared}\n" if declared else ""
    mail = parse(f"From: a@b.example\n{kind}Subject: {words}\n\n{words}\n".encode(codec))
    assert mail.text == words
    assert mail.subject == words
    assert mail.charset_repaired


@pytest.mark.parametrize("codec", ["utf-8", "iso-8859-1", "windows-1252", "iso-8859-15", "utf-16"])
def test_a_right_character_set_is_left_alone(codec: str) -> None:
    mail = parse(b"Content-Type: text/plain; charset=" + codec.encode() + b"\n\n" + "Grüße aus München".encode(codec))
    assert (mail.text, mail.charset_repaired) == ("Grüße aus München", False)


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        (b"From: \nReply-To: r@x.example\n\n", "r@x.example"),
        (b"From: nobody\nFrom: f@x.example\n\n", "f@x.example"),
        (b"Sender: s@x.example\nReturn-Path: <p@x.example>\n\n", "s@x.example"),
        (b"Return-Path: <p@x.example>\n\n", "p@x.example"),
        (b"Subject: x\n\n", ""),
        (b"stray text\n\nFrom: a@x.example\nSubject: s\n\nbody", "a@x.example"),
        (b"From x@y.example Mon Jan 5\nFrom: a@x.example\n\n", "a@x.example"),
        (b"\xef\xbb\xbfFrom: a@x.example\n\n", "a@x.example"),
        (b"From: a@x.example\rSubject: s\r\rbody", "a@x.example"),
        (b"Subject: s\nbroken line\nFrom: a@x.example\n\n", "a@x.example"),
    ],
)
def test_who_sent_it(raw: bytes, address: str) -> None:
    assert parse(raw).sender.address == address


def test_ids() -> None:
    mail = parse(b"Message-ID:  <a@b> (c)\nIn-Reply-To: Your mail of Monday <1@x>\nReferences: <1@x><2@x>\n\t<1@x>\n\n")
    assert (mail.message_id, mail.in_reply_to, mail.references) == ("a@b", "1@x", ("1@x", "2@x"))
    assert parse(b"Message-ID: <>\n\n").message_id == ""


def test_the_words_tell_two_mails_with_one_id_apart() -> None:
    one, two = (parse(b"Message-ID: <a@b>\n\n" + words) for words in (b"up", b"down"))
    assert one.body_hash != two.body_hash


POLISH = "Zgłoszenie: od rana błąd logowania, proszę o pilną pomoc"
CZECH = "Prosím o rychlou pomoc, nemůžeme se přihlásit"
RUSSIAN = "Здравствуйте! У нас с утра не работает вход в систему."


@pytest.mark.parametrize("declared", ["", "; charset=iso-8859-1"])
@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (CZECH, "cp1250"),
        (CZECH, "iso8859-2"),
        ("Reggel óta nem tudunk belépni, kérem, sürgősen segítsenek", "cp1250"),
        ("Sabahtan beri giriş yapamıyoruz, lütfen acil yardım edin", "cp1254"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
    ],
)
def test_a_set_that_only_its_alphabet_gives_away(text: str, codec: str, declared: str) -> None:
    mail = parse(f"Content-Type: text/plain{declared}\n\n".encode() + text.encode(codec))
    assert (mail.text, mail.charset_repaired) == (text, True)


@pytest.mark.parametrize(
    "text",
    [
        "Grüße aus München, José",
        "C'est très gênant, où en êtes-vous ?",
        "¿Cuándo? ¡Mañana! 20 m³, 5 °C ± 1",
        "As questões do João não são fáceis",
        "Palun aidake, küsimus on põhimõtteline, õpilased ootavad",
        "Få hjælp til ændringer på Øresund",
    ],
)
def test_western_text_stays_western(text: str) -> None:
    mail = parse(b"Content-Type: text/plain; charset=iso-8859-1\n\n" + text.encode("cp1252"))
    assert (mail.text, mail.charset_repaired) == (text, False)


@pytest.mark.parametrize(
    "text", ["Störung: für Köln können wir nichts öffnen", "“C’est cassé” à Orléans – où ?", RUSSIAN]
)
def test_text_encoded_twice_is_read_as_it_was_meant(text: str) -> None:
    twice = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode())
    mail = parse(f"Content-Type: text/plain; charset=utf-8\n\n{twice}".encode())
    assert (mail.text, mail.charset_repaired) == (text, True)


@pytest.mark.parametrize(
    "text", ["Your export shows GrÃ¼ÃŸe in the name field", "Ihr Export zeigt Ã¼ Ã¶ Ã¤ statt ü, ö und ä"]
)
def test_a_mail_about_broken_letters_keeps_them(text: str) -> None:
    assert parse(f"Content-Type: text/plain; charset=utf-8\n\n{text}".encode()).text == text

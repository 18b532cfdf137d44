"""Bytes that other programs read: headers that cannot be injected, tokens that cannot be guessed."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commsvc.domain.letter.letter import Audience, Letter, State, Wish, Words
from commsvc.domain.letter.mime import Letterhead, scrub, write
from commsvc.domain.letter.tokens import Mint
from commsvc.domain.letter.when import spell
from commsvc.domain.promise.promise import Subject

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
HEAD = Letterhead("Kestrel Support", "support@kestrel.example", "support+b1@kestrel.example")
MINT = Mint(b"secret", "kestrel.example", "support@kestrel.example")


def letter(title="Re: [ESC-1] Hi", text="Hello\n", calendar="", rule="auto", audience=Audience.CUSTOMER):
    wish = Wish("acknowledge", Subject("case", 1), audience, "ada@acme.example", "k")
    words = Words(title, text, f"<p>{len(text)}</p>", calendar, "REQUEST" if calendar else "")
    return Letter(1, wish, State.READY, NOW, words, rule, message_id=MINT.message_id(1), reply_to=MINT.case_address(1),
                  in_reply_to="x@acme.example", references=("x@acme.example",))  # fmt: skip


@given(st.text(max_size=300), st.text(max_size=400), st.text(max_size=100))
def test_no_text_can_add_a_header_and_all_text_comes_back(title, text, name):
    parsed = email.message_from_bytes(write(letter(title, text), HEAD, name, NOW).data, policy=email.policy.default)
    assert set(parsed.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Reply-To", "Auto-Submitted",
        "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert [a.addr_spec for a in parsed["To"].addresses] == ["ada@acme.example"]


def by_the_library(written):
    """The same letter by `EmailMessage`, read back."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = scrub(written.words.title)
    message.set_content(written.words.text.replace("\r\n", "\n").replace("\r", "\n"), cte="quoted-printable")
    message.add_alternative(written.words.html, subtype="html", cte="quoted-printable")
    return email.message_from_bytes(message.as_bytes(), policy=email.policy.default)


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(WORDS, WORDS, WORDS)
@example("=?utf-8?q?=0D=0ABcc:_x?=", ".\n..\nFrom x\n--=_alternative_1--\n \t\n", 'Dr. "A" <b@c.example>, x')
@example("ü" * 190, "=" * 200 + "\n" + "日本" * 300, "佐藤 美咲")
@example("a" * 200, "\x00\x0b\x0c\u2028x\r\ry", "")
@example("word " * 40, "", "a" * 90)
def test_what_we_write_reads_back_as_what_the_library_would_have_written(title, text, name):
    written = letter(title, text)
    data = write(written, HEAD, name, NOW).data
    parsed, theirs = email.message_from_bytes(data, policy=email.policy.default), by_the_library(written)
    assert not [d for part in parsed.walk() for d in part.defects]
    assert [(p.get_content_type(), p.get_content_charset()) for p in parsed.walk()] == [
        (p.get_content_type(), p.get_content_charset()) for p in theirs.walk()
    ]
    assert [_content(p) for p in parsed.iter_parts()] == [_content(p) for p in theirs.iter_parts()]
    assert decoded(parsed, "Subject") == scrub(title)
    assert name_in(decoded(parsed, "To")) == scrub(name, 80)
    assert all(len(line) <= 78 and line.isascii() for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")


def _content(part):
    return part.get_content().rstrip("\n")


def decoded(message, name):
    """A header by the older, stricter decoder: joined words, folded blanks undone."""
    raw = email.message_from_bytes(message.as_bytes(), policy=email.policy.compat32)
    return str(make_header(decode_header(str(raw[name]).replace("\r\n", "").replace("\n", ""))))


def name_in(mailbox):
    """The name of a decoded mailbox; `email.policy.default` puts blanks between its encoded words."""
    shown = mailbox.removesuffix("<ada@acme.example>").strip()
    return (
        ""
        if shown == "ada@acme.example"
        else re.sub(r"\\(.)", r"\1", shown[1:-1])
        if shown[:1] == '"' == shown[-1:]
        else shown
    )


@pytest.mark.parametrize("id", ["x@y\r\nBcc: z@z.example", "<a@b>", "a b@c", "ü@y", ""])
def test_a_strangers_message_id_adds_nothing(id):
    data = write(replace(letter(), in_reply_to=id, references=(id, "ok@y.example")), HEAD, "Ada", NOW).data
    parsed = email.message_from_bytes(data, policy=email.policy.default)
    assert parsed["In-Reply-To"] is None
    assert parsed["Bcc"] is None
    assert parsed["References"] == "<ok@y.example>"


def test_a_persons_letter_says_nothing_of_automation():
    data = write(letter(rule="owner"), HEAD, "Ada", NOW).data
    assert b"Auto-Submitted" not in data
    assert b"X-Auto-Response-Suppress" not in data


def test_a_calendar_part_says_its_method_and_comes_as_a_file_too():
    parsed = email.message_from_bytes(
        write(letter(calendar="BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"), HEAD, "Ada", NOW).data
    )
    parts = {p.get_content_type(): p for p in parsed.walk()}
    assert parts["text/calendar"].get_param("method") == "REQUEST"
    assert parts["application/ics"].get_filename() == "invite.ics"


@given(st.text())
def test_a_scrubbed_header_is_one_short_line(text):
    assert not set(scrub(text)) & set("\r\n\0\u2028\u202e")
    assert len(scrub(text)) <= 200


@given(st.integers(1, 10**12))
def test_our_tokens_are_read_back_and_only_ours(n):
    assert MINT.case_of(MINT.case_address(n)) == n
    assert MINT.letter_of(MINT.message_id(n)) == n
    assert MINT.internal_letter_of(MINT.person_address(n)) == n
    assert MINT.bounced_letter_of(MINT.bounce_address(n)) == n
    assert Mint(b"another", "kestrel.example", "support@kestrel.example").case_of(MINT.case_address(n)) is None
    assert MINT.case_of(MINT.person_address(n)) is None
    assert len(MINT.case_address(n).partition("@")[0]) <= 64


@given(st.text(max_size=80))
def test_nothing_else_is_a_token(text):
    assert MINT.case_of(text) is None
    assert MINT.letter_of(text) is None


@pytest.mark.parametrize(
    ("zone", "language", "said"),
    [
        ("Europe/Berlin", "en", "Mon 23 Nov 2026, 15:30 CET (14:30 UTC)"),
        ("Asia/Tokyo", "en", "Mon 23 Nov 2026, 23:30 JST (14:30 UTC)"),
        ("UTC", "en", "Mon 23 Nov 2026, 14:30 UTC"),
        ("Australia/Sydney", "en", "Tue 24 Nov 2026, 01:30 AEDT (23 Nov 14:30 UTC)"),
        ("America/Bogota", "en", "Mon 23 Nov 2026, 09:30 UTC-05:00 (14:30 UTC)"),
        ("Europe/Berlin", "xx", "Mon 23 Nov 2026, 15:30 CET (14:30 UTC)"),
    ],
)
def test_times_are_spelled_for_the_reader_with_utc_beside(zone, language, said):
    assert spell(NOW, zone, language) == said

"""Mails passed on: who wrote the inner one, in the shapes that clients give a forward."""

import base64

import pytest

from commsvc.domain.mail.mail import Forwarded
from commsvc.domain.mail.parse import parse

HEAD = "From: Jon <jon@kestrel.example>\nSubject: {}\nContent-Type: text/plain; charset=utf-8\n\n"
ANA = ("Ana Berg", "ana@acme.example")
SHAPES = {
    "Gmail": ("Fwd: Down", ("FYI\n\n---------- Forwarded message ---------\nFrom: Ana Berg <ana@acme.example>\nDate: Mon, 23 Nov 2026 at 08:12\n"
              "Subject: Down\nTo: Jon <jon@kestrel.example>\n\nAll is down.\n")),
    "Outlook": ("FW: Down", ("Please look.\n\nFrom: Ana Berg <ana@acme.example>\nSent: Monday, November 23, 2026 8:12 AM\n"
                "To: Jon Bell <jon@kestrel.example>\nSubject: Down\n\nAll is down.\n")),
    "Outlook 2007": ("FW: Down", ("From: Ana Berg [mailto:ana@acme.example]\nSent: Monday, November 23, 2026 8:12 AM\nTo: Jon\nSubject: Down\n\n"
                     "All is down.\n")),
    "Outlook in German": ("WG: Down", ("Von: Ana Berg <ana@acme.example>\nGesendet: Montag, 23. November 2026 08:12\nAn: Jon Bell\nBetreff: Down\n\n"
                          "All is down.\n")),
    "Apple Mail": ("Fwd: Down", ("Begin forwarded message:\n\n> From: Ana Berg <ana@acme.example>\n> Subject: Down\n> Date: 23 November 2026\n"
                   "> To: jon@kestrel.example\n>\n> All is down.\n")),
    "a subject that does not say so": ("Please help", ("-------- Weitergeleitete Nachricht --------\nBetreff: Down\nDatum: Mon, 23 Nov 2026 08:12\n"
                                       "Von: Ana Berg <ana@acme.example>\nAn: jon@kestrel.example\n\nAll is down.\n")),
}  # fmt: skip


@pytest.mark.parametrize("client", SHAPES)
def test_the_inner_sender_and_words_are_read(client: str) -> None:
    subject, text = SHAPES[client]
    (inner,) = parse((HEAD.format(subject) + text).encode()).forwarded
    assert (inner.sender.name, inner.sender.address) == ANA
    assert (inner.subject, inner.text) == ("Down", "All is down.")


def test_a_chain_is_told_outermost_first() -> None:
    one = "\n---------- Forwarded message ----------\nFrom: {0} <{0}@acme.example>\nDate: 23 Nov 2026\nTo: x@y.example\nSubject: S{0}\n\nWords of {0}\n"
    mail = parse((HEAD.format("FW: FW: x") + "See below\n" + one.format("ana") + one.format("bo")).encode())
    assert [(f.sender.address, f.text) for f in mail.forwarded] == [
        ("ana@acme.example", "Words of ana"), ("bo@acme.example", "Words of bo")]  # fmt: skip


def test_an_attached_message_is_one_passed_on_and_stays_one_attachment() -> None:
    raw = (b"From: jon@kestrel.example\nSubject: look\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee it\n--b\n"
           b"Content-Type: message/rfc822\n\nFrom: Ana Berg <ana@acme.example>\nSubject: Down\n\nAll is down.\n--b--\n")  # fmt: skip
    mail = parse(raw)
    assert [(f.sender.address, f.subject, f.text) for f in mail.forwarded] == [
        ("ana@acme.example", "Down", "All is down.")
    ]
    assert len(mail.attachments) == 1
    assert mail.reply_text == "see it"


@pytest.mark.parametrize("text", ["All is down.", "> From: Ana\n> hello", "On Monday Ana <ana@acme.example> wrote:\n> hi",
                                  "-----Original Message-----\nFrom: Ana <ana@acme.example>\nSent: 1/1/26\nSubject: x\n\nhi"])  # fmt: skip
def test_an_answer_is_no_forward(text: str) -> None:
    found: tuple[Forwarded, ...] = parse((HEAD.format("Re: Down") + text).encode()).forwarded
    assert found == ()


INDEX = bytes(6) + bytes(range(16))


@pytest.mark.parametrize(
    ("index", "conversation"),
    [(INDEX, bytes(range(16)).hex()), (INDEX + b"later", bytes(range(16)).hex()), (INDEX[:-1], "")],
)
def test_the_conversation_is_the_id_that_all_its_mails_share(index: bytes, conversation: str) -> None:
    raw = b"From: a@b.example\nThread-Index: " + base64.b64encode(index) + b"\n\nx"
    assert parse(raw).conversation == conversation


@pytest.mark.parametrize("value", [b"", b"no base64!", b"=" * 500, b"\xff\xfe"])
def test_a_broken_thread_index_is_none(value: bytes) -> None:
    assert parse(b"From: a@b.example\nThread-Index: " + value + b"\n\nx").conversation == ""

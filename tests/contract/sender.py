"""What every `ports.Sender` keeps to."""

from collections.abc import Callable

import pytest

from commsvc.domain.letter.mime import Envelope
from commsvc.ports import Sender

Delivered = Callable[[int], list[tuple[str, bytes]]]
ANA, BOB = "ana@customers.test", "bob@customers.test"
_LETTER = (
    "From: Kestrel <support@support.test>\r\nTo: <{to}>\r\nSubject: =?utf-8?q?[ESC-1]_=C3=9Cbertragung?=\r\n"
    "Date: Mon, 23 Nov 2026 14:02:00 +0000\r\nMessage-ID: <{id}@support.test>\r\nIn-Reply-To: <1@customers.test>\r\n"
    "References: <0@customers.test> <1@customers.test>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
    'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{text}'
)


def letter(to: str, text: str = "We are on it.\r\n", id: int = 1) -> Envelope:
    data = _LETTER.format(to=to, text=text, id=id).encode()
    return Envelope(id, "support+b1@support.test", to, f"{id}@support.test", data)


def nothing() -> None:
    """For those who need no word at the dot."""


class StoreGone(Exception):
    """The caller could not write down that the dot is near."""


class SenderContract:
    """Needs the fixtures `sender`, and `delivered`: waits for so many messages; (recipient, bytes) of each."""

    def test_a_letter_arrives_as_it_was_written(self, sender: Sender, delivered: Delivered) -> None:
        sent = letter(ANA)
        sender.send(sent, nothing)
        ((to, raw),) = delivered(1)
        assert to == ANA
        assert _lines(raw).endswith(_lines(sent.data))

    def test_each_letter_goes_to_its_one_recipient(self, sender: Sender, delivered: Delivered) -> None:
        sender.send(letter(ANA, "For Ana.\r\n", 1), nothing)
        sender.send(letter(BOB, "For Bob.\r\n", 2), nothing)
        found = delivered(2)
        assert sorted((to, _lines(raw).rpartition(b"\n\n")[2]) for to, raw in found) == [
            (ANA, b"For Ana.\n"),
            (BOB, b"For Bob.\n"),
        ]

    def test_the_caller_hears_of_the_dot_once(self, sender: Sender, delivered: Delivered) -> None:
        heard: list[str] = []
        sender.send(letter(ANA), lambda: heard.append("dot"))
        assert heard == ["dot"]
        assert len(delivered(1)) == 1

    def test_without_the_callers_consent_nothing_is_sent(self, sender: Sender, delivered: Delivered) -> None:
        def refuse() -> None:
            raise StoreGone

        with pytest.raises(StoreGone):
            sender.send(letter(ANA, "Never to be seen.\r\n", 1), refuse)
        sender.send(letter(ANA, "The next one.\r\n", 2), nothing)
        ((_, raw),) = delivered(1)
        assert b"The next one." in raw

    @pytest.mark.parametrize("text", [".\r\n", "..\r\n.hidden\r\n", "a\r\n.\r\nb\r\n", "no last break"])
    def test_no_text_ends_the_letter_early(self, sender: Sender, delivered: Delivered, text: str) -> None:
        sender.send(letter(ANA, text), nothing)
        ((_, raw),) = delivered(1)
        assert _lines(raw).rpartition(b"quoted-printable\n\n")[2].rstrip(b"\n") == _lines(text.encode()).rstrip(b"\n")


def _lines(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n")

"""SMTP when a server fails: what may be repeated, what may not, and what nobody can know."""

import socket

import pytest

from commsvc.adapters.smtp import SmtpSender
from commsvc.errors import Permanent, Temporary, Trouble, Uncertain
from tests.contract.sender import ANA, BOB, letter, nothing
from tests.servers.scripted import Answer, Fault, ScriptedSmtp

PIPELINING = [("PIPELINING", "8BITMIME"), ("HELP",)]


def sender_to(server: ScriptedSmtp) -> SmtpSender:
    return SmtpSender("127.0.0.1", server.port, tls="none", timeout=0.5, answer_timeout=0.3, local_name="us.test")


def outcome(server: ScriptedSmtp) -> tuple[type[Trouble], bool]:
    """What sending one letter ends in, and whether the caller heard of the dot."""
    heard: list[bool] = []
    with pytest.raises(Trouble, match=r"^127\.0\.0\.1") as caught:
        sender_to(server).send(letter(ANA), lambda: heard.append(True))
    return caught.type, bool(heard)


@pytest.mark.parametrize("features", PIPELINING)
class TestBeforeTheDot:
    @pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA"])
    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            ("450 4.2.0 later", Temporary),
            ("421 4.3.2 shutting down", Temporary),
            ("550 5.1.1 no such user", Permanent),
            ("999 what", Temporary),
            ("rubbish", Temporary),
            (Fault.HANG_UP, Temporary),
            (Fault.RESET, Temporary),
            (Fault.SILENCE, Temporary),
        ],
    )
    def test_a_command_fails(self, features: tuple[str, ...], at: str, answer: Answer, kind: type[Trouble]) -> None:
        with ScriptedSmtp(features, **{at: answer}) as server:
            assert outcome(server) == (kind, False)
            assert server.taken == []

    def test_a_refused_letter_does_not_disturb_the_next(self, features: tuple[str, ...]) -> None:
        with ScriptedSmtp(features, RCPT="550 5.1.1 no such user", DATA="554 no valid recipients") as server:
            sender = sender_to(server)
            with pytest.raises(Permanent, match=r"refused RCPT for ana@customers\.test: 550 5\.1\.1 no such user"):
                sender.send(letter(ANA), nothing)
            server.answers |= {"RCPT": "250 ok", "DATA": "354 go on"}
            sender.send(letter(BOB), nothing)
            assert [(t.rcpt_to, t.mail_from) for t in server.taken] == [(BOB, "support+b1@support.test")]
            assert server.visits == 1

    def test_a_server_that_wants_a_body_for_nobody_gets_none(self, features: tuple[str, ...]) -> None:
        with ScriptedSmtp(features, RCPT="550 5.1.1 no such user") as server:
            sender = sender_to(server)
            with pytest.raises(Permanent):
                sender.send(letter(ANA), nothing)
            server.answers["RCPT"] = "250 ok"
            sender.send(letter(BOB), nothing)
            assert [t.rcpt_to for t in server.taken] == [BOB]


@pytest.mark.parametrize("answer", ["554 go away", "421 busy", Fault.HANG_UP, Fault.SILENCE])
def test_a_server_that_does_not_welcome_us_is_temporary(answer: Answer) -> None:
    with ScriptedSmtp(greeting=answer) as server:
        assert outcome(server) == (Temporary, False)


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(Temporary, match=r"no connection: .*refused"):
            SmtpSender("127.0.0.1", free.getsockname()[1], tls="none").send(letter(ANA), nothing)


def test_nothing_is_sent_in_the_clear_when_encryption_is_asked_for() -> None:
    with ScriptedSmtp() as server:
        with pytest.raises(Temporary, match="STARTTLS"):
            SmtpSender("127.0.0.1", server.port, tls="starttls").send(letter(ANA), nothing)
        assert not any(b"MAIL" in heard for heard in server.heard)


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.HANG_UP])
def test_a_loss_in_the_middle_of_the_body_sends_nothing(fault: Fault) -> None:
    with ScriptedSmtp(("PIPELINING",), body=fault) as server:
        heard: list[bool] = []
        with pytest.raises(Temporary, match="in the middle of the message"):
            sender_to(server).send(letter(ANA, "x" * 10_000_000), lambda: heard.append(True))
        assert (heard, server.taken) == ([], [])


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("451 4.3.0 not now", Temporary),
        ("421 4.3.2 shutting down", Temporary),
        ("554 5.7.1 we do not like it", Permanent),
        (Fault.SILENCE, Uncertain),
        (Fault.HANG_UP, Uncertain),
        (Fault.RESET, Uncertain),
        ("rubbish", Uncertain),
        ("354 go on", Uncertain),
        ("999 what", Uncertain),
        ("2", Uncertain),
        ("", Uncertain),
        ("250-half an answer", Uncertain),
        ("x" * 10_000, Uncertain),
    ],
)
def test_after_the_dot(answer: Answer, kind: type[Trouble]) -> None:
    with ScriptedSmtp(dot=answer) as server:
        assert outcome(server) == (kind, True)


def test_after_a_doubt_the_next_letter_takes_another_connection() -> None:
    with ScriptedSmtp(dot=Fault.RESET) as server:
        sender = sender_to(server)
        with pytest.raises(Uncertain, match=r"was given the message for ana@customers\.test and did not answer"):
            sender.send(letter(ANA), nothing)
        server.answers["dot"] = "250 ok"
        sender.send(letter(BOB), nothing)
        assert [t.rcpt_to for t in server.taken] == [BOB]


def test_a_connection_that_was_closed_while_idle_is_opened_anew() -> None:
    with ScriptedSmtp() as server:
        sender = sender_to(server)
        sender.send(letter(ANA), nothing)
        server.hang_up()
        sender.send(letter(BOB), nothing)
        assert ([t.rcpt_to for t in server.taken], server.visits) == ([ANA, BOB], 2)


@pytest.mark.parametrize("answer", ["421 4.7.0 too many messages in this session", Fault.HANG_UP, Fault.SILENCE])
def test_a_server_that_has_had_enough_of_one_connection_is_called_again(answer: Answer) -> None:
    with ScriptedSmtp() as server:
        sender = sender_to(server)
        sender.send(letter(ANA), nothing)
        server.answers |= {"MAIL": answer, "greeting": "220 again"}
        with pytest.raises(Temporary):
            sender.send(letter(BOB), nothing)  # the new connection is no better
        assert server.visits == 2
        server.answers["MAIL"] = "250 ok"
        sender.send(letter(BOB), nothing)
        assert [t.rcpt_to for t in server.taken] == [ANA, BOB]


def test_mail_rcpt_and_data_are_one_packet() -> None:
    with ScriptedSmtp() as server:
        sender_to(server).send(letter(ANA), nothing)
        assert any(
            h.startswith(b"MAIL FROM:") and b"\r\nRCPT TO:" in h and h.endswith(b"DATA\r\n") for h in server.heard
        )


@pytest.mark.parametrize("address", ["änna@customers.test", "ana@kundé.test", "a b@c.test", "a@b>\r\nRCPT TO:<x@y", ""])
def test_an_address_that_cannot_be_sent_to_is_permanent(address: str) -> None:
    with ScriptedSmtp() as server:
        with pytest.raises(Permanent, match="address"):
            sender_to(server).send(letter(address), nothing)
        assert server.visits == 0


def test_only_crlf_breaks_lines_on_the_wire() -> None:
    """A bare line feed before and after a dot must not end the message for a careless server."""
    with ScriptedSmtp() as server:
        sender_to(server).send(letter(ANA, "a\n.\nb\r.\rc\r\n"), nothing)
        assert server.taken[0].data.endswith(b"\r\n\r\na\r\n.\r\nb\r\n.\r\nc\r\n")
        assert b"".join(server.heard).endswith(b"a\r\n..\r\nb\r\n..\r\nc\r\n.\r\n")


@pytest.mark.parametrize(("features", "kind"), [(("8BITMIME",), None), (("HELP",), Permanent)])
def test_eight_bit_text_goes_only_where_it_is_welcome(features: tuple[str, ...], kind: type[Trouble] | None) -> None:
    with ScriptedSmtp(features) as server:
        if kind is None:
            sender_to(server).send(letter(ANA, "größer\r\n"), nothing)
            assert any(b"BODY=8BITMIME" in heard for heard in server.heard)
            return
        with pytest.raises(kind, match="8-bit"):
            sender_to(server).send(letter(ANA, "größer\r\n"), nothing)

"""Microsoft Graph when things go wrong: tokens, throttling, lost places, gateways, garbage, and orders nobody answers."""

import threading
import time

import pytest

from commsvc.adapters.graph import GraphMailbox, GraphSender
from commsvc.errors import Permanent, Temporary, Uncertain
from tests.contract.graphs import SUPPORT, app, session
from tests.contract.mailbox import mail
from tests.contract.sender import ANA, StoreGone, letter, nothing
from tests.servers.graph.server import HANGS_UP, Graph, broken, garbage, throttled
from tests.servers.https import answer
from tests.servers.issuer import Issuer

NO_MORE = "AADSTS7000222: The provided client secret keys are expired."


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def box(graph: Graph, **options) -> GraphMailbox:
    filed = options.pop("filed", "category:commsvc")
    return GraphMailbox("support", session(graph, **options), filed=filed, poll=0.02)


def sender(graph: Graph, **options) -> GraphSender:
    return GraphSender(session(graph, **options), looks=(0, 0.01))


def drafts(graph: Graph) -> int:
    return len(graph.box(SUPPORT).in_folder("drafts"))


class TestSigningIn:
    def test_one_token_serves_until_it_ends(self, graph: Graph) -> None:
        mailbox = box(graph)
        for _ in range(3):
            mailbox.fetch("", 10)
        assert graph.issuer.issued == 1

    def test_a_token_that_has_ended_is_renewed_without_a_word(self, graph: Graph) -> None:
        mailbox = box(graph)
        mailbox.fetch("", 10)
        graph.issuer.tokens.clear()
        graph.deliver(SUPPORT, mail(1))
        assert len(mailbox.fetch("", 10)) == 1
        assert graph.issuer.issued == 2

    def test_a_sign_in_that_is_refused_says_what_to_do_and_is_not_tried_at_every_tick(self, graph: Graph) -> None:
        clock = Clock()
        mailbox = box(graph, tokens=app(graph.issuer, clock=clock))
        graph.issuer.refusal = NO_MORE
        for _ in range(3):
            with pytest.raises(Permanent, match="the client secret has ended; make a new one"):
                mailbox.fetch("", 10)
        asked = graph.issuer.asked
        clock.now += 1
        graph.issuer.refusal = ""
        assert list(mailbox.fetch("", 10)) == []
        assert graph.issuer.asked == asked + 1

    def test_the_pause_after_a_refusal_grows_to_a_minute(self, issuer: Issuer) -> None:
        clock = Clock()
        tokens = app(issuer, clock=clock, credential="wrong")
        pauses = []
        for _ in range(8):
            with pytest.raises(Permanent, match="the client secret is wrong"):
                tokens.token()
            pauses.append(tokens._refusals.not_before - clock.now)
            clock.now = tokens._refusals.not_before
        assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]

    def test_a_token_endpoint_that_is_down_is_temporary(self, graph: Graph) -> None:
        mailbox = box(graph)
        mailbox.fetch("", 10)
        graph.issuer.tokens.clear()
        graph.issuer.down = True
        with pytest.raises(Temporary, match=r"sign-in does not answer as it should: .* 503"):
            mailbox.fetch("", 10)

    def test_a_permission_that_is_missing_is_named_as_such(self, graph: Graph) -> None:
        graph.issuer.roles.clear()
        with pytest.raises(Permanent, match="is the permission granted"):
            box(graph).fetch("", 10)

    def test_a_mailbox_outside_the_policy_stops_no_letter_for_good(self, graph: Graph) -> None:
        graph.outside_policy.add(SUPPORT)
        with pytest.raises(Temporary, match="inside the app's policy"):
            sender(graph).send(letter(ANA), nothing)

    def test_no_secret_stands_in_what_is_said(self, graph: Graph) -> None:
        said = []
        for prepare in (lambda: setattr(graph.issuer, "refusal", NO_MORE), lambda: setattr(graph.issuer, "down", True)):
            prepare()
            with pytest.raises((Permanent, Temporary)) as caught:
                box(graph).fetch("", 10)
            said.append(f"{caught.value!r} {caught.value.__cause__!r} {caught.getrepr(showlocals=False)}")
        graph.issuer.down, graph.issuer.refusal = False, ""
        for fault in (garbage(), broken(500), HANGS_UP):
            graph.fail("GET", "/delta", fault)
            with pytest.raises(Temporary) as caught:
                box(graph).fetch("", 10)
            said.append(f"{caught.value!r} {caught.value.__cause__!r}")
        assert not any("canary" in words for words in said)


class TestThrottling:
    @pytest.mark.parametrize("status", [429, 503])
    def test_the_pause_is_obeyed_to_the_second(self, graph: Graph, status: int) -> None:
        clock = Clock()
        mailbox = box(graph, clock=clock)
        mailbox.fetch("", 10)
        graph.fail("GET", "/delta", throttled(30, status))
        with pytest.raises(Temporary, match="asks us to wait 30 seconds"):
            mailbox.fetch("", 10)
        asked = len(graph.asked)
        clock.now += 29
        with pytest.raises(Temporary, match="asks us to wait 30 seconds"):
            mailbox.fetch("", 10)
        assert len(graph.asked) == asked

    def test_after_the_pause_it_goes_on(self, graph: Graph) -> None:
        mailbox = box(graph)
        mailbox.fetch("", 10)
        graph.fail("GET", "/delta", throttled(1))
        with pytest.raises(Temporary):
            mailbox.fetch("", 10)
        time.sleep(1)
        assert list(mailbox.fetch("", 10)) == []

    def test_a_throttled_order_is_repeated_later_and_sends_once(self, graph: Graph) -> None:
        ours = sender(graph)
        graph.fail("POST", "/send", throttled(1))
        with pytest.raises(Temporary):
            ours.send(letter(ANA), nothing)
        time.sleep(1)
        ours.send(letter(ANA), nothing)
        assert (len(graph.exchange.delivered), drafts(graph)) == (1, 0)


class TestReading:
    def test_a_place_that_the_server_forgot_brings_no_mail_twice_under_another_name(self, graph: Graph) -> None:
        mailbox = box(graph)
        for n in (1, 2, 3):
            graph.deliver(SUPPORT, mail(n))
        before = mailbox.fetch("", 10)
        graph.fail("GET", "/delta", answer(410, {"error": {"code": "SyncStateNotFound", "message": "gone"}}))
        after = mailbox.fetch("", 10)
        assert [(a.uidvalidity, a.uid, a.raw) for a in after] == [(a.uidvalidity, a.uid, a.raw) for a in before]

    def test_a_mailbox_that_was_made_anew_has_another_validity(self, graph: Graph) -> None:
        mailbox = box(graph)
        before = mailbox.uidvalidity()
        mailbox.fetch("", 10)
        graph.box(SUPPORT).epoch += 1
        with pytest.raises(Temporary, match="another folder now"):
            mailbox.fetch("", 10)
        assert mailbox.uidvalidity() != before
        assert list(mailbox.fetch("", 10)) == []

    def test_a_round_that_broke_off_is_asked_again_and_loses_nothing(self, graph: Graph) -> None:
        mailbox = box(graph)
        for n in range(450):
            graph.deliver(SUPPORT, mail(n))
        graph.fail("GET", "/delta", broken(502), after=True)
        with pytest.raises(Temporary):
            mailbox.fetch("", 500)
        assert len(mailbox.fetch("", 500)) == 450

    @pytest.mark.parametrize(
        "body", [None, {}, {"value": "x"}, {"value": [{"id": 1}]}, {"value": []}, {"value": [], "@odata.nextLink": 5}]
    )
    def test_garbage_is_never_an_empty_mailbox(self, graph: Graph, body) -> None:
        graph.fail("GET", "/delta", garbage(body))
        with pytest.raises(Temporary):
            box(graph).fetch("", 10)

    def test_no_token_goes_to_another_server(self, graph: Graph) -> None:
        graph.fail("GET", "/delta", garbage({"value": [], "@odata.nextLink": "https://evil.example/v1.0/x"}))
        with pytest.raises(Temporary, match="sends us to another server"):
            box(graph).fetch("", 10)

    def test_one_mail_that_exchange_cannot_convert_does_not_hold_up_the_others(self, graph: Graph) -> None:
        for n in (1, 2):
            graph.deliver(SUPPORT, mail(n))
        refused = answer(400, {"error": {"code": "ErrorMimeContentConversionFailed", "message": "x"}})
        graph.fail("GET", "messages/AAkALg-000001=/$value", refused, times=99)
        mailbox, found, losses = box(graph), [], 0
        while len(found) < 2:
            try:
                found += mailbox.fetch(found[-1].uid if found else "", 10)
            except Temporary:
                losses += 1
        assert [b"did not hand it out" in a.raw for a in found] == [True, False]
        assert losses == 3

    def test_a_connection_that_is_lost_gives_up_no_mail(self, graph: Graph) -> None:
        graph.deliver(SUPPORT, mail(1))
        mailbox = box(graph)
        graph.fail("GET", "/$value", HANGS_UP, times=20)
        for _ in range(20):
            with pytest.raises(Temporary):
                mailbox.fetch("", 10)
        assert mailbox.fetch("", 10)[0].raw == mail(1)

    @pytest.mark.parametrize("filed", ["seen", "category:", "delete:all"])
    def test_only_two_ways_of_filing_exist(self, graph: Graph, filed: str) -> None:
        with pytest.raises(ValueError, match="category:NAME"):
            box(graph, filed=filed)

    def test_a_server_that_is_away_is_temporary(self, issuer: Issuer) -> None:
        with Graph(issuer) as gone:
            mailbox = box(gone)
        with pytest.raises(Temporary, match="cannot be reached"):
            mailbox.fetch("", 10)


class TestWaiting:
    def test_it_ends_when_mail_arrives(self, graph: Graph) -> None:
        mailbox = box(graph)
        mailbox.fetch("", 10)
        threading.Timer(0.2, graph.deliver, (SUPPORT, mail(1))).start()
        assert mailbox.wait(10)
        assert len(mailbox.fetch("", 10)) == 1

    def test_mail_that_is_there_already_is_not_waited_for(self, graph: Graph) -> None:
        mailbox = box(graph)
        mailbox.fetch("", 10)
        graph.deliver(SUPPORT, mail(1))
        assert mailbox.wait(10)

    def test_it_ends_after_its_time(self, graph: Graph) -> None:
        mailbox = box(graph)
        graph.deliver(SUPPORT, mail(1))
        mailbox.fetch("", 10)
        started = time.monotonic()
        assert not mailbox.wait(0.2)
        assert 0.15 < time.monotonic() - started < 2


class TestSending:
    @pytest.mark.parametrize("fault", [broken(504), broken(502), HANGS_UP], ids=["504", "502", "reset"])
    def test_an_order_that_was_carried_out_and_not_answered_is_seen_to_be_sent(self, graph: Graph, fault) -> None:
        graph.fail("POST", "/send", fault, after=True)
        sender(graph).send(letter(ANA), nothing)
        assert len(graph.exchange.delivered) == 1

    @pytest.mark.parametrize("fault", [broken(504), HANGS_UP], ids=["504", "reset"])
    def test_an_order_that_nobody_answers_and_nobody_sees_done_is_in_doubt(self, graph: Graph, fault) -> None:
        graph.fail("POST", "/send", fault)
        with pytest.raises(Uncertain, match=f"{ANA} was given to Exchange and is not seen as sent"):
            sender(graph).send(letter(ANA), nothing)
        assert graph.exchange.delivered == []

    def test_a_lost_connection_before_the_order_is_safe_to_repeat(self, graph: Graph) -> None:
        heard: list[str] = []
        ours = sender(graph)
        graph.fail("POST", "/messages", HANGS_UP, after=True)
        with pytest.raises(Temporary):
            ours.send(letter(ANA), lambda: heard.append("dot"))
        assert (heard, drafts(graph)) == ([], 1)
        ours.send(letter(ANA), lambda: heard.append("dot"))
        assert (len(graph.exchange.delivered), drafts(graph)) == (1, 0)

    def test_what_the_caller_does_not_allow_leaves_no_draft(self, graph: Graph) -> None:
        def refuse() -> None:
            raise StoreGone

        with pytest.raises(StoreGone):
            sender(graph).send(letter(ANA), refuse)
        assert drafts(graph) == 0

    def test_a_message_that_is_refused_is_permanent_and_leaves_no_draft(self, graph: Graph) -> None:
        refused = answer(400, {"error": {"code": "ErrorInvalidRecipients", "message": "no such person"}})
        graph.fail("POST", "/send", refused)
        with pytest.raises(Permanent, match="ErrorInvalidRecipients no such person"):
            sender(graph).send(letter(ANA), nothing)
        assert drafts(graph) == 0

    def test_a_message_that_is_too_large_is_permanent(self, graph: Graph) -> None:
        with pytest.raises(Permanent, match="413"):
            sender(graph).send(letter(ANA, "x" * 3_200_000), nothing)

    @pytest.mark.parametrize(
        "header", ["Cc: <eve@elsewhere.test>", "Bcc: eve@elsewhere.test", "To: eve@elsewhere.test"]
    )
    def test_whoever_else_stands_in_the_headers_gets_nothing(self, graph: Graph, header: str) -> None:
        sent = letter(ANA)
        spoilt = type(sent)(1, sent.mail_from, sent.rcpt_to, sent.message_id, header.encode() + b"\r\n" + sent.data)
        with pytest.raises(Permanent, match="names other recipients"):
            sender(graph).send(spoilt, nothing)
        assert graph.asked == []

    def test_whether_we_are_let_in_is_told_without_a_letter(self, graph: Graph) -> None:
        sender(graph).reach()
        graph.outside_policy.add(SUPPORT)
        with pytest.raises(Permanent, match="inside the app's policy"):
            sender(graph).reach()
        assert not graph.exchange.delivered

    def test_the_copy_lies_among_those_sent_with_our_own_headers(self, graph: Graph) -> None:
        sender(graph).send(letter(ANA), nothing)
        (copy,) = graph.box(SUPPORT).in_folder("sentitems")
        assert copy.header("Message-ID") == "<1@support.test>"
        assert copy.header("In-Reply-To") == "<1@customers.test>"

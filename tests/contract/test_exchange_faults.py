"""An Exchange Server that is busy, away, or answers nonsense: nothing is lost, nothing goes twice, and it is left alone when it asks."""

import pytest

from commsvc.adapters.exchange import ExchangeMailbox, ExchangeSender
from commsvc.domain.mail.parse import parse
from commsvc.errors import Permanent, Temporary, Uncertain
from tests.contract.exchanges import SUPPORT, Clock, session
from tests.contract.graphs import app
from tests.contract.mailbox import mail
from tests.contract.sender import ANA, letter, nothing
from tests.servers.ews.server import LARGEST, Answer, Ews, Fault, throttled
from tests.servers.issuer import Issuer

PROXY = Answer(504, b"<html>Gateway Timeout</html>", "text/html")
AWAY = Answer(503, b"<html>Service Unavailable</html>", "text/html")
GARBAGE = Answer(200, b"<html><body>Please sign in</body></html>", "text/html")
GONE = Answer(200, hang_up=True)
NO_ANSWER = [PROXY, AWAY, GARBAGE, GONE]
named = pytest.mark.parametrize("answer", NO_ANSWER, ids=["504", "503", "garbage", "hangs up"])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def mailbox(ews: Ews, clock: Clock) -> ExchangeMailbox:
    for n in (1, 2, 3):
        ews.deliver(SUPPORT, mail(n))
    return ExchangeMailbox("support", session(ews, clock=clock))


@pytest.fixture
def sender(ews: Ews, clock: Clock) -> ExchangeSender:
    return ExchangeSender(session(ews, clock=clock))


def subjects(mailbox: ExchangeMailbox) -> list[str]:
    return [parse(a.raw).subject for a in mailbox.fetch("", 10)]


class TestMailbox:
    def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(
        self, mailbox: ExchangeMailbox, ews: Ews, clock: Clock
    ) -> None:
        ews.faults.append(throttled("FindItem", 40))
        with pytest.raises(Temporary, match="is busy and asks us to wait 40 seconds"):
            mailbox.fetch("", 10)
        asked = len(ews.asked)
        clock.now = 39
        with pytest.raises(Temporary, match="wait 40 seconds"):
            mailbox.fetch("", 10)
        assert len(ews.asked) == asked
        clock.now = 41
        assert len(subjects(mailbox)) == 3

    def test_a_wrong_password_has_its_sentence_and_is_not_tried_again_at_once(self, ews: Ews, clock: Clock) -> None:
        ews.add("locked@support.test")
        locked = ExchangeMailbox("locked", session(ews, user="locked@support.test", password="wrong", clock=clock))
        for _ in range(3):
            with pytest.raises(
                Permanent,
                match=r"^mailbox support@support\.test at 127\.0\.0\.1 refuses the sign-in of locked@support\.test$",
            ):
                locked.fetch("", 10)
        assert ews.refused == 1
        clock.now = 301
        with pytest.raises(Permanent):
            locked.fetch("", 10)
        assert ews.refused == 2

    @named
    @pytest.mark.parametrize("operation", ["GetFolder", "FindItem", "GetItem"])
    def test_no_answer_is_never_an_empty_mailbox(
        self, mailbox: ExchangeMailbox, ews: Ews, clock: Clock, operation: str, answer: Answer
    ) -> None:
        ews.faults.append(Fault(operation, answer))
        with pytest.raises(Temporary):
            mailbox.fetch("", 10)
        clock.now += 1
        found = mailbox.fetch("", 10)
        while len(found) < 3:
            found = [*found, *mailbox.fetch(found[-1].uid, 10)]
        assert [parse(a.raw).subject for a in found] == ["number 1", "number 2", "number 3"]

    @named
    def test_what_was_not_filed_comes_again(self, mailbox: ExchangeMailbox, ews: Ews, answer: Answer) -> None:
        uids = [a.uid for a in mailbox.fetch("", 10)]
        ews.faults.append(Fault("UpdateItem", answer))
        with pytest.raises(Temporary):
            mailbox.filed(uids)
        assert [a.uid for a in mailbox.fetch("", 10)] == uids
        mailbox.filed(uids)
        assert list(mailbox.fetch("", 10)) == []

    def test_one_mail_at_which_the_server_fails_does_not_hold_up_the_others(
        self, mailbox: ExchangeMailbox, ews: Ews, clock: Clock
    ) -> None:
        """The server hangs up whenever the second is asked for."""
        ews.hangs_up_at = ews.exchange.boxes[SUPPORT].mails()[1].id
        found: list[str] = []
        after, losses = "", 0
        while len(found) < 3:
            clock.now += 61
            try:
                arrivals = mailbox.fetch(after, 10)
            except Temporary:
                losses += 1
            else:
                found += [parse(a.raw).text for a in arrivals]
                after = arrivals[-1].uid
        assert ["did not hand it out" in text for text in found] == [False, True, False]
        assert losses == 3

    def test_where_no_stream_is_offered_the_folder_is_looked_at(self, mailbox: ExchangeMailbox, ews: Ews) -> None:
        ews.faults.append(Fault("Subscribe", Answer(500, ews.refusal("ErrorInvalidSubscriptionRequest"))))
        mailbox.fetch("", 10)
        assert not mailbox.wait(0.2)
        ews.deliver(SUPPORT, mail(4))
        assert mailbox.wait(5)
        assert "GetStreamingEvents" not in ews.asked

    def test_a_subscription_that_was_lost_is_made_again(self, mailbox: ExchangeMailbox, ews: Ews) -> None:
        mailbox.fetch("", 10)
        assert not mailbox.wait(0.2)
        ews.exchange.subscriptions.clear()
        assert not mailbox.wait(0.2)
        assert not mailbox.wait(0.2)
        assert ews.asked.count("Subscribe") == 2


class TestSender:
    def send(self, sender: ExchangeSender) -> list[str]:
        heard: list[str] = []
        sender.send(letter(ANA), lambda: heard.append("dot"))
        return heard

    @named
    def test_an_order_that_is_carried_out_and_not_answered_leaves_one_copy_that_settles_it(
        self, sender: ExchangeSender, ews: Ews, answer: Answer
    ) -> None:
        ews.faults.append(Fault("SendItem", answer, after=True))
        with pytest.raises(Uncertain, match="did not say that it has"):
            sender.send(letter(ANA), nothing)
        assert [to for to, _ in ews.exchange.outside] == [ANA]
        copies = ExchangeMailbox("sent", session(ews), folder="sentitems").fetch("", 10)
        assert [parse(a.raw).message_id for a in copies] == [letter(ANA).message_id]

    @named
    def test_an_order_of_which_nobody_knows_is_never_taken_for_refused(
        self, sender: ExchangeSender, ews: Ews, answer: Answer
    ) -> None:
        ews.faults.append(Fault("SendItem", answer))
        with pytest.raises(Uncertain):
            sender.send(letter(ANA), nothing)

    def test_a_busy_server_has_sent_nothing(self, sender: ExchangeSender, ews: Ews, clock: Clock) -> None:
        ews.faults.append(throttled("SendItem", 12))
        with pytest.raises(Temporary, match="wait 12 seconds"):
            sender.send(letter(ANA), nothing)
        assert ews.exchange.outside == []
        clock.now = 13
        assert self.send(sender) == ["dot"]
        assert len(ews.exchange.outside) == 1
        assert ews.exchange.boxes[SUPPORT].mails("drafts") == []

    @named
    @pytest.mark.parametrize("after", [False, True], ids=["undone", "done"])
    def test_before_the_order_every_fault_is_safe_to_repeat(
        self, sender: ExchangeSender, ews: Ews, answer: Answer, after: bool
    ) -> None:
        ews.faults.append(Fault("CreateItem", answer, after))
        heard: list[str] = []
        with pytest.raises(Temporary):
            sender.send(letter(ANA), lambda: heard.append("dot"))
        assert heard == []
        assert self.send(sender) == ["dot"]
        assert len(ews.exchange.outside) == 1
        assert ews.exchange.boxes[SUPPORT].mails("drafts") == []

    def test_a_wrong_password_is_the_fault_of_no_letter(self, ews: Ews) -> None:
        with pytest.raises(Temporary, match="refuses the sign-in"):
            self.send(ExchangeSender(session(ews, password="wrong")))

    def test_a_letter_over_the_servers_limit_is_permanent(self, sender: ExchangeSender) -> None:
        with pytest.raises(Permanent, match="ErrorMessageSizeExceeded"):
            sender.send(letter(ANA, "x" * LARGEST), nothing)

    def test_somebody_who_changed_the_draft_stops_it(self, sender: ExchangeSender, ews: Ews) -> None:
        def meddle() -> None:
            box = ews.exchange.boxes[SUPPORT]
            ews.exchange.touch(box, box.named("drafts"), box.mails("drafts")[0])

        with pytest.raises(Temporary, match="ErrorIrresolvableConflict"):
            sender.send(letter(ANA), meddle)
        assert ews.exchange.outside == []


class TestTokens:
    """An app that Entra gave a token acts as the owner of the mailbox, by impersonation."""

    @pytest.fixture(autouse=True)
    def on_loopback(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Here tokens go over plain HTTP, which oauthlib else refuses."""
        monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")

    @pytest.fixture
    def server(self, ews: Ews, issuer: Issuer) -> Ews:
        ews.bearer = lambda token: token in issuer.tokens
        ews.exchange.boxes[SUPPORT].impersonators.add("app")
        ews.deliver(SUPPORT, mail(1))
        return ews

    def test_a_token_opens_the_mailbox(self, server: Ews, issuer: Issuer) -> None:
        mailbox = ExchangeMailbox("support", session(server, tokens=app(issuer)))
        assert subjects(mailbox) == ["number 1"]

    def test_a_token_that_is_taken_back_is_fetched_anew(self, server: Ews, issuer: Issuer) -> None:
        mailbox = ExchangeMailbox("support", session(server, tokens=app(issuer)))
        assert subjects(mailbox) == ["number 1"]
        issuer.tokens.clear()
        with pytest.raises(Permanent, match="refuses the sign-in of the app"):
            mailbox.fetch("", 10)
        assert subjects(mailbox) == ["number 1"]
        assert issuer.issued == 2

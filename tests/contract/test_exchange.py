"""Exchange Server by exchangelib keeps the contracts of mailboxes and senders."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from commsvc.adapters.exchange import ExchangeMailbox, ExchangeSender
from commsvc.domain.letter.mime import Envelope
from commsvc.domain.mail.instead import LARGEST
from commsvc.domain.mail.parse import parse
from commsvc.errors import Permanent, Temporary
from tests.contract.exchanges import SUPPORT, session
from tests.contract.mailbox import Arrives, MailboxContract, mail
from tests.contract.sender import ANA, Delivered, SenderContract, letter, nothing
from tests.servers.ews.server import Ews
from tests.servers.ews.store import SERVER, Folder, Item
from tests.servers.ews.transport import from_outside

INVITATION = (
    b"From: ana@customers.test\r\nSubject: number 1\r\nMessage-ID: <1@customers.test>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def arrives(ews: Ews) -> Arrives:
    return lambda raw: ews.deliver(SUPPORT, raw)


class TestExchangeByCategory(MailboxContract):
    @pytest.fixture
    def mailbox(self, ews: Ews) -> Iterator[ExchangeMailbox]:
        mailbox = ExchangeMailbox("support", session(ews))
        yield mailbox
        mailbox.close()

    def test_people_see_a_category_and_no_other_difference(self, three: ExchangeMailbox, ews: Ews) -> None:
        three.filed([a.uid for a in three.fetch("", 2)])
        lying = ews.exchange.boxes[SUPPORT].mails()
        assert [m.categories for m in lying] == [["commsvc"], ["commsvc"], []]
        assert not any(m.read for m in lying)

    def test_categories_that_people_set_meanwhile_stay(self, three: ExchangeMailbox, ews: Ews) -> None:
        found = three.fetch("", 10)
        theirs = ews.exchange.boxes[SUPPORT].mails()[0]
        theirs.categories = ["Urgent"]
        three.filed([a.uid for a in found])
        assert theirs.categories == ["Urgent", "commsvc"]

    def test_a_time_that_cannot_be_read_is_taken_from_the_mail(self, three: ExchangeMailbox, ews: Ews) -> None:
        ews.exchange.boxes[SUPPORT].mails()[0].told_received = "2026-11-23T14:02:03.123456789Z"
        first, *_ = three.fetch("", 10)
        assert (type(first.received_at), first.received_at) == (datetime, datetime(2026, 11, 23, 14, 2, tzinfo=UTC))

    def test_many_mails_cost_few_questions(self, mailbox: ExchangeMailbox, arrives: Arrives, ews: Ews) -> None:
        for n in range(450):
            arrives(mail(n))
        found, after = [], ""
        while arrivals := mailbox.fetch(after, 200):
            mailbox.filed([a.uid for a in arrivals])
            found += [a.uid for a in arrivals]
            after = arrivals[-1].uid
        assert found == [str(n) for n in range(1, 451)]
        assert list(mailbox.fetch("", 200)) == []
        asked = Counter(ews.asked)
        assert [asked[name] <= 12 for name in ("FindItem", "GetItem", "UpdateItem")] == [True, True, True]

    def test_a_batch_is_bounded_by_bytes(self, mailbox: ExchangeMailbox, arrives: Arrives) -> None:
        for n in (1, 2, 3):
            arrives(mail(n) + b"y" * 3_000_000)
        first = mailbox.fetch("", 10)
        assert [len(first), len(mailbox.fetch(first[-1].uid, 10))] == [2, 1]

    @pytest.mark.parametrize("told", [LARGEST + 1_000, 10], ids=["honest", "lying"])
    def test_a_mail_that_is_too_big_comes_as_its_headers_and_a_note(
        self, mailbox: ExchangeMailbox, arrives: Arrives, ews: Ews, told: int
    ) -> None:
        arrives(b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=x\r\n" + mail(1) + b"y" * LARGEST)
        arrives(mail(2))
        ews.exchange.boxes[SUPPORT].mails()[0].told_size = told
        first, second = mailbox.fetch("", 10)
        read = parse(first.raw)
        assert (len(first.raw) < 1000, read.subject, read.message_id) == (True, "number 1", "1@customers.test")
        assert "more than the 25,000,000 allowed" in read.text
        assert "folder inbox, number 1" in read.text
        assert second.raw.endswith(b"stuck.\r\n")

    def test_what_cannot_be_made_mime_of_does_not_hold_up_the_others(self, three: ExchangeMailbox, ews: Ews) -> None:
        ews.exchange.boxes[SUPPORT].mails()[1].broken = True
        found = [parse(a.raw) for a in three.fetch("", 10)]
        assert [m.subject for m in found] == ["number 1", "number 2", "number 3"]
        assert "did not hand it out" in found[1].text

    def test_an_invitation_comes_as_it_was_written(self, mailbox: ExchangeMailbox, ews: Ews) -> None:
        ews.deliver(SUPPORT, INVITATION).kind = "MeetingRequest"
        (arrival,) = mailbox.fetch("", 10)
        assert arrival.raw.endswith(INVITATION.rpartition(b"\r\n\r\n")[2])
        mailbox.filed([arrival.uid])
        assert list(mailbox.fetch("", 10)) == []

    def test_a_mail_that_is_taken_away_meanwhile_is_not_missed(self, three: ExchangeMailbox, ews: Ews) -> None:
        found = three.fetch("", 10)
        box = ews.exchange.boxes[SUPPORT]
        del box.named("inbox").items[box.mails()[1].id]
        three.filed([a.uid for a in found])
        assert [m.categories for m in box.mails()] == [["commsvc"], ["commsvc"]]

    def test_a_mail_without_a_number_is_told_and_holds_up_no_other(self, three: ExchangeMailbox, ews: Ews) -> None:
        ews.exchange.boxes[SUPPORT].mails()[1].number = None
        assert [a.uid for a in three.fetch("", 10)] == ["1", "3"]
        with pytest.raises(Temporary, match="no number for 1 mails in inbox"):
            three.fetch("3", 10)

    def test_another_folder_of_that_name_has_another_validity(self, ews: Ews) -> None:
        box = ews.exchange.boxes[SUPPORT]
        first = box.add(Folder("Urgent", above=box.named("msgfolderroot")))
        ews.exchange.put(box, first, Item("Message", mail(1)))
        mailbox = ExchangeMailbox("support", session(ews), folder="Urgent")
        before, found = mailbox.uidvalidity(), mailbox.fetch("", 10)
        del box.folders[first.id]
        second = box.add(Folder("Urgent", above=box.named("msgfolderroot")))
        ews.exchange.put(box, second, Item("Message", mail(2)))
        with pytest.raises(Permanent, match="ErrorFolderNotFound"):
            mailbox.filed([a.uid for a in found])
        assert mailbox.uidvalidity() != before
        mailbox.filed([a.uid for a in found])
        assert [m.categories for m in second.items.values()] == [[]]


class TestExchangeByMove(MailboxContract):
    @pytest.fixture
    def mailbox(self, ews: Ews) -> Iterator[ExchangeMailbox]:
        mailbox = ExchangeMailbox("support", session(ews), filed="move:Support/Handled")
        yield mailbox
        mailbox.close()

    def test_filed_mail_lies_in_the_other_folder_unread(self, three: ExchangeMailbox, ews: Ews) -> None:
        three.filed([a.uid for a in three.fetch("", 2)])
        box = ews.exchange.boxes[SUPPORT]
        assert [len(box.mails()), len(box.mails("Handled"))] == [1, 2]
        assert not any(m.read for m in box.mails("Handled"))


class TestWatching:
    def test_nothing_is_written(self, ews: Ews, arrives: Arrives) -> None:
        arrives(mail(1))
        watching = ExchangeMailbox("support", session(ews), read_only=True)
        watching.filed([a.uid for a in watching.fetch("", 10)])
        assert len(watching.fetch("", 10)) == 1
        assert not {"UpdateItem", "MoveItem", "CreateFolder"} & set(ews.asked)

    def test_new_mail_ends_the_wait(self, ews: Ews, arrives: Arrives) -> None:
        mailbox = ExchangeMailbox("support", session(ews))
        threading.Timer(0.5, arrives, [mail(1)]).start()
        begun = time.monotonic()
        assert mailbox.wait(20)
        assert time.monotonic() - begun < 5

    def test_without_mail_the_wait_ends_in_time(self, ews: Ews, arrives: Arrives) -> None:
        arrives(mail(1))
        mailbox = ExchangeMailbox("support", session(ews))
        mailbox.fetch("", 10)
        begun = time.monotonic()
        assert not mailbox.wait(1)
        assert 1 <= time.monotonic() - begun < 4

    def test_a_password_may_be_proven_by_ntlm_without_being_shown(self, ews: Ews, arrives: Arrives) -> None:
        arrives(mail(1))
        signing_in = {"auth": "ntlm", "user": f"SUPPORT\\{SUPPORT}"}
        assert len(ExchangeMailbox("support", session(ews, **signing_in)).fetch("", 10)) == 1
        with pytest.raises(Permanent, match="refuses the sign-in"):
            ExchangeMailbox("support", session(ews, **signing_in, password="wrong")).fetch("", 10)

    def test_a_delegate_and_an_impersonator_read_what_is_anothers(self, ews: Ews) -> None:
        box = ews.add("help@support.test")
        ews.deliver("help@support.test", mail(1))
        for access, whom in (("delegate", box.delegates), ("impersonation", box.impersonators)):
            theirs = ExchangeMailbox("help", session(ews, "help@support.test", access=access))
            with pytest.raises(Permanent, match=r"Error(AccessDenied|ImpersonateUserDenied)"):
                theirs.fetch("", 10)
            whom.add(SUPPORT)
            theirs = ExchangeMailbox("help", session(ews, "help@support.test", access=access))
            assert [parse(a.raw).subject for a in theirs.fetch("", 10)] == ["number 1"]


class TestColleagues:
    """Who signs in to our Exchange and writes to us is known; what a stranger writes into the headers proves nothing."""

    FORGED = (
        f"X-MS-Exchange-Organization-AuthAs: Internal\r\nX-MS-Exchange-Organization-AuthSource: {SERVER}\r\n"
        "From: olga@support.test\r\nTo: support@support.test\r\nSubject: Re: approve\r\n\r\nAPPROVE\r\n"
    ).encode()

    def proven(self, ews: Ews, servers: tuple[str, ...] = (SERVER,)) -> list[str]:
        mailbox = ExchangeMailbox("support", session(ews), servers=servers)
        return [a.submitted_by for a in mailbox.fetch("", 10)]

    def written_by_olga(self, ews: Ews) -> None:
        ews.add("olga@support.test")
        olga = ExchangeSender(session(ews, "olga@support.test", user="olga@support.test"))
        own = b"From: olga@support.test\r\nTo: support@support.test\r\nMessage-ID: <1@olga>\r\n\r\nAPPROVE\r\n"
        olga.send(Envelope(1, "olga@support.test", SUPPORT, "1@olga", own), nothing)

    def test_a_colleague_who_writes_from_her_own_mailbox_is_proven(self, ews: Ews) -> None:
        self.written_by_olga(ews)
        assert self.proven(ews) == ["olga@support.test"]

    def test_nobody_is_proven_where_our_servers_are_not_named(self, ews: Ews) -> None:
        self.written_by_olga(ews)
        assert self.proven(ews, ()) == [""]

    @pytest.mark.parametrize("firewall", [True, False], ids=["taken away", "left standing"])
    def test_marks_that_came_from_outside_prove_nothing(self, ews: Ews, firewall: bool) -> None:
        from_outside(ews.exchange, SUPPORT, self.FORGED, firewall)
        assert self.proven(ews) == [""]


class TestExchangeSender(SenderContract):
    @pytest.fixture
    def sender(self, ews: Ews) -> Iterator[ExchangeSender]:
        sender = ExchangeSender(session(ews))
        yield sender
        sender.close()

    @pytest.fixture
    def delivered(self, ews: Ews) -> Delivered:
        return lambda count: ews.exchange.outside

    def test_a_copy_lies_among_those_sent_and_no_draft_is_left(self, sender: ExchangeSender, ews: Ews) -> None:
        sender.send(letter(ANA), nothing)
        box = ews.exchange.boxes[SUPPORT]
        assert [m.mime for m in box.mails("sentitems")] == [letter(ANA).data]
        assert box.mails("drafts") == []

    def test_headers_that_name_anybody_else_stop_the_letter(self, sender: ExchangeSender, ews: Ews) -> None:
        wrong = letter(ANA)
        copied = type(wrong)(1, wrong.mail_from, ANA, "1@support.test", b"Cc: bob@customers.test\r\n" + wrong.data)
        with pytest.raises(Permanent, match=r"names in its headers: ana@customers\.test, bob@customers\.test"):
            sender.send(copied, nothing)
        assert ews.asked == []

    def test_nobody_writes_as_another(self, sender: ExchangeSender, ews: Ews) -> None:
        forged = letter(ANA)
        as_boss = forged.data.replace(b"<support@support.test>", b"<boss@support.test>")
        with pytest.raises(Temporary, match="ErrorSendAsDenied"):
            sender.send(type(forged)(1, forged.mail_from, ANA, "1@support.test", as_boss), nothing)
        assert ews.exchange.boxes[SUPPORT].mails("drafts") == []

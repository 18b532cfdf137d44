"""Exchange Online by Microsoft Graph keeps the contracts of mailboxes, senders and calendars."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest

from commsvc.adapters.graph import GraphCalendars, GraphMailbox, GraphSender
from commsvc.domain.call.slots import Busy
from commsvc.domain.mail.instead import LARGEST
from commsvc.domain.mail.parse import parse
from commsvc.errors import Temporary
from tests.contract.calendar import ANA, BOB, HOUR, NINE, CalendarContract, MakeBusy, event
from tests.contract.graphs import SUPPORT, session
from tests.contract.mailbox import Arrives, MailboxContract, mail
from tests.contract.sender import Delivered, SenderContract
from tests.servers.graph.server import Graph

UID = "call-1@support.test"


@pytest.fixture
def arrives(graph: Graph) -> Arrives:
    return lambda raw: graph.deliver(SUPPORT, raw)


class TestGraphByCategory(MailboxContract):
    @pytest.fixture
    def mailbox(self, graph: Graph) -> Iterator[GraphMailbox]:
        mailbox = GraphMailbox("support", session(graph))
        yield mailbox
        mailbox.close()

    def test_people_see_a_category_and_no_other_difference(self, three: GraphMailbox, graph: Graph) -> None:
        three.filed([a.uid for a in three.fetch("", 2)])
        assert [m.categories for m in graph.box(SUPPORT).in_folder("inbox")] == [["commsvc"], ["commsvc"], []]
        assert not any(m.read for m in graph.box(SUPPORT).messages.values())

    def test_categories_that_people_set_meanwhile_stay(self, three: GraphMailbox, graph: Graph) -> None:
        found = three.fetch("", 10)
        theirs = graph.box(SUPPORT).in_folder("inbox")[0]
        theirs.categories = ["Urgent"]
        graph.exchange.touch(graph.box(SUPPORT), theirs)
        three.filed([a.uid for a in found])
        assert theirs.categories == ["Urgent", "commsvc"]

    def test_the_bytes_are_those_that_arrived(self, mailbox: GraphMailbox, arrives: Arrives) -> None:
        arrives(mail(1, "Grüße"))
        assert mailbox.fetch("", 1)[0].raw == mail(1, "Grüße")

    def test_a_full_mailbox_is_read_page_by_page(self, mailbox: GraphMailbox, arrives: Arrives, graph: Graph) -> None:
        for n in range(450):
            arrives(mail(n))
        found = mailbox.fetch("", 10)
        assert [a.uid for a in found] == [str(n) for n in range(1, 11)]
        assert sum("/delta" in asked for asked in graph.asked) == 3

    def test_a_batch_is_bounded_by_bytes(self, mailbox: GraphMailbox, arrives: Arrives) -> None:
        for n in (1, 2, 3):
            arrives(mail(n) + b"y" * 3_000_000)
        first = mailbox.fetch("", 10)
        assert [len(first), len(mailbox.fetch(first[-1].uid, 10))] == [2, 1]

    @pytest.mark.parametrize("told", [LARGEST + 1_000, 10], ids=["honest", "lying"])
    def test_a_mail_that_is_too_big_comes_as_its_headers_and_a_note(
        self, mailbox: GraphMailbox, arrives: Arrives, graph: Graph, told: int
    ) -> None:
        big = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=x\r\n" + mail(1)
        arrives(big + b"y" * LARGEST)
        arrives(mail(2))
        graph.box(SUPPORT).in_folder("inbox")[0].size = told
        first, second = mailbox.fetch("", 10)
        read = parse(first.raw)
        assert (len(first.raw) < 1000, read.subject, read.message_id) == (True, "number 1", "1@customers.test")
        assert "more than the 25,000,000 allowed" in read.text
        assert "folder inbox, number 1" in read.text
        assert second.raw == mail(2)

    def test_a_mail_without_a_number_holds_up_no_other_and_is_told(
        self, three: GraphMailbox, arrives: Arrives, graph: Graph
    ) -> None:
        graph.exchange.unnumbered.add(graph.box(SUPPORT).in_folder("inbox")[1].key)
        found = three.fetch("", 10)
        assert [b"number 1" in found[0].raw, b"number 3" in found[1].raw] == [True, True]
        with pytest.raises(Temporary, match="tells no number for 1 mails in inbox"):
            three.fetch(found[-1].uid, 10)

    def test_what_was_taken_away_meanwhile_is_no_error(self, three: GraphMailbox, graph: Graph) -> None:
        found = three.fetch("", 10)
        box = graph.box(SUPPORT)
        graph.exchange.move(box, box.in_folder("inbox")[0], "archive")
        three.filed([a.uid for a in found])
        assert [a.uid for a in three.fetch("", 10)] == []
        assert [m.categories for m in box.in_folder("archive")] == [[]]


class TestGraphByMove(MailboxContract):
    @pytest.fixture
    def mailbox(self, graph: Graph) -> Iterator[GraphMailbox]:
        mailbox = GraphMailbox("support", session(graph), filed="move:Mary's mail")
        yield mailbox
        mailbox.close()

    def test_filed_mail_lies_in_a_folder_that_is_made_once_unread(self, three: GraphMailbox, graph: Graph) -> None:
        three.filed([a.uid for a in three.fetch("", 1)])
        three.close()
        again = GraphMailbox("support", session(graph), filed="move:Mary's mail")
        again.filed([a.uid for a in again.fetch("", 1)])
        there = graph.box(SUPPORT).in_folder("mary's mail")
        assert [(m.read, m.categories) for m in there] == [(False, []), (False, [])]
        assert len(graph.box(SUPPORT).in_folder("inbox")) == 1


class TestWatching:
    """Read-only: nothing but reading is asked for, and reading is all that has to be permitted."""

    def test_it_leaves_no_trace(self, graph: Graph, arrives: Arrives) -> None:
        graph.issuer.roles = {"Mail.Read"}
        for n in (1, 2):
            arrives(mail(n))
        watching = GraphMailbox("support", session(graph), read_only=True)
        watching.filed([a.uid for a in watching.fetch("", 10)])
        assert len(watching.fetch("", 10)) == 2
        assert {asked.partition(" ")[0] for asked in graph.asked} == {"GET"}

    def test_what_was_taken_in_before_a_restart_is_not_waited_for(self, graph: Graph, arrives: Arrives) -> None:
        arrives(mail(1))
        watching = GraphMailbox("support", session(graph), read_only=True, poll=0.01)
        assert list(watching.fetch("1", 10)) == []
        assert not watching.wait(0.05)


class TestGraphSender(SenderContract):
    @pytest.fixture
    def sender(self, graph: Graph) -> GraphSender:
        return GraphSender(session(graph), looks=(0, 0))

    @pytest.fixture
    def delivered(self, graph: Graph) -> Delivered:
        return lambda count: [*graph.exchange.delivered] if len(graph.exchange.delivered) >= count else []


class TestGraphCalendar(CalendarContract):
    @pytest.fixture
    def calendar(self, graph: Graph) -> GraphCalendars:
        return GraphCalendars(lambda address: session(graph, address))

    @pytest.fixture
    def make_busy(self, graph: Graph) -> MakeBusy:
        numbers = count(1)

        def put(who, start, end, status="busy"):
            at = [{"dateTime": f"{t:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"} for t in (start, end)]
            graph.box(who).events[f"their-{next(numbers)}"] = {"showAs": status, "start": at[0], "end": at[1]}

        return put

    @pytest.mark.parametrize(("status", "takes"), [("tentative", 1), ("oof", 1), ("free", 0), ("workingElsewhere", 0)])
    def test_what_takes_time_is_told_by_its_status(self, calendar, make_busy, status, takes) -> None:
        make_busy(ANA, NINE, NINE + HOUR, status)
        assert len(calendar.busy(ANA, NINE, NINE + HOUR)) == takes

    def test_a_call_is_written_once_and_moved_in_its_place(self, graph, calendar) -> None:
        for hour in range(3):
            calendar.put(ANA, UID, event(UID, NINE + hour * HOUR, NINE + (hour + 1) * HOUR))
        (kept,) = graph.box(ANA).events.values()
        assert (kept["subject"], kept["singleValueExtendedProperties"][0]["value"]) == ("ESC-1", UID)
        assert list(calendar.busy(ANA, NINE, NINE + 8 * HOUR)) == [Busy(NINE + 2 * HOUR, NINE + 3 * HOUR)]

    def test_nobody_is_invited_by_exchange(self, graph, calendar) -> None:
        text = event(UID, NINE, NINE + HOUR).replace("SUMMARY", "ATTENDEE:mailto:ana@customers.test\r\nSUMMARY")
        calendar.put(ANA, UID, text)
        assert "attendees" not in next(iter(graph.box(ANA).events.values()))

    def test_eight_writers_of_one_call_leave_one(self, graph, calendar) -> None:
        def write(n: int) -> None:
            calendar.put(ANA, UID, event(UID, NINE + n * HOUR, NINE + (n + 1) * HOUR))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(8)))
        assert len(graph.box(ANA).events) == 1

    def test_a_call_that_was_taken_off_the_calendar_is_written_anew_when_it_moves(self, graph, calendar) -> None:
        calendar.put(ANA, UID, event(UID, NINE, NINE + HOUR))
        graph.box(ANA).events.clear()
        calendar.put(ANA, UID, event(UID, NINE, NINE + HOUR).replace("SUMMARY", "SEQUENCE:1\r\nSUMMARY"))
        assert len(graph.box(ANA).events) == 1

    def test_a_call_that_is_called_off_is_taken_off_and_can_be_booked_again(self, graph, calendar) -> None:
        text = event(UID, NINE, NINE + HOUR)
        calendar.put(ANA, UID, text)
        for _ in range(2):
            calendar.put(ANA, UID, text.replace("SUMMARY", "STATUS:CANCELLED\r\nSEQUENCE:1\r\nSUMMARY"))
        assert list(calendar.busy(ANA, NINE, NINE + HOUR)) == []
        calendar.put(ANA, UID, text.replace("SUMMARY", "SEQUENCE:2\r\nSUMMARY"))
        assert len(graph.box(ANA).events) == 1

    def test_who_is_not_there_is_unknown_not_free(self, graph, calendar) -> None:
        with pytest.raises(Temporary, match=r"eve@support\.test"):
            calendar.busy("eve@support.test", NINE, NINE + HOUR)
        graph.outside_policy.add(BOB)
        with pytest.raises(Temporary, match="inside the app's policy"):
            calendar.busy(BOB, NINE, NINE + HOUR)
        with pytest.raises(Temporary, match="inside the app's policy"):
            calendar.put(BOB, UID, event(UID, NINE, NINE + HOUR))

    def test_a_window_that_exchange_refuses_is_unknown_not_free(self, calendar) -> None:
        with pytest.raises(Temporary, match="ErrorInvalidTimeInterval"):
            calendar.busy(ANA, NINE, NINE + timedelta(days=63))

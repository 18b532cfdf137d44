"""What every `ports.Mailbox` keeps to."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from commsvc.ports import Mailbox

Arrives = Callable[[bytes], None]


def mail(n: int, text: str = "The orders are stuck.") -> bytes:
    return f"From: ana@customers.test\r\nSubject: number {n}\r\nMessage-ID: <{n}@customers.test>\r\n\r\n{text}\r\n".encode()


class MailboxContract:
    """Needs the fixtures `mailbox`, empty, and `arrives`, which puts one mail into it."""

    @pytest.fixture
    def three(self, mailbox: Mailbox, arrives: Arrives) -> Mailbox:
        for n in (1, 2, 3):
            arrives(mail(n))
        return mailbox

    def test_an_empty_mailbox_gives_nothing(self, mailbox: Mailbox) -> None:
        assert list(mailbox.fetch("", 10)) == []

    def test_mail_comes_whole_and_oldest_first(self, three: Mailbox) -> None:
        found = three.fetch("", 10)
        assert [a.raw.rpartition(b"Message-ID")[2] for a in found] == [
            mail(n).rpartition(b"Message-ID")[2] for n in (1, 2, 3)
        ]

    def test_an_arrival_says_where_and_when_it_came(self, three: Mailbox) -> None:
        (first,) = three.fetch("", 1)
        assert (first.mailbox, first.uidvalidity) == (three.name, three.uidvalidity())
        assert (type(first.received_at), first.received_at.utcoffset()) == (datetime, timedelta(0))
        assert abs(datetime.now(UTC) - first.received_at) < timedelta(minutes=5)

    def test_the_limit_holds_and_the_rest_comes_after_the_last_uid(self, three: Mailbox) -> None:
        first, second = three.fetch("", 2)
        (third,) = three.fetch(second.uid, 2)
        assert [b"number 1" in first.raw, b"number 3" in third.raw] == [True, True]

    def test_after_the_last_uid_there_is_nothing(self, three: Mailbox) -> None:
        assert list(three.fetch(three.fetch("", 10)[-1].uid, 10)) == []

    def test_fetching_changes_nothing(self, three: Mailbox) -> None:
        assert three.fetch("", 10) == three.fetch("", 10)

    def test_filed_mail_does_not_come_again(self, three: Mailbox) -> None:
        first, second, third = three.fetch("", 10)
        three.filed([first.uid, third.uid])
        assert [a.uid for a in three.fetch("", 10)] == [second.uid]

    def test_filing_twice_or_nothing_is_no_error(self, three: Mailbox) -> None:
        uids = [a.uid for a in three.fetch("", 10)]
        three.filed(uids)
        three.filed(uids)
        three.filed([])
        assert list(three.fetch("", 10)) == []

    def test_later_mail_is_seen(self, three: Mailbox, arrives: Arrives) -> None:
        last = three.fetch("", 10)[-1].uid
        arrives(mail(4))
        (fourth,) = three.fetch(last, 10)
        assert b"number 4" in fourth.raw

    def test_the_validity_stays(self, three: Mailbox) -> None:
        assert three.uidvalidity() == three.uidvalidity()

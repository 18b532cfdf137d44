"""IMAP against a real Dovecot: the contract, over every kind of connection and both ways of filing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from commsvc.adapters.imap import ImapMailbox, Tls
from commsvc.domain.mail.arrival import Arrival
from commsvc.domain.mail.instead import LARGEST
from commsvc.domain.mail.parse import parse
from commsvc.errors import Temporary
from tests.contract.mailbox import Arrives, MailboxContract, mail
from tests.servers.dovecot import PASSWORD, Dovecot


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    return dovecot.new_user()


@pytest.fixture
def arrives(dovecot: Dovecot, user: str) -> Arrives:
    return lambda raw: dovecot.deliver(user, raw)


def box(
    dovecot: Dovecot, user: str, tls: Tls = "none", filed: str = "keyword:$commsvc", read_only: bool = False
) -> ImapMailbox:
    port = dovecot.imaps_port if tls == "tls" else dovecot.imap_port
    return ImapMailbox(
        "support",
        "localhost",
        port,
        user,
        PASSWORD,
        tls=tls,
        context=dovecot.tls(),
        read_only=read_only,
        filed=filed,
        timeout=5,
    )


class TestImapByKeyword(MailboxContract):
    @pytest.fixture
    def mailbox(self, dovecot: Dovecot, user: str) -> Iterator[ImapMailbox]:
        mailbox = box(dovecot, user, "tls")
        yield mailbox
        mailbox.close()

    def test_people_see_no_difference(self, three: ImapMailbox, dovecot: Dovecot, user: str) -> None:
        three.filed([a.uid for a in three.fetch("", 2)])
        assert dovecot.flags(user) == ["a", "a", ""]  # one keyword; none is seen
        assert (dovecot.maildir(user) / "dovecot-keywords").read_text() == "0 $commsvc\n"

    def test_a_batch_is_bounded_by_bytes(self, mailbox: ImapMailbox, dovecot: Dovecot, user: str) -> None:
        for n in (1, 2, 3):
            put(dovecot, user, n, mail(n, "x" * 70 + "\r\n") + (b"y" * 76 + b"\r\n") * 40_000)
        first = mailbox.fetch("", 10)
        assert [len(first), len(mailbox.fetch(first[-1].uid, 10))] == [2, 1]

    def test_a_mail_that_is_too_big_comes_as_its_headers_and_a_note(
        self, mailbox: ImapMailbox, dovecot: Dovecot, user: str
    ) -> None:
        big = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=x\r\n" + mail(1)
        put(dovecot, user, 1, big + b"y" * LARGEST)
        put(dovecot, user, 2, mail(2))
        first, second = mailbox.fetch("", 10)
        read = parse(first.raw)
        assert (len(first.raw) < 1000, read.subject, read.message_id) == (True, "number 1", "1@customers.test")
        assert "more than the 25,000,000 allowed" in read.text
        assert f"folder INBOX, UID {first.uid}" in read.text
        assert second.raw.endswith(b"stuck.\r\n")
        assert dovecot.flags(user) == ["", ""]

    def test_one_mail_that_the_server_cannot_read_does_not_hold_up_the_others(
        self, mailbox: ImapMailbox, dovecot: Dovecot, user: str
    ) -> None:
        for n in (1, 2, 3):
            put(dovecot, user, n, mail(n))
        dovecot.maildir(user).joinpath("new", "2").chmod(0)
        found: list[Arrival] = []
        losses = 0
        while len(found) < 3:
            try:
                found += mailbox.fetch(found[-1].uid if found else "", 10)
            except Temporary:  # Dovecot hangs up when it is asked for this one
                losses += 1
        assert [b"did not hand it out" in a.raw for a in found] == [False, True, False]
        assert losses == 4  # asked which are large, for all, and twice for this one


class TestImapByMove(MailboxContract):
    @pytest.fixture
    def mailbox(self, dovecot: Dovecot, user: str) -> Iterator[ImapMailbox]:
        mailbox = box(dovecot, user, "starttls", "move:Done")
        yield mailbox
        mailbox.close()

    def test_filed_mail_lies_in_the_other_folder_unread(self, three: ImapMailbox, dovecot: Dovecot, user: str) -> None:
        three.filed([a.uid for a in three.fetch("", 2)])
        assert [len(dovecot.mails(user)), len(dovecot.mails(user, "Done"))] == [1, 2]
        assert not any("S" in f.name.partition(":2,")[2] for f in dovecot.maildir(user, "Done").glob("cur/*"))


class TestWatching:
    """Read-only: not even the server can tell that anybody looked."""

    def test_it_leaves_no_trace(self, dovecot: Dovecot, user: str, arrives: Arrives) -> None:
        for n in (1, 2):
            arrives(mail(n))
        before = names(dovecot.maildir(user))
        watching = box(dovecot, user, read_only=True)
        found = watching.fetch("", 10)
        watching.filed([a.uid for a in found])
        assert len(watching.fetch("", 10)) == 2
        watching.close()
        assert names(dovecot.maildir(user)) == before
        assert all(name.startswith("new/") for name in before)


def put(dovecot: Dovecot, user: str, n: int, raw: bytes) -> None:
    """Lay a mail into the maildir itself: quicker than delivering a big one."""
    new = dovecot.maildir(user) / "new"
    if not new.exists():
        dovecot.deliver(user, mail(0))
        box(dovecot, user, filed="move:Away").filed(["1"])
    (new / str(n)).write_bytes(raw.replace(b"\r\n", b"\n"))
    (new / str(n)).chmod(0o644)


def names(maildir: Path) -> list[str]:
    return sorted(str(f.relative_to(maildir)) for part in ("new", "cur") for f in (maildir / part).glob("*"))

"""The double of Exchange Server is not only our idea of it: DavMail, a client that others wrote, reads and sends by it as we do."""

import smtplib
from collections.abc import Iterator

import pytest
from imapclient import IMAPClient

from commsvc.adapters.exchange import ExchangeMailbox
from tests.contract.exchanges import SUPPORT, session
from tests.contract.mailbox import mail
from tests.servers.davmail import Davmail
from tests.servers.ews.server import PASSWORD, Ews


@pytest.fixture
def davmail(ews: Ews) -> Iterator[Davmail]:
    with Davmail(ews.url) as server:
        yield server


def test_it_knows_every_mail_by_the_same_number_and_bytes(ews: Ews, davmail: Davmail) -> None:
    for n in (1, 2, 3):
        ews.deliver(SUPPORT, mail(n))
    with IMAPClient("127.0.0.1", davmail.imap, ssl=False) as client:
        client.login(SUPPORT, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        theirs = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
    ours = ExchangeMailbox("support", session(ews)).fetch("", 10)
    assert {str(uid): found[b"BODY[]"] for uid, found in theirs.items()} == {a.uid: a.raw for a in ours}


def test_what_it_sends_leaves_and_its_copy_is_read_by_us(ews: Ews, davmail: Davmail) -> None:
    letter = (
        f"From: {SUPPORT}\r\nTo: ana@customers.test\r\nSubject: x\r\nMessage-ID: <1@support.test>\r\n\r\nHello.\r\n"
    )
    with smtplib.SMTP("127.0.0.1", davmail.smtp) as client:
        client.login(SUPPORT, PASSWORD)
        client.sendmail(SUPPORT, ["ana@customers.test"], letter)
    ((to, _),) = ews.exchange.outside
    (copy,) = ExchangeMailbox("sent", session(ews), folder="sentitems").fetch("", 10)
    assert (to, b"Message-ID: <1@support.test>" in copy.raw) == ("ana@customers.test", True)

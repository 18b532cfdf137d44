"""Exchange Server by exchangelib keeps the contracts of mailboxes and senders."""

from collections.abc import Iterator

import pytest

from commsvc.adapters.exchange import ExchangeMailbox, ExchangeSender, ExchangeSession
from tests.contract.mailbox import Arrives, MailboxContract
from tests.contract.sender import Delivered, SenderContract
from tests.servers.ews.server import PASSWORD, Ews

SUPPORT = "support@support.test"


def session(ews: Ews, **options) -> ExchangeSession:
    signing_in = {"user": SUPPORT, "password": PASSWORD, "auth": "basic"}
    return ExchangeSession(ews.url, options.pop("mailbox", SUPPORT), **(signing_in | options))


@pytest.fixture
def arrives(ews: Ews) -> Arrives:
    return lambda raw: ews.deliver(SUPPORT, raw)


class TestExchangeByCategory(MailboxContract):
    @pytest.fixture
    def mailbox(self, ews: Ews) -> Iterator[ExchangeMailbox]:
        mailbox = ExchangeMailbox("support", session(ews))
        yield mailbox
        mailbox.close()


class TestExchangeByMove(MailboxContract):
    @pytest.fixture
    def mailbox(self, ews: Ews) -> Iterator[ExchangeMailbox]:
        mailbox = ExchangeMailbox("support", session(ews), filed="move:Support/Handled")
        yield mailbox
        mailbox.close()


class TestExchangeSender(SenderContract):
    @pytest.fixture
    def sender(self, ews: Ews) -> Iterator[ExchangeSender]:
        sender = ExchangeSender(session(ews))
        yield sender
        sender.close()

    @pytest.fixture
    def delivered(self, ews: Ews) -> Delivered:
        return lambda count: ews.exchange.outside

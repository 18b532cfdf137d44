"""Our side of the conversation with the double of Exchange Server: sessions as its one user."""

from commsvc.adapters.exchange import ExchangeSession
from tests.servers.ews.server import PASSWORD, Ews

SUPPORT = "support@support.test"


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def session(ews: Ews, mailbox: str = SUPPORT, **options) -> ExchangeSession:
    signing_in = {"user": SUPPORT, "password": PASSWORD, "auth": "basic", "timeout": 5}
    return ExchangeSession(ews.url, mailbox, **(signing_in | options))

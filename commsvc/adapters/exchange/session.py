"""A conversation with an Exchange Server about one mailbox: who signs in and how, one connection, faults in our words, pauses kept.

Temporary:  no answer, a busy server (it is left alone for as long as it asks), anything that makes no sense
Permanent:  sign-in or access refused: a person is told. A password is not tried again at once, so that no account is locked
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Literal
from urllib.parse import urlsplit

from exchangelib import (
    BASIC,
    DELEGATE,
    IMPERSONATION,
    NTLM,
    UTC,
    Account,
    Configuration,
    Credentials,
    Identity,
    Version,
)
from exchangelib.credentials import OAuth2AuthorizationCodeCredentials
from exchangelib.errors import EWSError, UnauthorizedError
from exchangelib.protocol import Protocol
from exchangelib.version import EXCHANGE_2013_SP1
from oauthlib.oauth2 import OAuth2Error, OAuth2Token
from requests import RequestException

from commsvc.adapters.exchange.faults import OneTry, pause, told
from commsvc.errors import Trouble
from commsvc.ports import Tokens

Auth = Literal["basic", "ntlm"]
Access = Literal["delegate", "impersonation"]
_REFUSED = 300.0
"""Seconds without a sign-in after one was refused."""
_LONGEST = 60.0
_FAULTS = (EWSError, OAuth2Error, RequestException, OSError, ValueError, AttributeError, LookupError)
"""What exchangelib raises; the last three where an answer makes no sense to it."""
_opening = Lock()
logging.getLogger("exchangelib").setLevel(
    logging.CRITICAL
)  # it would log whole mails; every fault is told as a Trouble


class ExchangeSession:
    """Everything that is asked about one mailbox; one thread at a time.

    `url`: that of the service, .../EWS/Exchange.asmx. `mailbox`: its address; `user` opens it with a password, as its owner or a
    delegate or by impersonation. With `tokens` an app signs in instead, and always acts as the owner.
    """

    def __init__(self, url: str, mailbox: str, user: str = "", password: str = "", *, auth: Auth = "ntlm",
                 access: Access = "delegate", tokens: Tokens | None = None, timeout: float = 30.0,
                 clock: Callable[[], float] = time.monotonic) -> None:  # fmt: skip
        self.mailbox, self.whom = mailbox, f"mailbox {mailbox} at {urlsplit(url).hostname}"
        self._url, self._user, self._password = url, user, password
        self._auth, self._tokens, self._timeout, self._clock = auth, tokens, timeout, clock
        self._access = IMPERSONATION if access == "impersonation" or tokens else DELEGATE
        self._account: Any = None
        self._token = ""
        self._failures, self._not_before = 0, 0.0
        self._last: Trouble | None = None

    @contextmanager
    def asking(self) -> Iterator[Any]:
        """The mailbox as exchangelib's Account. Whatever goes wrong in here drops the connection and is said plainly."""
        if self._last is not None and self._clock() < self._not_before:
            raise type(self._last)(str(self._last))
        try:
            yield self._opened()
        except _FAULTS as why:
            raise self._failed(why) from why
        self._failures, self._last = 0, None

    def close(self) -> None:
        """Let go of the connection; the next question opens another."""
        account, self._account = self._account, None
        if account is not None:
            account.protocol.close()

    def _opened(self) -> Any:
        token = self._tokens.token() if self._tokens else ""
        if self._account is None or token != self._token:
            self.close()
            self._account, self._token = self._open(token), token
        return self._account

    def _open(self, token: str) -> Any:
        """An account of its own: exchangelib would share a connection, and so its waiting, among all that look alike."""
        config = Configuration(
            service_endpoint=self._url, credentials=self._credentials(token), retry_policy=OneTry(), max_connections=1,
            auth_type=None if token else BASIC if self._auth == "basic" else NTLM, version=Version(EXCHANGE_2013_SP1),
        )  # fmt: skip
        with _opening:
            account = Account(
                self.mailbox, config=config, access_type=self._access, default_timezone=UTC, locale="en_US"
            )
            del Protocol[config]
        account.protocol.TIMEOUT = self._timeout
        return account

    def _credentials(self, token: str) -> Any:
        if token:
            bearer = OAuth2Token({"access_token": token, "token_type": "Bearer"})
            return OAuth2AuthorizationCodeCredentials(
                access_token=bearer, identity=Identity(primary_smtp_address=self.mailbox)
            )
        return Credentials(self._user, self._password)

    def _failed(self, why: Exception) -> Trouble:
        self.close()
        self._failures += 1
        if self._tokens and isinstance(why, UnauthorizedError):
            self._tokens.spoilt()
        self._not_before = self._clock() + max(pause(why), self._rest(why))
        self._last = told(why, self.whom, "the app" if self._tokens else self._user)
        return self._last

    def _rest(self, why: Exception) -> float:
        """Seconds without a question after this fault: none after the first, then more and more."""
        if isinstance(why, UnauthorizedError) and not self._tokens:
            return _REFUSED
        return min(2.0 ** min(self._failures, 6), _LONGEST) if self._failures > 1 else 0.0

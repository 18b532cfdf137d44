"""Tokens of Microsoft Entra for the app itself, by its secret or its certificate; kept in memory by msal while they last.

Temporary:  the token endpoint does not answer, or says that it is not well
Permanent:  the sign-in is refused. It is not tried again at every tick: the pause grows to a minute
Standards:  RFC 6749 (4.4), RFC 7523
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msal
from msal.exceptions import MsalError
from requests import RequestException

from commsvc.errors import Permanent, Temporary, Trouble

AUTHORITY = "https://login.microsoftonline.com"
GRAPH = "https://graph.microsoft.com/.default"
MAIL = "https://outlook.office365.com/.default"
"""What an app asks for to use IMAP and SMTP."""
_LONGEST_PAUSE = 60.0
_TIMEOUT = 20
_NOT_WELL = frozenset(["temporarily_unavailable", "server_error"])
_PLAIN = {
    "AADSTS7000222": "the client secret has ended; make a new one in Entra and set it",
    "AADSTS7000215": "the client secret is wrong: the value is needed, not its id",
    "AADSTS700027": "the certificate is not registered on the app",
    "AADSTS700016": "there is no such app in this tenant",
    "AADSTS90002": "there is no such tenant",
    "AADSTS7000112": "the app is disabled",
}


class MicrosoftApp:
    """`ports.Tokens` for an app that acts for itself. `credential`: its secret, or the path of a PEM file with key and certificate."""

    def __init__(self, tenant: str, client_id: str, credential: str | Path, scope: str = GRAPH, *, authority: str = AUTHORITY,
                 http: Any = None, clock: Callable[[], float] = time.monotonic) -> None:  # fmt: skip
        self._authority, self._client_id, self._credential = f"{authority}/{tenant}", client_id, credential
        self._scope, self._http, self._clock = scope, http, clock
        self._trusted = authority == AUTHORITY
        self._app: Any = None
        self._lock = threading.Lock()
        self._failures, self._not_before = 0, 0.0
        self._last: Trouble | None = None

    def token(self) -> str:
        with self._lock:
            if self._last is not None and self._clock() < self._not_before:
                raise type(self._last)(str(self._last))
            try:
                answer = self._opened().acquire_token_for_client([self._scope])
            except (RequestException, MsalError, ValueError) as why:  # the last: what it says of itself makes no sense
                raise self._failed(Temporary, f"does not answer as it should: {_first_line(why)}") from why
            except OSError as why:  # after RequestException, which is one
                raise self._failed(Permanent, f"cannot be asked, the certificate is not readable: {why}") from why
            if "access_token" not in answer:
                raise self._refused(str(answer.get("error", "")), str(answer.get("error_description", "")))
            self._failures, self._last = 0, None
            return str(answer["access_token"])

    def spoilt(self) -> None:
        with self._lock:
            if self._app is not None:
                self._app.remove_tokens_for_client()

    def _opened(self) -> Any:
        if self._app is None:
            self._app = msal.ConfidentialClientApplication(
                self._client_id, client_credential=_credential(self._credential), authority=self._authority,
                instance_discovery=None if self._trusted else False, http_client=self._http,
                timeout=None if self._http else _TIMEOUT)  # fmt: skip
        return self._app

    def _refused(self, error: str, said: str) -> Trouble:
        if error in _NOT_WELL:
            return self._failed(Temporary, f"is not well: {error}")
        code = said.partition(":")[0].strip()
        plain = _PLAIN.get(code, " ".join(said.split())[:150] or error)
        return self._failed(Permanent, f"refuses the sign-in of app {self._client_id}: {plain} ({code or error})")

    def _failed(self, kind: type[Trouble], said: str) -> Trouble:
        self._not_before = self._clock() + min(2.0 ** min(self._failures, 9), _LONGEST_PAUSE)
        self._failures += 1
        self._last = kind(f"Microsoft's sign-in {said}")
        return self._last


def _first_line(why: Exception) -> str:
    return f"{type(why).__name__} {why}".splitlines()[0][:150]


def _credential(given: str | Path) -> str | dict[str, str]:
    if isinstance(given, str):
        return given
    pem = given.read_text(encoding="ascii")
    return {"private_key": pem, "public_certificate": pem}

"""Tokens of Microsoft Entra: for the app itself, by its secret or its certificate, or for a person who signed in on a device.

Temporary:  the token endpoint does not answer, or says that it is not well
Permanent:  the sign-in is refused. It is not tried again at every tick (refusing.py)
Standards:  RFC 6749 (4.4, 6), RFC 7523, RFC 8628 (device codes)
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msal
from msal.exceptions import MsalError
from requests import RequestException

from commsvc.adapters.oauth.refusing import Refusals
from commsvc.adapters.oauth.vault import Vault
from commsvc.errors import Permanent, Temporary, Trouble

AUTHORITY = "https://login.microsoftonline.com"
GRAPH = "https://graph.microsoft.com/.default"
MAIL = "https://outlook.office365.com/.default"
"""What an app asks for to use IMAP and SMTP."""
PERSONAL = ("https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send")
"""What a person allows us for the same."""
_TIMEOUT = 20
_NOT_WELL = frozenset(["temporarily_unavailable", "server_error"])
_NOT_AN_ANSWER = (RequestException, MsalError, ValueError)
_PLAIN = {
    "AADSTS7000222": "the client secret has ended; make a new one in Entra and set it",
    "AADSTS7000215": "the client secret is wrong: the value is needed, not its id",
    "AADSTS700027": "the certificate is not registered on the app",
    "AADSTS700016": "there is no such app in this tenant",
    "AADSTS90002": "there is no such tenant",
    "AADSTS7000112": "the app is disabled",
    "AADSTS700082": "the sign-in was not used for too long, or was taken back",
    "AADSTS50173": "the password was changed since the sign-in",
}


class MicrosoftApp:
    """`ports.Tokens` for an app that acts for itself. `credential`: its secret, or the path of a PEM file with key and certificate.

    msal keeps a token in memory while it lasts.
    """

    def __init__(self, tenant: str, client_id: str, credential: str | Path, scope: str = GRAPH, *, authority: str = AUTHORITY,
                 http: Any = None, clock: Callable[[], float] = time.monotonic) -> None:  # fmt: skip
        self._client_id, self._credential, self._scope = client_id, credential, scope
        self._options = _options(authority, tenant, http)
        self._app: Any = None
        self._lock = threading.Lock()
        self._refusals = Refusals(clock)

    def token(self) -> str:
        with self._lock:
            self._refusals.repeat()
            try:
                answer = self._opened().acquire_token_for_client([self._scope])
                token = _token(answer, f"app {self._client_id}")
            except _NOT_AN_ANSWER as why:
                raise self._refusals.remember(_no_answer(why)) from why
            except OSError as why:  # after RequestException, which is one
                said = f"Microsoft cannot be asked, the certificate is not readable: {why}"
                raise self._refusals.remember(Permanent(said)) from why
            except Trouble as why:
                raise self._refusals.remember(why) from why
            self._refusals.forget()
            return token

    def spoilt(self) -> None:
        with self._lock:
            if self._app is not None:
                self._app.remove_tokens_for_client()

    def _opened(self) -> Any:
        if self._app is None:
            credential = _credential(self._credential)
            self._app = msal.ConfidentialClientApplication(
                self._client_id, client_credential=credential, **self._options
            )
        return self._app


class MicrosoftPerson:
    """`ports.Tokens` of a person. All that msal knows of the sign-in lies in the vault, rotated refresh tokens too."""

    def __init__(self, user: str, tenant: str, client_id: str, vault: Vault, *, authority: str = AUTHORITY, http: Any = None,
                 clock: Callable[[], float] = time.monotonic) -> None:  # fmt: skip
        self._user, self._client_id, self._vault = user, client_id, vault
        self._options = _options(authority, tenant, http)
        self._refusals = Refusals(clock)
        self._spoilt = False

    def token(self) -> str:
        self._refusals.repeat()
        try:
            token = self._renewed()
        except _NOT_AN_ANSWER as why:
            raise self._refusals.remember(_no_answer(why)) from why
        except Permanent as why:
            raise self._refusals.remember(Permanent(f"{why}; to sign in again: commsvc login {self._user}")) from why
        except Trouble as why:
            raise self._refusals.remember(why) from why
        self._refusals.forget()
        return token

    def spoilt(self) -> None:
        self._spoilt = True

    def sign_in(self, show: Callable[[str], object]) -> None:
        """Have a person type a code on any device; `show` tells them where. Waits until they did, or gave up."""
        cache = msal.SerializableTokenCache()
        app = self._opened(cache)
        try:
            flow = app.initiate_device_flow(scopes=list(PERSONAL))
            if "user_code" not in flow:
                raise _refused(flow, f"app {self._client_id}")
            show(str(flow["message"]))
            _token(app.acquire_token_by_device_flow(flow), self._user)
        except _NOT_AN_ANSWER as why:
            raise _no_answer(why) from why
        with self._vault.alone(self._user):
            self._vault.write(self._user, cache.serialize())

    def _renewed(self) -> str:
        with self._vault.alone(self._user):
            kept = self._vault.read(self._user)
            if not kept:
                raise Permanent(f"nobody has signed in as {self._user} yet")
            cache = msal.SerializableTokenCache()
            cache.deserialize(kept)
            app = self._opened(cache)
            who = next(iter(app.get_accounts()), None)
            answer = app.acquire_token_silent_with_error(list(PERSONAL), who, force_refresh=self._spoilt)
            if cache.has_state_changed:
                self._vault.write(self._user, cache.serialize())
            token = _token(answer or {}, self._user)
            self._spoilt = False
            return token

    def _opened(self, cache: Any) -> Any:
        return msal.PublicClientApplication(self._client_id, token_cache=cache, **self._options)


def _options(authority: str, tenant: str, http: Any) -> dict[str, Any]:
    """How msal asks. An authority that is not Microsoft's own is not looked up there."""
    return {
        "authority": f"{authority}/{tenant}",
        "instance_discovery": None if authority == AUTHORITY else False,
        "http_client": http,
        "timeout": None if http else _TIMEOUT,
    }


def _token(answer: dict[str, Any], who: str) -> str:
    if "access_token" not in answer:
        raise _refused(answer, who)
    return str(answer["access_token"])


def _refused(answer: dict[str, Any], who: str) -> Trouble:
    error, said = str(answer.get("error", "")), str(answer.get("error_description", ""))
    if error in _NOT_WELL:
        return Temporary(f"Microsoft's sign-in is not well: {error}")
    code = said.partition(":")[0].strip()
    plain = _PLAIN.get(code, " ".join(said.split())[:150] or error or "nothing is known of it")
    return Permanent(f"Microsoft refuses the sign-in of {who}: {plain} ({code or error or 'no code'})")


def _no_answer(why: Exception) -> Temporary:
    first = f"{type(why).__name__} {why}".splitlines()[0][:150]
    return Temporary(f"Microsoft's sign-in does not answer as it should: {first}")


def _credential(given: str | Path) -> str | dict[str, str]:
    if isinstance(given, str):
        return given
    pem = given.read_text(encoding="ascii")
    return {"private_key": pem, "public_certificate": pem}

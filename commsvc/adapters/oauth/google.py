"""Sign-in of a person at Google, in a browser: once by hand (`commsvc login`), from then on by the refresh token.

Temporary:  Google's token endpoint does not answer, or says that it is not well
Permanent:  the refresh token is taken back or unknown: somebody has to sign in again
Standards:  RFC 6749 (4.1, 6), RFC 7636 (PKCE), RFC 8252 (7.3, a redirect to our own machine)
"""

import base64
import hashlib
import json
import secrets
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from commsvc.adapters.oauth.refusing import Refusals
from commsvc.adapters.oauth.vault import Vault
from commsvc.errors import Permanent, Temporary, Trouble

LOGIN_URL = "https://accounts.google.com/o/oauth2/v2/auth"
TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105  where tokens come from
SCOPE = "https://mail.google.com/"
_EARLY = 60.0
_TIMEOUT = 20.0


@dataclass(frozen=True, slots=True)
class GoogleApp:
    """The OAuth client that was made for this installation, of the kind "desktop app"."""

    client_id: str
    secret: str
    login_url: str = LOGIN_URL
    token_url: str = TOKEN_URL
    context: ssl.SSLContext | None = None

    def ask(self, **form: str) -> dict[str, object]:
        """One answer of the token endpoint. Raises Temporary or Permanent."""
        ours = {"client_id": self.client_id} | ({"client_secret": self.secret} if self.secret else {})
        context = self.context or ssl.create_default_context()
        try:
            reply = httpx.post(self.token_url, data=ours | form, timeout=_TIMEOUT, verify=context)
            said = reply.json()
        except (httpx.HTTPError, ValueError) as why:
            raise Temporary(f"Google's sign-in does not answer as it should: {type(why).__name__}") from why
        if reply.status_code == httpx.codes.OK and isinstance(said, dict) and "access_token" in said:
            return said
        error = str(said.get("error", "")) if isinstance(said, dict) else ""
        if reply.status_code >= 500 or not error:
            raise Temporary(f"Google's sign-in is not well: {reply.status_code} {error}".rstrip())
        if error == "invalid_grant":
            raise Permanent("Google does not take the sign-in any more: it was taken back, or not used for half a year")
        raise Permanent(f"Google refuses the sign-in of app {self.client_id}: {error[:100]}")


class GooglePerson:
    """`ports.Tokens` of one person; what was kept for `user` is renewed, and a new refresh token saved before it is used."""

    def __init__(self, user: str, app: GoogleApp, vault: Vault, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._user, self._app, self._vault, self._clock = user, app, vault, clock
        self._token, self._until = "", 0.0
        self._refusals = Refusals(clock)

    def token(self) -> str:
        if self._token and self._clock() < self._until:
            return self._token
        self._refusals.repeat()
        try:
            said = self._renewed()
        except Permanent as why:
            raise self._refusals.remember(Permanent(f"{why}; to sign in again: commsvc login {self._user}")) from why
        except Trouble as why:
            raise self._refusals.remember(why) from why
        self._refusals.forget()
        self._token, self._until = str(said["access_token"]), self._clock() + _lasts(said) - _EARLY
        return self._token

    def spoilt(self) -> None:
        self._token = ""

    def _renewed(self) -> dict[str, object]:
        with self._vault.alone(self._user):
            kept = self._vault.read(self._user)
            if not kept:
                raise Permanent(f"nobody has signed in as {self._user} yet")
            said = self._app.ask(grant_type="refresh_token", refresh_token=str(json.loads(kept)["refresh_token"]))
            keep(self._vault, self._user, said)
            return said


@dataclass(frozen=True, slots=True)
class Visit:
    """One way of a person through the browser and back to `redirect`, an address on our own machine."""

    app: GoogleApp
    user: str
    redirect: str
    verifier: str
    state: str

    @property
    def url(self) -> str:
        """Where the person has to go."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {"client_id": self.app.client_id, "redirect_uri": self.redirect, "response_type": "code", "scope": SCOPE,
                 "state": self.state, "code_challenge": challenge, "code_challenge_method": "S256", "access_type": "offline",
                 "prompt": "consent", "login_hint": self.user}  # fmt: skip
        return f"{self.app.login_url}?{urlencode(asked)}"

    def back(self, code: str, state: str, vault: Vault) -> None:
        """The person came back: keep what their consent gives. Raises Permanent when it is not this visit's."""
        if not secrets.compare_digest(state.encode(), self.state.encode()):
            raise Permanent("the browser came back with another visit's answer; start again")
        said = self.app.ask(
            grant_type="authorization_code", code=code, redirect_uri=self.redirect, code_verifier=self.verifier
        )
        if "refresh_token" not in said:
            raise Permanent(
                "Google gave no refresh token: remove the app from the account's third-party access, and start again"
            )
        with vault.alone(self.user):
            keep(vault, self.user, said)


def visit(app: GoogleApp, user: str, redirect: str) -> Visit:
    """A new visit, with a secret of its own."""
    return Visit(app, user, redirect, secrets.token_urlsafe(48), secrets.token_urlsafe(24))


def keep(vault: Vault, user: str, said: dict[str, object]) -> None:
    """Save the refresh token of an answer; one that has none leaves the old one."""
    if again := said.get("refresh_token"):
        vault.write(user, json.dumps({"refresh_token": again}))


def _lasts(said: dict[str, object]) -> float:
    seconds = said.get("expires_in")
    return float(seconds) if isinstance(seconds, int | float) else 0.0

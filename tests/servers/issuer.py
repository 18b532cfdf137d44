"""Who issues tokens: OAuth 2.0 as Microsoft and Google speak it, with secrets, certificates, devices and browsers.

A refresh token is good once: the next one comes with the answer, as careful issuers do (RFC 9700, 4.14.2).
Standards: RFC 6749, RFC 7523 (client assertions), RFC 7636 (PKCE), RFC 8628 (devices), OpenID Connect Discovery
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import jwt

from tests.servers.https import Https, Request, Response, answer

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT, SECRET = "0a0b0c0d-app", "client-secret-canary"
USER = "support@support.test"
ROLES = ("Mail.ReadWrite", "Mail.Send", "Calendars.ReadWrite")
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class Grant:
    """What a token is good for. `user` is "" where the app acts for itself."""

    until: float
    user: str = ""


class Issuer:
    """`with Issuer() as issuer:`; `roles` are what an administrator granted to the app."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.roles: set[str] = set(ROLES)
        self.certificate = b""
        self.secret = SECRET
        self.refusal = ""
        self.down = False
        self.lasts = 3600
        self.tokens: dict[str, Grant] = {}
        self.refresh: dict[str, str] = {}
        self.codes: dict[str, tuple[str, str]] = {}
        self.devices: dict[str, bool] = {}
        self.issued = self.asked = 0
        self._https = Https(self._handle)
        self.url, self.ca, self.tls = self._https.url, self._https.ca, self._https.tls
        self.authority = f"{self.url}/{TENANT}"

    def __enter__(self) -> Self:
        self._https.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self._https.__exit__(kind, why, where)

    def good(self, token: str) -> Grant | None:
        grant = self.tokens.get(token)
        return grant if grant and grant.until > self.clock() else None

    def revoke(self) -> None:
        """An administrator takes the app's sign-in away: every token ends, and no other is given."""
        self.tokens.clear()
        self.refresh.clear()
        self.refusal = "AADSTS7000112: Application is disabled."

    def approve(self, user_code: str) -> None:
        """A person types the code of a device and agrees."""
        assert user_code in self.devices
        self.devices[user_code] = True

    def _handle(self, request: Request) -> Response:
        self.asked += 1
        if self.down:
            return answer(503, {"error": "temporarily_unavailable", "error_description": "AADSTS90033: try later"})
        end = request.path.rpartition("/")[2]
        if end == "openid-configuration":
            return answer(200, {"issuer": f"{self.authority}/v2.0", "token_endpoint": f"{self.authority}/oauth2/v2.0/token",
                                "authorization_endpoint": f"{self.authority}/oauth2/v2.0/authorize",
                                "device_authorization_endpoint": f"{self.authority}/oauth2/v2.0/devicecode"})  # fmt: skip
        known: dict[str, Callable[[Request], Response]] = {
            "token": self._token, "devicecode": self._device_code, "authorize": self._authorize, "introspect": self._introspect,
        }  # fmt: skip
        return known[end](request) if end in known else answer(404, {"error": "not_found"})

    # --- the grants -------------------------------------------------------------------------------

    def _token(self, request: Request) -> Response:
        form = request.form()
        if self.refusal:
            return answer(401, {"error": "unauthorized_client", "error_description": f"{self.refusal} Trace ID: 1"})
        if form.get("client_id") not in (None, CLIENT):
            return _no("unauthorized_client", "AADSTS700016: Application was not found in the directory.")
        grants: dict[str, Callable[[dict[str, str]], Response]] = {
            "client_credentials": self._for_the_app, _DEVICE: self._for_a_device,
            "authorization_code": self._for_a_code, "refresh_token": self._again,
        }  # fmt: skip
        grant = grants.get(form.get("grant_type", ""))
        return grant(form) if grant else _no("unsupported_grant_type", "AADSTS70003")

    def _for_the_app(self, form: dict[str, str]) -> Response:
        if not form.get("scope", "").endswith("/.default"):
            return _no("invalid_scope", "AADSTS1002012: The provided value for scope is not valid.")
        if "client_secret" in form:
            if form["client_secret"] != self.secret:
                return _no("invalid_client", "AADSTS7000215: Invalid client secret provided.", 401)
        elif not self._signed(form):
            return _no("invalid_client", "AADSTS700027: The certificate is not registered on the application.", 401)
        return answer(200, {"token_type": "Bearer", "expires_in": self.lasts, "access_token": self._issue("")})

    def _signed(self, form: dict[str, str]) -> bool:
        """Is the assertion signed with the key whose certificate is registered? (RFC 7523, 3)"""
        if form.get("client_assertion_type") != _ASSERTION or not self.certificate:
            return False
        try:
            jwt.decode(form["client_assertion"], _public_key(self.certificate), algorithms=["RS256", "PS256"],
                       audience=f"{self.authority}/oauth2/v2.0/token", issuer=CLIENT)  # fmt: skip
        except jwt.InvalidTokenError:
            return False
        return True

    def _for_a_device(self, form: dict[str, str]) -> Response:
        code = form.get("device_code", "").removeprefix("device-")
        if code not in self.devices:
            return _no("invalid_grant", "AADSTS70000: no such device code")
        if not self.devices[code]:
            return _no("authorization_pending", "AADSTS70016: pending")
        del self.devices[code]
        return self._for_a_user(USER)

    def _for_a_code(self, form: dict[str, str]) -> Response:
        challenge, redirect = self.codes.pop(form.get("code", ""), ("", ""))
        hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if not challenge or base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() != challenge:
            return _no("invalid_grant", "Malformed auth code or wrong verifier.")
        if form.get("redirect_uri") != redirect:
            return _no("redirect_uri_mismatch", "Bad redirect.")
        if form.get("client_secret") not in (None, self.secret):
            return _no("invalid_client", "Unauthorized", 401)
        return self._for_a_user(USER)

    def _again(self, form: dict[str, str]) -> Response:
        user = self.refresh.pop(form.get("refresh_token", ""), "")
        if not user:
            return _no("invalid_grant", "AADSTS700082: The refresh token has expired or was used.")
        return self._for_a_user(user)

    def _for_a_user(self, user: str) -> Response:
        again = f"refresh-canary-{secrets.token_urlsafe(24)}"
        self.refresh[again] = user
        claims = {"oid": "1", "tid": TENANT, "sub": "1", "preferred_username": user, "iss": f"{self.authority}/v2.0",
                  "aud": CLIENT, "iat": int(time.time()), "exp": int(time.time()) + 3600}  # fmt: skip
        return answer(200, {"token_type": "Bearer", "expires_in": self.lasts, "access_token": self._issue(user),
                            "refresh_token": again, "scope": "mail", "id_token": jwt.encode(claims, "x" * 32),
                            "client_info": _b64(b'{"uid":"1","utid":"%s"}' % TENANT.encode())})  # fmt: skip

    def _issue(self, user: str) -> str:
        self.issued += 1
        token = f"access-canary-{secrets.token_urlsafe(24)}"
        self.tokens[token] = Grant(self.clock() + self.lasts, user)
        return token

    # --- devices, browsers, and servers that ask whether a token is good -----------------------------

    def _device_code(self, request: Request) -> Response:
        code = secrets.token_hex(4).upper()
        self.devices[code] = False
        return answer(200, {"device_code": f"device-{code}", "user_code": code, "verification_uri": f"{self.url}/devicelogin",
                            "expires_in": 900, "interval": 1, "message": f"open {self.url}/devicelogin and type {code}"})  # fmt: skip

    def _authorize(self, request: Request) -> Response:
        """A person in a browser who agrees at once."""
        asked = request.query
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return _no("invalid_request", "PKCE is required")
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked["code_challenge"], asked["redirect_uri"]
        back = urlencode({"code": code, "state": asked.get("state", "")})
        return answer(302, Location=f"{asked['redirect_uri']}?{back}")

    def _introspect(self, request: Request) -> Response:
        grant = self.good(request.headers.get("authorization", "").removeprefix("Bearer "))
        return answer(200, {"active": True, "username": grant.user}) if grant else answer(401, {"active": False})


def _no(error: str, said: str, status: int = 400) -> Response:
    return answer(status, {"error": error, "error_description": f"{said} Trace ID: 1"})


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _public_key(certificate: bytes) -> object:
    from cryptography import x509

    return x509.load_pem_x509_certificate(certificate).public_key()

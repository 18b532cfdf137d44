"""Requests to Microsoft Graph with a token, bounds, obeyed pauses, and a plain sentence for each thing that goes wrong.

Temporary:   no connection; throttled (429, and 503 with a pause): nothing is asked again before the pause is over;
             an answer that makes no sense
  Unanswered: the request went out and nobody knows what became of it: lost connection, 500, 502, 504
Permanent
  NotAllowed: the sign-in, the permission or the mailbox is refused (401, 403): a fault of the settings
  Refused:    any other 4xx: this request will never be taken

A link that leads to another server is not followed, so that no token goes there.
Standards:  RFC 6750 (bearer tokens), RFC 9110 (10.2.3 Retry-After, 15.6 5xx)
"""

import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from commsvc.adapters.graph.answers import Answer, Fault
from commsvc.errors import Permanent, Temporary, Trouble
from commsvc.ports import Tokens

URL = "https://graph.microsoft.com/v1.0"
PAUSE = 10.0
"""Seconds that are waited where the server throttles and names no pause."""
_ENOUGH = 20_000_000
_NO_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
A = TypeVar("A", bound=Answer)


class Unanswered(Temporary):
    """It may have been carried out, or not. `status` is 0 where nothing came back at all."""

    def __init__(self, said: str, status: int = 0) -> None:
        super().__init__(said)
        self.status = status


class NotAllowed(Permanent):
    """We may not do this, whatever the request says."""


class Refused(Permanent):
    """The request will never be taken; `status` is its HTTP status."""

    def __init__(self, said: str, status: int) -> None:
        super().__init__(said)
        self.status = status


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `whole`: nothing was cut off."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool


class GraphSession:
    """Everything that is asked about one mailbox; `user` is its address."""

    def __init__(self, user: str, tokens: Tokens, *, url: str = URL, context: ssl.SSLContext | None = None,
                 timeout: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:  # fmt: skip
        self._whom = f"Microsoft Graph for {user}"
        self._root, self._home = url.rstrip("/"), f"{url.rstrip('/')}/users/{quote(user)}"
        self._tokens, self._clock = tokens, clock
        self._context, self._timeout = context, timeout
        self._client: httpx.Client | None = None
        self._not_before, self._asked_to_wait = 0.0, ""

    def ask_for(self, kind: type[A], method: str, path: str, **request: object) -> A:
        """The answer, read as `kind`. Takes what `ask` takes."""
        return self.read(kind, self.ask(method, path, **request))  # type: ignore[arg-type]

    def read(self, kind: type[A], reply: Reply) -> A:
        """Raises Temporary where the reply is no such thing."""
        try:
            return kind.model_validate_json(reply.body)
        except ValidationError as why:
            raise Temporary(f"{self._whom} answers nonsense: no {kind.__name__} ({why.error_count()} faults)") from why

    def ask(self, method: str, path: str, *, json: object = None, content: bytes | None = None,
            params: Mapping[str, str] | None = None, prefer: Sequence[str] = (), also: Sequence[int] = (),
            at_most: int = _ENOUGH) -> Reply:  # fmt: skip
        """Ask below the mailbox, or follow a link of an earlier answer. Statuses in `also` are no error."""
        url = path if "://" in path else f"{self._home}/{path}"
        if not url.startswith(f"{self._root}/"):
            raise Temporary(f"{self._whom} sends us to another server; that is not followed")
        headers = {"Prefer": ", ".join(('IdType="ImmutableId"', *prefer))}
        if content is not None:
            headers["Content-Type"] = "text/plain"
        request = self._open().build_request(method, url, json=json, content=content, params=params, headers=headers)
        reply = self._once(request, at_most)
        if reply.status == httpx.codes.UNAUTHORIZED:  # an old token, or one taken back: the next tells which
            self._tokens.spoilt()
            reply = self._once(request, at_most)
        if 200 <= reply.status < 300 or reply.status in also:
            return reply
        raise self._fault(reply, f"{method} {path.partition('?')[0].rpartition('/')[2]}")

    def close(self) -> None:
        """Let go of the connection; the next request opens another."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _open(self) -> httpx.Client:
        if self._client is None:
            self._client = httpx.Client(verify=self._context or ssl.create_default_context(), timeout=self._timeout)
        return self._client

    def _once(self, request: httpx.Request, at_most: int) -> Reply:
        if self._clock() < self._not_before:
            raise Temporary(self._asked_to_wait)
        request.headers["Authorization"] = f"Bearer {self._tokens.token()}"
        try:
            answer = self._open().send(request, stream=True)
            try:
                body, whole = _read(answer, at_most)
            finally:
                answer.close()
        except _NO_CONNECTION as why:
            raise Temporary(f"{self._whom} cannot be reached: {_words(why)}") from why
        except httpx.HTTPError as why:
            raise Unanswered(f"{self._whom} did not answer: {_words(why)}") from why
        return Reply(answer.status_code, answer.headers, body, whole)

    def _fault(self, reply: Reply, what: str) -> Trouble:
        said = f"{self._whom}: {what}: {reply.status} {_reason(reply.body)}".rstrip()
        pause = _pause(reply.headers.get("Retry-After", ""))
        if reply.status == httpx.codes.TOO_MANY_REQUESTS or (reply.status == 503 and pause is not None):
            wait = PAUSE if pause is None else pause
            self._not_before = self._clock() + wait
            self._asked_to_wait = f"{said}; it asks us to wait {wait:.0f} seconds"
            return Temporary(self._asked_to_wait)
        if reply.status in (401, 403):
            return NotAllowed(f"{said}; is the permission granted, and the mailbox inside the app's policy?")
        if reply.status >= 500:
            return Unanswered(said, reply.status)
        return Refused(said, reply.status) if reply.status >= 400 else Temporary(f"{said}: that makes no sense here")


def _read(answer: httpx.Response, at_most: int) -> tuple[bytes, bool]:
    """The body up to about so many bytes, and whether that is all of it."""
    found = bytearray()
    for piece in answer.iter_bytes():
        found += piece
        if len(found) > at_most:
            return bytes(found), False
    return bytes(found), True


def _reason(body: bytes) -> str:
    """The code and first words of an error; "" for a body that is none."""
    try:
        error = Fault.model_validate_json(body).error
    except ValidationError:
        return ""
    return f"{error.code} {' '.join(error.message.split())}"[:200].strip()


def _pause(header: str) -> float | None:
    """Seconds of a Retry-After, which may be a number or a date."""
    if header.strip().isdigit():
        return float(header)
    try:
        return max((parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def _words(why: BaseException) -> str:
    return str(why) or type(why).__name__

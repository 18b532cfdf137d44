"""The double's front: tokens, permissions, faults on demand, and which operation a request is.

What Graph would refuse is refused. What it would take, but was asked for in a way that is against its rules (a request during a
pause, a thing that its types do not allow), is written into `problems`, and a test that leaves one there fails.
"""

import json
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.servers.graph.calendars import Calendars
from tests.servers.graph.exchange import Box, Exchange
from tests.servers.graph.mail import Mail
from tests.servers.graph.wrong import Wrong
from tests.servers.https import Https, Request, Response, answer
from tests.servers.issuer import Issuer

ADDRESSES = ("support@support.test", "ana@support.test", "bob@support.test", "ana@customers.test", "bob@customers.test")


@dataclass
class Fault:
    """What happens to the next request that matches. `after`: it is carried out first. `times`: so often."""

    method: str
    path: str
    response: Response
    after: bool = False
    times: int = 1


class Graph:
    """`with Graph(issuer) as graph:`; what a test wants to see stands in `exchange`, `asked` and `problems`."""

    def __init__(self, issuer: Issuer, addresses: tuple[str, ...] = ADDRESSES) -> None:
        self.issuer, self.exchange = issuer, Exchange(addresses)
        self.outside_policy: set[str] = set()
        self.problems: list[str] = []
        self.asked: list[str] = []
        self._faults: list[Fault] = []
        self._quiet_until: dict[str, float] = {}
        self._https = Https(self._handle)
        self.url, self.tls = f"{self._https.url}/v1.0", self._https.tls
        mail, calendars = Mail(self.exchange, self.url, self.problems), Calendars(self.exchange, self.problems)
        self._routes: list[tuple[str, str, str, Callable[..., Response]]] = [*mail.routes(), *calendars.routes()]

    def __enter__(self) -> Self:
        self._https.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self._https.__exit__(kind, why, where)

    def fail(self, method: str, path: str, response: Response, *, after: bool = False, times: int = 1) -> None:
        """The next request with this method whose path ends so gets this answer instead."""
        self._faults.append(Fault(method, path, response, after, times))

    def heal(self) -> None:
        """Nothing fails any more."""
        self._faults.clear()

    def box(self, address: str) -> Box:
        return self.exchange.boxes[address]

    def deliver(self, address: str, raw: bytes) -> None:
        self.exchange.put(self.box(address), "inbox", raw)

    def _handle(self, request: Request) -> Response:
        self.asked.append(f"{request.method} {request.path.removeprefix('/v1.0/')}")
        fault = self._fault(request)
        if fault is not None and not fault.after:
            return self._told(request, fault.response)
        try:
            response = self._carried_out(request)
        except Wrong as why:
            response = why.response()
        if fault is not None:
            return fault.response
        return Response(response.status, response.body, {"request-id": str(uuid.uuid4()), **response.headers})

    def _carried_out(self, request: Request) -> Response:
        if self.issuer.good(request.headers.get("authorization", "").removeprefix("Bearer ")) is None:
            raise Wrong(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
        found = re.fullmatch(r"/v1\.0/users/([^/]+)/(.+)", request.path)
        if not found:
            raise Wrong(400, "BadRequest", "Resource not found for the segment.")
        user, rest = found[1].lower(), found[2]
        if time.monotonic() < self._quiet_until.get(user, 0):
            self.problems.append(f"{request.method} {rest} in the pause that was asked for")
        for method, pattern, role, operation in self._routes:
            if method == request.method and (part := re.fullmatch(pattern, rest)):
                self._allowed(role, user)
                if user not in self.exchange.boxes:
                    raise Wrong(404, "ErrorInvalidUser", f"The requested user '{user}' is invalid.")
                with self.exchange.lock:
                    return operation(self.exchange.boxes[user], request, *part.groups())
        self.problems.append(f"{request.method} {rest} is no operation of this double")
        raise Wrong(400, "BadRequest", "Resource not found for the segment.")

    def _allowed(self, role: str, user: str) -> None:
        enough = {role, role.replace("Read", "ReadWrite") if role.endswith("Read") else role}
        if not enough & self.issuer.roles or user in self.outside_policy:
            raise Wrong(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")

    def _fault(self, request: Request) -> Fault | None:
        for fault in self._faults:
            if fault.method == request.method and request.path.endswith(fault.path):
                fault.times -= 1
                if not fault.times:
                    self._faults.remove(fault)
                return fault
        return None

    def _told(self, request: Request, response: Response) -> Response:
        pause = response.headers.get("Retry-After", "")
        user = request.path.split("/")[3].lower()
        if pause.isdigit():
            self._quiet_until[user] = time.monotonic() + float(pause) - 0.05
        return response


def throttled(seconds: int, status: int = 429) -> Response:
    said = {"error": {"code": "TooManyRequests", "message": "Application is over its MailboxConcurrency limit."}}
    return answer(status, said, Retry_After=str(seconds))


def broken(status: int) -> Response:
    """A gateway's page, in HTML."""
    return Response(status, b"<html><h1>gateway</h1></html>", {"Content-Type": "text/html"})


def garbage(body: object = None) -> Response:
    """200, and nothing that makes sense."""
    return Response(200, b"<html>" if body is None else json.dumps(body).encode())


HANGS_UP = Response(0, hang_up=True)

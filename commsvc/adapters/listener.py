"""Our own SMTP server for incoming mail: 250 only after the durable commit.

Customers' servers hand mail to our addresses; our people sign in with SMTP AUTH, which proves who
they are. Mail for nobody here is refused at RCPT, so nothing is ever bounced later.

Temporary:  the store did not take it       451, the sending server tries again
Permanent:  unknown recipient 550, too big 552, a peer not allowed 554
Standards:  RFC 5321, RFC 4954 (AUTH)
"""

import asyncio
import hashlib
import hmac
import logging
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeAlias

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from commsvc.domain.mail.arrival import Arrival
from commsvc.errors import Trouble

logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own deprecations
VALIDITY = 1
LARGEST = 25 * 1024 * 1024
MOST = 100
"""Mails in one commit."""
Waiting: TypeAlias = tuple[Arrival, "asyncio.Future[None]"]


class Listener:
    """Accepts mail for `addresses` (with any +tag) and hands it to `accept`, which must commit it."""

    def __init__(self, name: str, host: str, port: int, addresses: Sequence[str], people: Mapping[str, str],
                 accept: Callable[[Sequence[Arrival]], object], clock: Callable[[], datetime],
                 peers: Sequence[str] = ("127.0.0.1",)) -> None:  # fmt: skip
        """`port` 0: any free one. `people`: address to password, for SMTP AUTH. `clock` says when a mail arrived."""
        self._name, self._addresses = name, frozenset(addresses)
        self._people, self._clock, self._peers = people, clock, frozenset(peers)
        self._together = Together(accept)
        self.port = port or _free_port(host)
        self._count = time.time_ns()
        self._controller = Controller(
            self, hostname=host, port=self.port, data_size_limit=LARGEST, auth_require_tls=False,
            authenticator=self._authenticate, ident="commsvc",
        )  # fmt: skip

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str,
                          _options: list[str]) -> str:  # fmt: skip
        """Accept only our own addresses; a +tag belongs to its address."""
        local, _, domain = address.lower().partition("@")
        if f"{local.partition('+')[0]}@{domain}" not in self._addresses:
            return "550 5.1.1 nobody of that name here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(self, _server: SMTP, session: Session, envelope: Envelope, address: str,
                          options: list[str]) -> str:  # fmt: skip
        if session.peer and str(session.peer[0]) not in self._peers:
            return "554 5.7.1 not allowed from here"
        envelope.mail_from, envelope.mail_options = address, options
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        """Commit the raw bytes, then answer."""
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        self._count += 1
        arrival = Arrival(
            self._name, VALIDITY, str(self._count), content, self._clock(), tuple(r.lower() for r in envelope.rcpt_tos),
            str(session.auth_data or ""),
        )  # fmt: skip
        try:
            await self._together.add(arrival)
        except Trouble as why:
            return f"451 4.3.0 not taken, try again: {why}"
        return "250 2.0.0 it is safe here"

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        if mechanism not in ("LOGIN", "PLAIN") or not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        who = data.login.decode("utf-8", "replace").lower()
        expected = self._people.get(who, "")
        good = bool(expected) and hmac.compare_digest(_hash(data.password), _hash(expected.encode()))
        return AuthResult(success=good, handled=False, auth_data=who if good else None)


class Together:
    """Hands groups of arrivals to `accept`, which must commit them. To be used on one event loop.

    A mail that comes alone is committed at once; what comes while a commit runs waits for the next one,
    which takes it all, at most `MOST`. So nobody waits longer than one commit, and a burst shares its
    fsyncs. A group that is not taken is tried mail by mail: one mail never refuses another.
    """

    def __init__(self, accept: Callable[[Sequence[Arrival]], object]) -> None:
        self._accept = accept
        self._waiting: list[Waiting] = []
        self._writer = ThreadPoolExecutor(1, "listener")
        self._work: asyncio.Task[None] | None = None

    async def add(self, arrival: Arrival) -> None:
        """Return when the arrival is committed. Raises what `accept` raises for it."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, done))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._drain())
        await done

    async def _drain(self) -> None:
        while group := self._waiting[:MOST]:
            del self._waiting[:MOST]
            if not await self._commit(group) and len(group) > 1:
                for one in group:
                    await self._commit([one])

    async def _commit(self, group: Sequence[Waiting]) -> bool:
        """False: not taken. A mail that is alone is told why."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._writer, self._accept, [a for a, _ in group])
        except Exception as why:
            for _, done in group if len(group) == 1 else ():
                _tell(done, why)
            return False
        for _, done in group:
            _tell(done, None)
        return True


def _tell(done: "asyncio.Future[None]", why: Exception | None) -> None:
    """A sender that hung up meanwhile is not told."""
    if done.cancelled():
        return
    if why is None:
        done.set_result(None)
    else:
        done.set_exception(why)


def _free_port(host: str) -> int:
    """A port nobody listens on now."""
    with socket.create_server((host, 0)) as probe:
        return int(probe.getsockname()[1])


def _hash(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()

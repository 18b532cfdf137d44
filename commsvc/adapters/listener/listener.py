"""Our own server for incoming mail, by SMTP or LMTP: 250 only after the durable commit.

Customers' servers hand mail to our addresses; our people sign in with SMTP AUTH, which proves who
they are. Mail for nobody here is refused at RCPT, so nothing is ever bounced later. A mail to several
recipients is one arrival, one commit, and by LMTP a reply for each of them.

Temporary:  the store did not take it 451, too many recipients 452: the sending server tries again
Permanent:  unknown recipient 550, too big 552, a peer not allowed 554, a bare CR or LF 521
Standards:  RFC 5321, RFC 2033 (LMTP), RFC 4954 (AUTH)
"""

import hashlib
import hmac
import logging
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from commsvc.adapters.listener.together import Together
from commsvc.adapters.listener.wire import BARE, StrictLmtp, StrictSmtp, bare
from commsvc.domain.mail.arrival import Arrival
from commsvc.errors import Trouble

logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own deprecations
VALIDITY = 1
LARGEST = 25 * 1024 * 1024
RECIPIENTS = 100
"""Of one mail; RFC 5321 (4.5.3.1.8) wants no less, and who has more sends the rest in another mail."""
Protocol = Literal["smtp", "lmtp"]


class Listener:
    """Accepts mail for `addresses` (with any +tag) and hands it to `accept`, which must commit it."""

    def __init__(self, name: str, host: str, port: int, addresses: Sequence[str], people: Mapping[str, str],
                 accept: Callable[[Sequence[Arrival]], object], clock: Callable[[], datetime],
                 peers: Sequence[str] = ("127.0.0.1",), protocol: Protocol = "smtp") -> None:  # fmt: skip
        """`port` 0: any free one. `people`: address to password, for SMTP AUTH. `clock` says when a mail arrived.

        `peers`: addresses and networks that may hand mail over.
        """
        self._name, self._addresses = name, frozenset(addresses)
        self._people, self._clock = people, clock
        self._peers = [ip_network(peer) for peer in peers]
        self._together = Together(accept)
        self.protocol = protocol
        self.port = port or _free_port(host)
        self._count = time.time_ns()
        self._controller = (_Lmtp if protocol == "lmtp" else _Smtp)(
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
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return "452 4.5.3 too many recipients, send the rest in another mail"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(self, _server: SMTP, session: Session, envelope: Envelope, address: str,
                          options: list[str]) -> str:  # fmt: skip
        if not session.peer or not self._welcome(session.peer[0]):
            return "554 5.7.1 not allowed from here"
        envelope.mail_from, envelope.mail_options = address, options
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        """Commit the raw bytes, then answer."""
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        if bare(content):
            return BARE
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

    def _welcome(self, peer: str) -> bool:
        address = ip_address(peer)
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return any((mapped or address) in network for network in self._peers)

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        if mechanism not in ("LOGIN", "PLAIN") or not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        who = data.login.decode("utf-8", "replace").lower()
        expected = self._people.get(who, "")
        good = bool(expected) and hmac.compare_digest(_hash(data.password), _hash(expected.encode()))
        return AuthResult(success=good, handled=False, auth_data=who if good else None)


class _Lmtp(Controller):
    """Serves LMTP in a thread."""

    def factory(self) -> SMTP:
        return StrictLmtp(self.handler, **self.SMTP_kwargs)


class _Smtp(Controller):
    """Serves SMTP in a thread."""

    def factory(self) -> SMTP:
        return StrictSmtp(self.handler, **self.SMTP_kwargs)


def _free_port(host: str) -> int:
    """A port nobody listens on now."""
    with socket.create_server((host, 0)) as probe:
        return int(probe.getsockname()[1])


def _hash(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()

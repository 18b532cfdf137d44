"""Send finished messages over SMTP, one recipient each, telling apart what may be repeated.

Never renders, never decides; it is handed bytes. The body goes out without its final dot; then the
caller is told, so that it can write that down; then the dot goes and the answer is awaited. Until the
dot a server cannot have taken the message, after it nobody knows without an answer.

Temporary:  no connection, a failed sign-in or TLS, 4xx, connection lost before the dot
Permanent:  5xx about this message, an address or a size the server cannot take
Uncertain:  after the dot: no answer, connection lost, or an answer that makes no sense

A sign-in that is refused is Temporary: it is a fault of the settings and of no letter.

Standards:  RFC 5321 (4.1.1.4 DATA, 4.2.1 replies, 4.5.2 dots, 4.5.3.2 time-outs), RFC 1047, RFC 1870 (SIZE),
            RFC 2920 (PIPELINING), RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 6152 (8BITMIME)
Seen in practice: servers end a session after so many messages or idle minutes, with or without a 421.
"""

import re
import select
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import LifoQueue
from typing import Literal

from commsvc.domain.letter.mime import Envelope
from commsvc.errors import Permanent, Temporary, Trouble, Uncertain
from commsvc.ports import Tokens

Tls = Literal["tls", "starttls", "none"]
_ADDRESS = re.compile(r"[!-;=?-~]*")
_BARE_BREAK = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_DONE, _LATER, _NEVER = 2, 4, 5  # the first digit of a reply
_GOES_ON = 354
_SHUTS_DOWN = 421
_NO_REPLY = (smtplib.SMTPException, OSError)


class SmtpSender:
    """`ports.Sender` over SMTP. One connection, kept while it lives; one thread at a time.

    `answer_timeout`: how long a server may think after the dot. Waiting is cheap, doubt is not.
    """

    def __init__(self, host: str, port: int, user: str = "", password: str = "", *, tls: Tls = "starttls",
                 context: ssl.SSLContext | None = None, timeout: float = 30.0, answer_timeout: float = 120.0,
                 local_name: str = "", tokens: Tokens | None = None) -> None:  # fmt: skip
        self._host, self._port, self._user, self._password, self._tokens = host, port, user, password, tokens
        self._tls, self._context = tls, context
        self._timeout, self._answer_timeout = timeout, answer_timeout
        self._local_name = local_name or socket.getfqdn()
        self._client: smtplib.SMTP | None = None

    def send(self, envelope: Envelope, at_dot: Callable[[], None]) -> None:
        _check(envelope)
        body = _wire(envelope.data)
        client = self._offered(envelope, len(body))
        try:
            client.send(body)
        except _NO_REPLY as why:
            raise self._temporary(f"lost the connection in the middle of the message: {_words(why)}") from why
        try:
            at_dot()
        except BaseException:  # whatever the caller's reason: without the dot nothing is sent
            self.close()
            raise
        self._finish(client, envelope)

    def reach(self) -> None:
        """Connect and sign in, and send nothing. Raises Temporary when that is not possible."""
        self._open().close()

    def close(self) -> None:
        """Hang up. The next letter opens a new connection."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    # --- before the dot ---------------------------------------------------------------------------

    def _offered(self, envelope: Envelope, size: int) -> smtplib.SMTP:
        """A connection on which the server waits for the body of this message."""
        kept, self._client = self._client, None
        if kept is not None and _quiet(kept):
            self._client = kept
            with suppress(_Gone):
                return self._offer(kept, envelope, size)
        if kept is not None:
            kept.close()
        self._client = self._open()
        try:
            return self._offer(self._client, envelope, size)
        except _Gone as why:
            raise self._temporary(str(why)) from why

    def _open(self) -> smtplib.SMTP:
        context = self._context or ssl.create_default_context()  # smtplib's own default trusts anybody
        client: smtplib.SMTP | None = None
        try:
            if self._tls == "tls":
                client = smtplib.SMTP_SSL(
                    self._host, self._port, self._local_name, timeout=self._timeout, context=context
                )
            else:
                client = smtplib.SMTP(self._host, self._port, self._local_name, timeout=self._timeout)
            _socket(client).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls == "starttls":
                client.starttls(context=context)
            client.ehlo_or_helo_if_needed()
            if self._tokens is not None:
                _by_token(client, self._user, self._tokens)
            elif self._user:
                client.login(self._user, self._password)
        except (*_NO_REPLY, UnicodeError, Trouble) as why:
            if client is not None:
                client.close()
            raise self._temporary(f"no connection: {_words(why)}") from why
        return client

    def _offer(self, client: smtplib.SMTP, envelope: Envelope, size: int) -> smtplib.SMTP:
        """Say MAIL, RCPT and DATA. Raises _Gone when the connection is no good any more."""
        lines = [_mail(client, envelope, size), f"RCPT TO:<{envelope.rcpt_to}>", "DATA"]
        replies = _converse(client, lines)
        for (code, text), line in zip(replies, lines, strict=False):
            if code == _SHUTS_DOWN:
                raise _Gone(f"it hangs up: {code} {text}")
            if not _agrees(code, line):
                self._take_back(client, replies)
                raise self._refusal(code, text, f"{line.partition(' ')[0]} for {envelope.rcpt_to}")
        if len(replies) < len(lines):
            raise _Gone("it closed the connection")
        return client

    def _take_back(self, client: smtplib.SMTP, replies: Sequence[tuple[int, str]]) -> None:
        """Make the connection fit for another message, or drop it."""
        if replies[-1][0] != _GOES_ON:
            with suppress(*_NO_REPLY):
                if _is(_DONE, client.rset()[0]):
                    return
        self.close()  # a server that waits for a body must not get one

    # --- the dot and after ------------------------------------------------------------------------

    def _finish(self, client: smtplib.SMTP, envelope: Envelope) -> None:
        try:
            _socket(client).settimeout(self._answer_timeout)
            client.send(b".\r\n")
            code, text = _reply(client)
            _socket(client).settimeout(self._timeout)
        except _NO_REPLY as why:
            self.close()
            raise Uncertain(
                f"{self._host} was given the message for {envelope.rcpt_to} and did not answer: {_words(why)}"
            ) from why
        if _is(_DONE, code):
            return
        if not _is(_LATER, code) and not _is(_NEVER, code):
            self.close()
            raise Uncertain(
                f"{self._host} was given the message for {envelope.rcpt_to} and answered nonsense: {code} {text}"
            )
        if code == _SHUTS_DOWN:
            self.close()
        raise self._refusal(code, text, f"the message for {envelope.rcpt_to}")

    def _refusal(self, code: int, text: str, what: str) -> Trouble:
        if _is(_NEVER, code):
            return Permanent(f"{self._host} refused {what}: {code} {text}")
        if _is(_LATER, code):
            return Temporary(f"{self._host} did not take {what} now: {code} {text}")
        self.close()
        return Temporary(f"{self._host} answered nonsense to {what}: {code} {text}")

    def _temporary(self, said: str) -> Temporary:
        self.close()
        return Temporary(f"{self._host}: {said}")


class SmtpSenders:
    """`ports.Sender` over several sessions at once: each letter takes the one that was free first."""

    def __init__(self, sessions: Sequence[SmtpSender]) -> None:
        self._free: LifoQueue[SmtpSender] = LifoQueue()
        for session in sessions:
            self._free.put(session)

    def send(self, envelope: Envelope, at_dot: Callable[[], None]) -> None:
        session = self._free.get()
        try:
            session.send(envelope, at_dot)
        finally:
            self._free.put(session)


class _Gone(smtplib.SMTPServerDisconnected):
    """The connection ended before a message was given to it: another one may do."""


def _by_token(client: smtplib.SMTP, user: str, tokens: Tokens) -> None:
    """XOAUTH2; a token that is not taken may be an old one, so once it is tried with another."""

    def proof(challenge: bytes | None = None) -> str:
        """The proof; to a challenge, which holds the reason of a refusal, an empty line asks for the reply."""
        return "" if challenge else f"user={user}\1auth=Bearer {tokens.token()}\1\1"

    try:
        client.auth("XOAUTH2", proof)
    except smtplib.SMTPAuthenticationError:
        tokens.spoilt()
        client.auth("XOAUTH2", proof)


def _check(envelope: Envelope) -> None:
    for address in (envelope.mail_from, envelope.rcpt_to):
        if not address.isascii():
            raise Permanent(f"the address {address} has letters outside ASCII, which we do not send to")
        if not _ADDRESS.fullmatch(address) or not envelope.rcpt_to:
            raise Permanent(f"{address!r} is no address that a message can be sent to")


def _wire(data: bytes) -> bytes:
    """The body as it goes over the wire, all but the final dot: only CRLF breaks lines, dots are doubled."""
    lines = _BARE_BREAK.sub(b"\r\n", data)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return _LEADING_DOT.sub(b"..", lines)


def _mail(client: smtplib.SMTP, envelope: Envelope, size: int) -> str:
    line = f"MAIL FROM:<{envelope.mail_from}>"
    if client.has_extn("size"):
        line += f" SIZE={size}"
    if not envelope.data.isascii():
        if not client.has_extn("8bitmime"):
            raise Permanent(f"the message for {envelope.rcpt_to} has 8-bit text, which the server does not take")
        line += " BODY=8BITMIME"
    return line


def _converse(client: smtplib.SMTP, lines: Sequence[str]) -> list[tuple[int, str]]:
    """The replies to these lines, up to the first refusal where the server wants them one by one.

    Fewer than lines, and no refusal: the connection is gone.
    """
    replies: list[tuple[int, str]] = []
    together = client.has_extn("pipelining")
    with suppress(*_NO_REPLY):
        if together:
            client.send("".join(f"{line}\r\n" for line in lines))
        for line in lines:
            if not together:
                client.putcmd(line)
            replies.append(_reply(client))
            if replies[-1][0] == _SHUTS_DOWN or not (together or _agrees(replies[-1][0], line)):
                break
    return replies


def _is(kind: int, code: int) -> bool:
    return code // 100 == kind


def _agrees(code: int, line: str) -> bool:
    return code == _GOES_ON if line == "DATA" else _is(_DONE, code)


def _reply(client: smtplib.SMTP) -> tuple[int, str]:
    code, text = client.getreply()
    return code, " ".join(text.decode("ascii", "replace").split())


def _quiet(client: smtplib.SMTP) -> bool:
    """Has the server said nothing since the last reply? If it has, it said good-bye."""
    if client.sock is None:
        return False
    poll = select.poll()
    poll.register(client.sock, select.POLLIN)
    return not poll.poll(0)


def _socket(client: smtplib.SMTP) -> socket.socket:
    if client.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection is closed")
    return client.sock


def _words(why: BaseException) -> str:
    if isinstance(why, smtplib.SMTPResponseException):
        said = why.smtp_error
        return f"{why.smtp_code} {said.decode('ascii', 'replace') if isinstance(said, bytes) else said}"
    return str(why) or type(why).__name__

"""An SMTP server that answers what a test tells it to, for the faults that no real server shows on demand."""

import socket
import struct
import threading
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Self


class Fault(Enum):
    """What it may do instead of answering."""

    HANG_UP = "closes the connection"
    RESET = "resets the connection"
    SILENCE = "says nothing any more"


@dataclass(frozen=True, slots=True)
class Taken:
    """A message it said yes to."""

    mail_from: str
    rcpt_to: str
    data: bytes


Answer = str | Fault
_USUAL: dict[str, Answer] = {
    "greeting": "220 scripted", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", "RSET": "250 ok",
    "NOOP": "250 ok", "STARTTLS": "454 not now", "AUTH": "535 5.7.8 wrong password", "dot": "250 2.0.0 queued", "QUIT": "221 bye",
}  # fmt: skip


class ScriptedSmtp:
    """`with ScriptedSmtp(dot=Fault.RESET) as server:`; `server.answers` may be changed between letters.

    Keys are the verbs, "greeting", "dot", and "body": a fault after the first bytes of the message.
    """

    def __init__(
        self, features: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SIZE 1000000"), **answers: Answer
    ) -> None:
        self.answers = (
            _USUAL | {"EHLO": "\r\n".join(["250-scripted", *(f"250-{f}" for f in features), "250 HELP"])} | answers
        )
        self.taken: list[Taken] = []
        self.heard: list[bytes] = []
        self.visits = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._stopped = threading.Event()
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()

    def hang_up(self) -> None:
        """Close every connection, as a server does with idle ones."""
        while self._open:
            _end(self._open.pop(), Fault.HANG_UP)

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            visitor.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.visits += 1
            self._open.append(visitor)
            threading.Thread(target=self._serve, args=(visitor,), daemon=True).start()

    def _serve(self, visitor: socket.socket) -> None:
        try:
            _Talk(self, visitor).run()
        except OSError as why:
            self.heard.append(f"lost: {why}".encode())

    def fault(self, visitor: socket.socket, fault: Fault) -> None:
        if fault is Fault.SILENCE:
            self._stopped.wait(30)
        _end(visitor, fault)


class _Talk:
    """One connection."""

    def __init__(self, server: ScriptedSmtp, visitor: socket.socket) -> None:
        self._server, self._visitor = server, visitor
        self._rest = b""
        self._from = self._to = ""

    def run(self) -> None:
        going = self._say("greeting")
        while going and (line := self._until(b"\r\n")) is not None:
            verb = line.split(b" ")[0].decode().upper()
            if verb == "MAIL":
                self._from = line.partition(b"<")[2].partition(b">")[0].decode()
            if verb == "RCPT":
                self._to = line.partition(b"<")[2].partition(b">")[0].decode()
            going = self._say(verb)
            if going and verb == "DATA" and str(self._server.answers["DATA"]).startswith("354"):
                going = self._body()

    def _body(self) -> bool:
        fault = self._server.answers.get("body")
        if isinstance(fault, Fault):
            self._until(b"\r\n")
            self._server.fault(self._visitor, fault)
            return False
        data = self._until(b"\r\n.\r\n")
        if data is None:
            return False
        if str(self._server.answers["dot"]).startswith("2"):
            self._server.taken.append(Taken(self._from, self._to, data.replace(b"\r\n..", b"\r\n.") + b"\r\n"))
        return self._say("dot")

    def _say(self, what: str) -> bool:
        answer = self._server.answers.get(what, "502 what?")
        if isinstance(answer, Fault):
            self._server.fault(self._visitor, answer)
            return False
        self._visitor.sendall(f"{answer}\r\n".encode())
        if answer.startswith(("221", "421")):
            self._server.fault(self._visitor, Fault.HANG_UP)
            return False
        return True

    def _until(self, end: bytes) -> bytes | None:
        while end not in self._rest:
            more = self._visitor.recv(65536)
            if not more:
                return None
            self._server.heard.append(more)
            self._rest += more
        found, _, self._rest = self._rest.partition(end)
        return found


def _end(visitor: socket.socket, fault: Fault) -> None:
    if fault is Fault.RESET:
        visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        visitor.close()
        return
    try:
        visitor.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
    finally:
        visitor.close()

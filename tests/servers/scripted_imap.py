"""An IMAP server that answers what a test tells it to, for the faults that no real server shows on demand."""

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

Answer = bytes | Callable[[bytes], bytes]
_USUAL: dict[bytes, Answer] = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE\r\n", b"LOGIN": b"", b"NOOP": b"", b"LOGOUT": b"* BYE\r\n",
    b"SELECT": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 2] ok\r\n",
    b"EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 2] ok\r\n",
    b"UID SEARCH": b"* SEARCH 1\r\n",
    b"UID STORE": b"",
}  # fmt: skip


class ScriptedImap:
    """`with ScriptedImap({b"UID FETCH": ...}) as server:` untagged answers by command; OK follows each.

    An answer that begins with "NO " or "BAD " is the tagged one. `greeting` b"" says nothing at all.
    """

    def __init__(
        self,
        answers: Mapping[bytes, Answer],
        greeting: bytes = b"* OK scripted\r\n",
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._answers, self._greeting, self._context = _USUAL | dict(answers), greeting, context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.heard: list[bytes] = []
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for visitor in self._open:
            visitor.close()

    def _accept(self) -> None:
        while True:
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(visitor)
            threading.Thread(target=self._serve, args=(visitor,), daemon=True).start()

    def _serve(self, visitor: socket.socket) -> None:
        try:
            if self._context is not None:
                visitor = self._context.wrap_socket(visitor, server_side=True)
            self._talk(visitor)
        except OSError as why:
            self.heard.append(f"lost: {why}".encode())

    def _talk(self, visitor: socket.socket) -> None:
        visitor.sendall(self._greeting)
        lines = visitor.makefile("rb")
        for line in lines:
            tag, _, said = line.strip().partition(b" ")
            self.heard.append(said)
            name = next((n for n in sorted(self._answers, key=len, reverse=True) if said.upper().startswith(n)), b"")
            answer = self._answers.get(name, b"BAD what?")
            found = answer(said) if callable(answer) else answer
            tagged = found if found.startswith((b"NO ", b"BAD ")) else b"OK done"
            visitor.sendall((b"" if tagged is found else found) + tag + b" " + tagged + b"\r\n")

"""A road to a server that is long, or breaks: every connection on it can be cut, or go silent, at will."""

import queue
import socket
import threading
import time
from types import TracebackType
from typing import Self


class Road:
    """`with Road(server_port, delay=0.0025) as road:` connect to `road.port`. `delay`: seconds one way."""

    def __init__(self, to: int, delay: float = 0.0) -> None:
        self._to, self._delay = to, delay
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._silent = threading.Event()
        self.asked = bytearray()
        """What the clients said."""

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Break every connection."""
        while self._open:
            _end(self._open.pop())

    def silence(self) -> None:
        """Nothing comes through any more, and nobody is told: the connections stay open."""
        self._silent.set()

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._listener.accept()
            except OSError:
                return
            try:
                there = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                _end(here)
                continue
            for end in (here, there):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open += [here, there]
            _Way(self, here, there, self.asked).start()
            _Way(self, there, here, None).start()

    @property
    def silent(self) -> bool:
        return self._silent.is_set()

    @property
    def delay(self) -> float:
        return self._delay


class _Way:
    """One direction of one connection: read at once, delivered when the way is done."""

    def __init__(self, road: Road, source: socket.socket, target: socket.socket, heard: bytearray | None) -> None:
        self._road, self._source, self._target, self._heard = road, source, target, heard
        self._under_way: queue.Queue[tuple[float, bytes]] = queue.Queue()

    def start(self) -> None:
        threading.Thread(target=self._take, daemon=True).start()
        threading.Thread(target=self._bring, daemon=True).start()

    def _take(self) -> None:
        data = b"x"
        while data:
            try:
                data = self._source.recv(1 << 18)
            except OSError:
                data = b""
            if self._heard is not None:
                self._heard += data
            self._under_way.put((time.monotonic() + self._road.delay, data))

    def _bring(self) -> None:
        while True:
            due, data = self._under_way.get()
            time.sleep(max(due - time.monotonic(), 0))
            if self._road.silent:
                continue
            try:
                self._target.sendall(data)
            except OSError:
                data = b""
            if not data:
                _end(self._target)
                return


def _end(one: socket.socket) -> None:
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
    finally:
        one.close()

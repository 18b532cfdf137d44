"""A Xandikos of our own: a CalDAV server that keeps calendars in git and asks nobody who they are."""

import sys
from types import TracebackType
from typing import Self

from tests.servers.process import Process, folder, free_port


class Xandikos:
    """`with Xandikos() as server:` one user, any password."""

    def __enter__(self) -> Self:
        home, self.port = folder("xandikos"), free_port()
        self._process = Process(
            [sys.executable, "-m", "xandikos", "serve", "-d", str(home / "data"), "-l", "127.0.0.1", "-p", str(self.port),
             "--defaults", "--current-user-principal", "/user/"],
            home / "log", [self.port],
        )  # fmt: skip
        return self

    def url(self, name: str) -> str:
        """Where a calendar lies."""
        return f"http://127.0.0.1:{self.port}/user/calendars/{name}/"

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self._process.stop()

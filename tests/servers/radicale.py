"""A Radicale of our own: CalDAV with rights, each user the owner of what lies under their name."""

import sys
from types import TracebackType
from typing import Self

from tests.servers.process import Process, folder, free_port

RIGHTS = """[own]
user: .+
collection: {user}(/.*)?
permissions: RWrw
[free-busy-of-others]
user: .+
collection: [^/]+(/[^/]+)?
permissions: f
"""


class Radicale:
    """`with Radicale() as server:` the users `support` and `peer`, with the password `secret`."""

    def __enter__(self) -> Self:
        home, self.port = folder("radicale"), free_port()
        (home / "users").write_text("support:secret\npeer:secret\n")
        (home / "rights").write_text(RIGHTS)
        (home / "config").write_text(
            f"[server]\nhosts = 127.0.0.1:{self.port}\n"
            f"[auth]\ntype = htpasswd\nhtpasswd_filename = {home}/users\nhtpasswd_encryption = plain\ndelay = 0\n"
            f"[storage]\nfilesystem_folder = {home}/collections\n[rights]\ntype = from_file\nfile = {home}/rights\n"
        )
        self._process = Process(
            [sys.executable, "-m", "radicale", "--config", str(home / "config")], home / "log", [self.port]
        )
        return self

    def url(self, name: str) -> str:
        """Where a calendar of `support` lies."""
        return f"http://127.0.0.1:{self.port}/support/{name}/"

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self._process.stop()

"""The server's half of NTLM, by the library that Windows' own protocols are spoken with in Python. Source: MS-NLMP, MS-NTHT"""

import base64
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import spnego
from spnego.exceptions import SpnegoError

_environment = threading.Lock()
_NAMES = "NTLM_USER_FILE"


class Ntlm:
    """The sign-in of one connection. `user`: the address that signed in; "" while nobody has. `over`: it has ended, well or not."""

    def __init__(self, passwords: dict[str, str]) -> None:
        self._passwords = passwords
        with _known(passwords):
            self._context = spnego.server(protocol="ntlm")
        self.user, self.over = "", False

    def step(self, token: str) -> str:
        """The next challenge; "" when there is none."""
        try:
            with _known(self._passwords):
                answer = self._context.step(base64.b64decode(token))
        except SpnegoError:
            self.over = True
            return ""
        if self._context.complete:
            self.user, self.over = str(self._context.client_principal).rpartition("\\")[2].lower(), True
        return base64.b64encode(answer).decode() if answer else ""


@contextmanager
def _known(passwords: dict[str, str]) -> Iterator[None]:
    """The library knows users by a file that an environment variable names."""
    with _environment, tempfile.TemporaryDirectory() as there:
        users = Path(there) / "users"
        users.write_text("".join(f"SUPPORT:{address}:{word}\n" for address, word in passwords.items()))
        os.environ[_NAMES] = str(users)
        try:
            yield
        finally:
            del os.environ[_NAMES]

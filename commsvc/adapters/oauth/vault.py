"""What a person's sign-in left us, kept so that a copy of the disk's database or of one file alone is worth nothing.

One file a sign-in, encrypted (Fernet: AES-128-CBC and HMAC-SHA-256); the key stands in a file of its own, mode 0600, made once.
A new value is on the disk before it is used: an issuer may have forgotten the old one already.

Permanent:  a file that this key does not open, or a key that others can read
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from cryptography.fernet import Fernet, InvalidToken

from commsvc.errors import Permanent


class Vault:
    """A folder of sign-ins, each under the address of who signed in."""

    def __init__(self, folder: Path, key_file: Path) -> None:
        self._folder, self._key_file = folder, key_file

    def read(self, name: str) -> str:
        """What was kept last; "" for nothing."""
        path = self._path(name)
        if not path.exists():
            return ""
        try:
            return self._cipher().decrypt(path.read_bytes()).decode()
        except InvalidToken as why:
            said = f"the kept sign-in of {name} is not opened by the key in {self._key_file.name}: sign in again, commsvc login"
            raise Permanent(said) from why

    def write(self, name: str, value: str) -> None:
        """Keep this from now on. When it returns it is on the disk."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._path(name).with_suffix(".new")
        _write(draft, self._cipher().encrypt(value.encode()))
        os.replace(draft, self._path(name))  # noqa: PTH105  it has to be atomic

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Nobody else, in this process or another, renews this sign-in meanwhile."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._path(name).with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _path(self, name: str) -> Path:
        return self._folder / f"{quote(name, safe='@')}.sign-in"

    def _cipher(self) -> Fernet:
        if not self._key_file.exists():
            _write(self._key_file, Fernet.generate_key())
        if self._key_file.stat().st_mode & 0o077:
            raise Permanent(f"others can read {self._key_file.name}, the key of the kept sign-ins: chmod 600 it")
        return Fernet(self._key_file.read_bytes().strip())


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

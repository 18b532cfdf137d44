"""What every neighbour needs: a folder other users may enter, free ports, a certificate, a process group.

A neighbour that cannot start fails the test with a sentence; nothing is ever skipped.
"""

import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

PATIENCE = 20.0


class NoServer(RuntimeError):
    """A neighbour did not start; the text says what is missing or what its log said last."""


def program(path: str, package: str) -> str:
    """The path of an installed program; tells which Debian package it comes from when it is missing."""
    found = shutil.which(path) or shutil.which(Path(path).name)
    if found is None:
        raise NoServer(f"{Path(path).name} is not installed: apt-get install -y --no-install-recommends {package}")
    return found


def free_port() -> int:
    """A port nobody listens on, below those that outgoing connections are given."""
    while True:
        port = random.randint(20_000, 32_000)
        if not _listening(port):
            return port


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def folder(name: str) -> Path:
    """A short, new folder that the servers' own users may enter."""
    path = Path(tempfile.mkdtemp(prefix=f"commsvc-{name}-", dir="/tmp"))
    path.chmod(0o755)
    return path


def certificate(at: Path) -> None:
    """Make cert.pem and key.pem for localhost and 127.0.0.1."""
    at.mkdir(exist_ok=True)
    subprocess.run(
        [program("openssl", "openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(at / "key.pem"), "-out", str(at / "cert.pem")],
        check=True, capture_output=True)  # fmt: skip


def trusting(certificates: Path) -> ssl.SSLContext:
    """A TLS context that trusts exactly this folder's certificate."""
    return ssl.create_default_context(cafile=str(certificates / "cert.pem"))


class Process:
    """A server in the foreground of its own process group."""

    def __init__(self, command: Sequence[str], log: Path, ports: Sequence[int], **environment: str) -> None:
        with log.open("ab") as out:
            self._popen = subprocess.Popen(
                list(command), stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                env=os.environ | environment, cwd="/")  # fmt: skip
        self._log, self._name, self._ports = log, Path(command[0]).name, ports
        for port in ports:
            self._answers(port)

    def _answers(self, port: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._popen.poll() is None:
            if _listening(port):
                return
            time.sleep(0.01)
        self.stop()
        raise NoServer(f"{self._name} does not answer on port {port}: {self._last_words()}")

    def _last_words(self) -> str:
        return self._log.read_text(errors="replace")[-2000:] if self._log.exists() else "it wrote no log"

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop the whole group; what is still there after a moment is killed. When this returns nobody listens."""
        self._end(how)
        deadline = time.monotonic() + PATIENCE
        while any(_listening(port) for port in self._ports) and time.monotonic() < deadline:
            time.sleep(0.01)

    def _end(self, how: signal.Signals) -> None:
        for sign in (how, signal.SIGKILL):
            try:
                os.killpg(self._popen.pid, sign)
                self._popen.wait(5)
            except ProcessLookupError:
                return
            except subprocess.TimeoutExpired:
                continue

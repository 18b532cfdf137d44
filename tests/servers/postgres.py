"""A real PostgreSQL on loopback, as quick as it can be made: nothing in it survives the test."""

import itertools
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from tests.servers.process import PATIENCE, NoServer, Process, folder, free_port

_SETTINGS = """
listen_addresses = '127.0.0.1'
fsync = off
full_page_writes = off
shared_buffers = 16MB
max_connections = 50
"""


class Postgres:
    """`with Postgres() as postgres:` `postgres.database()` is the URL of a new, empty database."""

    def __init__(self) -> None:
        self.at = folder("postgres")
        self.port = free_port()
        self._names = (f"test_{n}" for n in itertools.count(1))
        self._process: Process | None = None

    def __enter__(self) -> Self:
        data = self.at / "data"
        self._run(
            "initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"
        )
        settings = f"{_SETTINGS}port = {self.port}\nunix_socket_directories = '{self.at}'\n"
        with (data / "postgresql.conf").open("a") as config:
            config.write(settings)
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.at)

    def start(self) -> None:
        (self.at / "data" / "postmaster.pid").unlink(missing_ok=True)
        command = self._command("postgres", "-D", str(self.at / "data"))
        self._process = Process(command, self.at / "log", [self.port])
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError as why:
                if time.monotonic() > deadline:
                    raise NoServer(f"PostgreSQL does not answer: {why}") from why
                time.sleep(0.02)

    def stop(self) -> None:
        """Stop as after a power cut."""
        if self._process is not None:
            self._process.stop(signal.SIGQUIT)
            self._process = None

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = next(self._names)
        with psycopg.connect(self.url("postgres"), autocommit=True) as session:
            session.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        return self.url(name)

    def _run(self, *words: str) -> None:
        done = subprocess.run(self._command(*words), capture_output=True, text=True, cwd="/", check=False)
        if done.returncode != 0:
            raise NoServer(f"{words[0]} failed: {done.stderr}")

    def _command(self, name: str, *words: str) -> list[str]:
        """The command, as the user postgres when we are root: PostgreSQL refuses root."""
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        if not versions:
            raise NoServer("PostgreSQL is not installed: apt-get install -y --no-install-recommends postgresql")
        command = [str(versions[-1] / name), *words]
        if os.geteuid() != 0:
            return command
        shutil.chown(self.at, "postgres")
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]

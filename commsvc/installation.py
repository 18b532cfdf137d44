"""One installation on disk, opened: config.toml, directory.toml, rules/, templates/, the database.

Misconfigured carries every problem of all of them at once.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from commsvc import backup, providers
from commsvc.adapters.rulebook import Rulebook
from commsvc.adapters.stationery import Templates
from commsvc.adapters.store.store import PeeweeStore, connect
from commsvc.clock import now
from commsvc.config import Config, load
from commsvc.desk import Desk, Identity, Register
from commsvc.directory import DirectoryFiles, role_gaps
from commsvc.domain.case.directory import Directory
from commsvc.domain.ending import warning
from commsvc.domain.letter.draft import Brand
from commsvc.domain.letter.tokens import Mint
from commsvc.domain.playbook.adoption import in_force
from commsvc.errors import Misconfigured, Problem
from commsvc.ports import Calendar, Pager, Sender

T = TypeVar("T")


@dataclass(frozen=True)
class Installation:
    """Everything of one folder, validated."""

    folder: Path
    config: Config
    directory: Directory
    templates: Templates
    rulebook: Rulebook
    register: Register
    files: DirectoryFiles

    def store(self) -> PeeweeStore:
        """Open the database, bringing its tables up to date; what a new version changes is backed up first."""
        return _store(self.config, self.folder)

    def identity(self) -> Identity:
        c = self.config.identity
        mint = Mint(_secret(self.folder / c.key_file), c.domain, c.address)
        brand = Brand(c.name, c.urgent_route, self.config.console.url)
        return Identity(brand, mint, c.address, c.operator, c.room)

    def desk(self, store: PeeweeStore) -> Desk:
        paging = self.config.pager is not None
        self.rulebook.recall_by(store.records.playbook_files)
        return Desk(store, self.rulebook, self.register, self.templates, self.identity(), paging)

    def reload_directory(self) -> bool:
        """Take changed people and accounts into use; false when nothing changed. Raises Misconfigured: the former stay.

        Calendars, and passwords for SMTP AUTH, are of the people that we started with.
        """
        if not self.files.changed():
            return False
        directory = self.files.read()
        if found := role_gaps(directory, self.rulebook.current()):
            raise Misconfigured(found)
        self.register.keep(directory)
        return True

    def calendars(self) -> Calendar:
        """The calendars of our people."""
        return providers.calendars(self.folder, self.config, self.directory)

    def sender(self) -> Sender:
        """What hands letters to the wire."""
        return providers.sender(self.folder, self.config)

    def ending(self, today: date) -> list[str]:
        """A sentence for each secret or certificate that ends within a month, or has, and each neighbour that will refuse us."""
        ends = providers.endings(self.folder, self.config)
        told = [said for what, last in ends if (said := warning(what, last, today))]
        return [*told, *providers.leaving(self.config, today)]

    def pager(self) -> Pager | None:
        """What pages people; None where mail is the only way."""
        return providers.pager(self.config)


def open_installation(folder: Path) -> Installation:
    """Read and validate everything. Raises Misconfigured with every problem of every file."""
    if not (folder / "config.toml").is_file():
        raise Misconfigured(
            [Problem(str(folder), 0, "there is no config.toml; `commsvc init DIR` makes an installation")]
        )
    found: list[Problem] = []
    config = _try(lambda: load(folder / "config.toml"), found)
    templates = _try(lambda: Templates(folder / (config.templates if config else "templates/email")), found)
    letters = tuple(templates.letters()) if templates else ()
    adopted = _adopted(config, folder) if config else None
    rulebook = _try(lambda: Rulebook(folder / (config.rules if config else "rules"), letters, adopted), found)
    files = DirectoryFiles(folder, config.directory if config else "directory.toml")
    directory = _try(files.read, found)
    if directory and rulebook:
        found += role_gaps(directory, rulebook.current())
    if found or config is None or directory is None or templates is None or rulebook is None:
        raise Misconfigured(found)
    return Installation(folder, config, directory, templates, rulebook, Register(directory), files)


def _store(config: Config, folder: Path) -> PeeweeStore:
    return connect(backup.database(folder, config), lambda new: backup.before_upgrade(folder, config, new, now()))


def _adopted(config: Config, folder: Path) -> Mapping[str, str] | None:
    """The texts of the version that people adopted; None where files take force as they are saved, or nothing was adopted yet."""
    if config.playbook.adoption == "files":
        return None
    store = _store(config, folder)
    try:
        found = in_force(store.adoptions.all(), now())
        return store.adoptions.files(found.digest) if found else None
    finally:
        store.close()


def _try(read: Callable[[], T], found: list[Problem]) -> T | None:
    try:
        return read()
    except Misconfigured as why:
        found.extend(why.problems)
        return None


def _secret(path: Path) -> bytes:
    """The key of our tokens; made once, readable by us alone. Raises Misconfigured when others can read it."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    if path.stat().st_mode & 0o077:
        raise Misconfigured([Problem(path.name, 0, "others can read the key: chmod 600 it")])
    return path.read_text(encoding="ascii").strip().encode()

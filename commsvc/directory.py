"""Who is who on disk: directory.toml, kept by hand, and accounts.json, which `commsvc import accounts` writes."""

from pathlib import Path

from commsvc import accounts
from commsvc.directory_toml import load_directory
from commsvc.domain.case.directory import Directory
from commsvc.domain.playbook.consistency import ENOUGH
from commsvc.domain.playbook.rules import Playbook
from commsvc.errors import Misconfigured, Problem


class DirectoryFiles:
    """Both files as one directory, read again when one of them changes."""

    def __init__(self, folder: Path, by_hand: str) -> None:
        """`by_hand`: directory.toml, relative to the folder."""
        self._folder, self._by_hand = folder, folder / by_hand
        self._read_as = self._stamp()

    def read(self) -> Directory:
        """Raises Misconfigured with every problem of both."""
        self._read_as = self._stamp()
        found: list[Problem] = []
        kept = imported = None
        try:
            kept = load_directory(self._by_hand)
        except Misconfigured as why:
            found += why.problems
        try:
            imported = accounts.load(self._folder)
        except Misconfigured as why:
            found += why.problems
        if kept is None or imported is None:
            raise Misconfigured(found)
        return accounts.together(kept, imported)

    def changed(self) -> bool:
        """Is one of them another file than the one that was read?"""
        return self._stamp() != self._read_as

    def _stamp(self) -> list[tuple[int, int, int] | None]:
        return [_stamp(path) for path in (self._by_hand, self._folder / accounts.FILE)]


def role_gaps(directory: Directory, playbook: Playbook) -> list[Problem]:
    """Roles that cannot be filled: the three needed ones by name, the others by their fall-backs."""
    found = [Problem("directory.toml", 0, f"nobody has the role {role}, one of the three that are needed")
             for role in ENOUGH if not any(directory.holders(role))]  # fmt: skip
    ours = {r.id: r.falls_back_to for r in playbook.ownership.role}
    for role in ours:
        seen, here = set(), role
        while here and here not in seen and not any(directory.holders(here)):
            seen.add(here)
            here = ours.get(here, "")
        if not here or here in seen:
            found.append(Problem("directory.toml", 0, f"nobody has the role {role}, nor any role it falls back to"))
    return found


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns

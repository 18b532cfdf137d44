"""Load `rules/*.toml` as one validated playbook; report every problem at once, with file and line.

Permanent:  a broken set is refused whole at the start; on a reload the last good one stays
"""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from commsvc.adapters.rulebook.placing import line, problem
from commsvc.domain.playbook.consistency import problems
from commsvc.domain.playbook.rules import Playbook
from commsvc.errors import Misconfigured, Problem

FILES = (
    "escalation",
    "severity",
    "phrases",
    "timelines",
    "chains",
    "approvals",
    "guardrails",
    "wording",
    "ownership",
    "calls",
    "briefings",
)


def read_files(folder: Path) -> dict[str, str]:
    """The text of every rule file. Raises Misconfigured when one is missing or not UTF-8."""
    out, missing = {}, []
    for name in FILES:
        path = folder / f"{name}.toml"
        try:
            out[path.name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as why:
            missing.append(Problem(str(path), 0, f"cannot be read: {why}"))
    if missing:
        raise Misconfigured(missing)
    return out


def build(files: Mapping[str, str], letters: Iterable[str], where: str = "rules") -> Playbook:
    """Validate the texts of the rule files as one playbook. Raises Misconfigured with every problem.

    `letters`: the letters there are templates for, so that a rule cannot name another. The same texts are the same
    playbook, whose words are made ready once.
    """
    return _built(tuple(files.items()), frozenset(letters), where)


@lru_cache(maxsize=8)
def _built(texts: tuple[tuple[str, str], ...], letters: frozenset[str], where: str) -> Playbook:
    files = dict(texts)
    parsed, found = _parse(files, where)
    if found:
        raise Misconfigured(found)
    digest = hashlib.sha256("\x00".join(f"{n}\x00{files[n]}" for n in sorted(files)).encode()).hexdigest()[:16]
    version = ".".join(str(max(int(p[i]) for p in _versions(parsed))) for i in range(3))
    try:
        playbook = Playbook.model_validate({**parsed, "digest": digest, "version": version})
    except ValidationError as why:
        raise Misconfigured([problem(e, files, where) for e in why.errors()]) from why
    faults = [Problem(f"{where}/{f.file}", line(files[f.file], f.path), f.what) for f in problems(playbook, letters)]
    if faults:
        raise Misconfigured(faults)
    return playbook


def _parse(files: Mapping[str, str], where: str) -> tuple[dict[str, object], list[Problem]]:
    parsed: dict[str, object] = {}
    found = []
    for name, text in files.items():
        try:
            parsed[name.removesuffix(".toml")] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as why:
            at = re.search(r"line (\d+)", str(why))
            found.append(Problem(f"{where}/{name}", int(at[1]) if at else 0, f"not TOML: {why}"))
    return parsed, found


def _versions(parsed: Mapping[str, object]) -> list[tuple[str, str, str]]:
    out = [("0", "0", "0")]
    for table in parsed.values():
        written = str(table.get("version", "")) if isinstance(table, dict) else ""
        if found := re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", written):
            out.append((found[1], found[2], found[3]))
    return out


Kept = Callable[[str], Mapping[str, str] | None]
"""The texts of the version with a digest, where somebody kept them."""


class Rulebook:
    """`ports.Playbooks`: the folder's rules, reloaded when they change and kept when they break.

    `adopted`: the texts of the version in force where people adopt versions; the folder is then only what they edit.
    """

    def __init__(self, folder: Path, letters: Iterable[str], adopted: Mapping[str, str] | None = None) -> None:
        self._folder, self._letters = folder, tuple(letters)
        self.files: Mapping[str, str] = read_files(folder) if adopted is None else adopted
        self._current = build(self.files, self._letters, folder.name if adopted is None else "adopted rules")
        self._versions: dict[str, Playbook] = {self._current.digest: self._current}
        self._pilot: Mapping[str, Playbook] = {}
        self._kept: Kept = lambda _: None
        self._lost: set[str] = set()

    def current(self, account_id: str = "") -> Playbook:
        return self._pilot.get(account_id, self._current)

    def version(self, digest: str) -> Playbook:
        return self._versions.get(digest) or self._recalled(digest) or self._current

    def recall_by(self, kept: "Kept") -> None:
        """From now on a version that is not known is looked for here."""
        self._kept = kept

    def try_on(self, pilot: Playbook | None, accounts: Iterable[str] = ()) -> None:
        """New cases of these accounts begin with `pilot`; None ends it."""
        self._pilot = dict.fromkeys(accounts, pilot) if pilot else {}

    def _recalled(self, digest: str) -> Playbook | None:
        """A version that was kept; None for one that was not, or that this release reads no more."""
        files = None if digest in self._lost else self._kept(digest)
        try:
            return self.remember(files) if files else None
        except Misconfigured:
            self._lost.add(digest)
            return None

    def remember(self, files: Mapping[str, str], where: str = "stored rules") -> Playbook:
        """Know a version by its digest from now on."""
        playbook = build(files, self._letters, where)
        self._versions[playbook.digest] = playbook
        return playbook

    def reload(self) -> bool:
        """Read the folder again if it changed; True when another playbook is in force now.

        Raises Misconfigured when the new set is broken; the last good one stays in force.
        """
        files = read_files(self._folder)
        if files == self.files:
            return False
        self._current = self.remember(files, self._folder.name)
        self.files = files
        return True

    def take(self, files: Mapping[str, str]) -> bool:
        """Put an adopted version into force; True when it is another one. Raises Misconfigured, and nothing changes."""
        playbook = self.remember(files)
        changed = playbook.digest != self._current.digest
        self.files, self._current = files, playbook
        return changed

    def edited(self) -> Playbook:
        """The rules as the folder holds them, in force or not. Raises Misconfigured when they are broken."""
        return self.remember(read_files(self._folder), self._folder.name)

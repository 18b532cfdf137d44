"""One file that holds an installation: the record, its settings, rules and letters. Never a secret.

A tar, compressed, of mode 0600: `record`, `files/...` and `manifest.json` with the SHA-256 of each. It is made
while the service runs. Whatever is restored starts paused: it may speak of letters that went already.

Permanent:  the file is there already, is no backup of ours, or was damaged; the folder is not empty
"""

import hashlib
import io
import os
import re
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel

from commsvc import accounts
from commsvc.adapters.store.copying import copy, paste
from commsvc.adapters.store.store import connect, remote
from commsvc.config import Config, load
from commsvc.errors import Permanent
from commsvc.instance import pause

RECORD, MANIFEST, FILES = "record", "manifest.json", "files/"


class Manifest(BaseModel):
    """What stands in `manifest.json`. `left_out`: the secrets that are not in it."""

    format: Literal[1] = 1
    made_at: datetime
    left_out: tuple[str, ...]
    sha256: dict[str, str]


def database(folder: Path, config: Config) -> str:
    """The path or URL of an installation's database."""
    return config.database if remote(config.database) else str(folder / config.database)


def secrets(config: Config) -> tuple[str, ...]:
    """The files that are secret, and so in no backup: whatever a setting that ends in `_file` names."""
    return tuple(sorted(set(_secret_files(config.model_dump()))))


def write(folder: Path, config: Config, file: Path, now: datetime) -> tuple[str, ...]:
    """Back an installation up into a new file; returns the secrets that are not in it."""
    if file.exists():
        raise Permanent(f"{file} is there already; nothing was changed")
    left_out = secrets(config)
    draft = file.with_name(f"{file.name}.part")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as scratch:
        record = Path(scratch) / RECORD
        copy(database(folder, config), record)
        members = {RECORD: record} | {FILES + name: folder / name for name in _named(folder, config, left_out)}
        said = Manifest(made_at=now, left_out=left_out, sha256={name: _digest(p) for name, p in members.items()})
        draft.touch(mode=0o600)
        with draft.open("wb") as out:
            _pack(out, members, said)
            out.flush()
            os.fsync(out.fileno())
    draft.rename(file)
    return left_out


def before_upgrade(folder: Path, config: Config, migration: str, now: datetime) -> None:
    """Back up what a new version is about to change, once."""
    file = folder / f"before-{migration}.backup"
    if not file.exists():
        write(folder, config, file, now)


def restore(file: Path, folder: Path, now: datetime, url: str = "") -> Manifest:
    """Put a backup into a new or empty folder, paused. `url`: an empty database of PostgreSQL that shall hold the record."""
    if folder.exists() and any(folder.iterdir()):
        raise Permanent(f"{folder} is not empty; nothing was changed")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".restore-") as scratch:
        manifest = _unpack(file, Path(scratch))
        files = Path(scratch) / FILES
        if url:
            _point(files / "config.toml", url)
        config = load(files / "config.toml")
        paste(Path(scratch) / RECORD, database(files, config))
        files.rename(folder)
    store = connect(database(folder, config))
    pause(store, folder, now, f"restored from the backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC; look, then resume")
    store.close()
    return manifest


def _secret_files(settings: object) -> Iterator[str]:
    if isinstance(settings, Mapping):
        yield from (str(v) for k, v in settings.items() if str(k).endswith("_file") and v)
        settings = list(settings.values())
    if isinstance(settings, list | tuple):
        for part in settings:
            yield from _secret_files(part)


def _named(folder: Path, config: Config, left_out: Sequence[str]) -> list[str]:
    """The files that make the installation, relative to its folder."""
    single = ("config.toml", "scheduler.py", config.directory, accounts.FILE)
    folders = (config.rules, config.templates, config.calendars)
    found = [folder / name for name in single if (folder / name).is_file()]
    found += [path for name in folders for path in sorted((folder / name).rglob("*")) if path.is_file()]
    for path in found:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise Permanent(
                f"{path} lies outside of {folder}: back that up yourself, and name a place inside in config.toml"
            )
    return [str(p.relative_to(folder)) for p in found if p not in {folder / name for name in left_out}]


def _pack(out: IO[bytes], members: Mapping[str, Path], said: Manifest) -> None:
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as tar:
        for name, path in members.items():
            tar.add(path, name)
        head = said.model_dump_json(indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(head)
        tar.addfile(info, io.BytesIO(head))


def _unpack(file: Path, to: Path) -> Manifest:
    """Unpack what the manifest names, and see that it is as it was."""
    try:
        with tarfile.open(file, "r:gz") as tar:
            tar.extractall(to, filter="data")
        manifest = Manifest.model_validate_json((to / MANIFEST).read_bytes())
    except (OSError, EOFError, zlib.error, tarfile.TarError, ValueError) as why:
        raise Permanent(f"{file} cannot be read as a backup: {why}") from why
    for name, digest in manifest.sha256.items():
        if not (to / name).is_file() or _digest(to / name) != digest:
            raise Permanent(f"{file} is damaged: {name} is not as it was")
    return manifest


def _point(config: Path, url: str) -> None:
    """Let config.toml name another database."""
    text = config.read_text(encoding="utf-8")
    line = f'database = "{url}"'
    changed, times = re.subn(r"(?m)^database\s*=.*$", lambda _: line, text, count=1)
    config.write_text(changed if times else f"{line}\n{text}", encoding="utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

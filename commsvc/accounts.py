"""Accounts and contacts that come from elsewhere: a CSV or TOML file in, `accounts.json` of the installation out.

A CSV has a row for each contact, with the columns of `COLUMNS`; a list in a cell is parted by ";". A TOML file
has the [[account]] tables of directory.toml. Every bad row is named, and then nothing is taken.
"""

import csv
import json
import os
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from commsvc.directory_toml import AccountFile, account_of
from commsvc.domain.case.directory import Account, Directory
from commsvc.errors import Misconfigured, Problem

FILE = "accounts.json"
LISTS = ("domains", "also_known_as", "partner_for", "ambiguous", "may_mention")
PLAIN = (
    "id",
    "name",
    "segment",
    "zone",
    "country",
    "language",
    "account_manager",
    "uses",
    "renewal",
    "regulated",
    "region",
)
CONTACT = ("contact_name", "contact_address", "contact_role", "contact_seniority", "contact_language", "contact_zone")
COLUMNS = (*PLAIN, *LISTS, *CONTACT)
_ACCOUNTS = TypeAdapter(tuple[AccountFile, ...])


@dataclass(frozen=True, slots=True)
class Imported:
    """What `accounts.json` holds. `at`: when it was read; None when nothing was ever imported."""

    accounts: tuple[AccountFile, ...] = ()
    source: str = ""
    at: datetime | None = None


def read(path: Path) -> Iterator[AccountFile | Problem]:
    """Each account of a CSV or TOML file, or what is wrong with it and where."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as why:
        yield Problem(path.name, 0, f"cannot be read: {why}")
        return
    tables = _toml(path.name, text) if path.suffix.lower() == ".toml" else _csv(path.name, text)
    seen: dict[str, int] = {}
    for line, table in tables:
        if isinstance(table, Problem):
            yield table
            continue
        try:
            account = AccountFile.model_validate(table)
        except ValidationError as why:
            yield from (Problem(path.name, line, f"{'.'.join(map(str, e['loc']))}: {e['msg']}") for e in why.errors())
            continue
        if account.id in seen:
            yield Problem(path.name, line, f"account {account.id} stands in line {seen[account.id]} too")
        seen[account.id] = line
        yield account


def load(folder: Path) -> Imported:
    """What was imported into an installation. Raises Misconfigured when the file was spoilt by hand."""
    path = folder / FILE
    if not path.exists():
        return Imported()
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return Imported(
            _ACCOUNTS.validate_python(held["accounts"]), held["source"], datetime.fromisoformat(held["imported_at"])
        )
    except (ValueError, KeyError, TypeError) as why:
        raise Misconfigured([Problem(FILE, 0, f"is not as `commsvc import accounts` wrote it: {why}")]) from why


def save(folder: Path, accounts: Iterable[AccountFile], source: str, at: datetime) -> None:
    """Replace what was imported: whole, or not at all."""
    held = {"imported_at": at.astimezone(UTC).isoformat(), "source": source,
            "accounts": [a.model_dump(mode="json") for a in accounts]}  # fmt: skip
    draft = folder / f"{FILE}.new"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(held, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / FILE)


def together(directory: Directory, imported: Imported) -> Directory:
    """Both as one directory; an account that is kept by hand in directory.toml is not taken from elsewhere."""
    by_hand = {a.id for a in directory.accounts}
    more = tuple(account_of(a) for a in imported.accounts if a.id not in by_hand)
    return Directory((*directory.accounts, *more), directory.people)


def as_accounts(files: Iterable[AccountFile]) -> list[Account]:
    return [account_of(f) for f in files]


def _toml(name: str, text: str) -> Iterator[tuple[int, dict[str, object] | Problem]]:
    try:
        tables = tomllib.loads(text).get("account", [])
    except tomllib.TOMLDecodeError as why:
        yield 0, Problem(name, 0, f"not TOML: {why}")
        return
    lines = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == "[[account]]"]
    yield from zip(lines, tables, strict=False)


def _csv(name: str, text: str) -> Iterator[tuple[int, dict[str, object] | Problem]]:
    rows = csv.DictReader(text.splitlines())
    unknown = [c for c in rows.fieldnames or () if c not in COLUMNS]
    if unknown or "id" not in (rows.fieldnames or ()):
        yield 1, Problem(name, 1, f"unknown columns {unknown}; there are: {', '.join(COLUMNS)}")
        return
    tables: dict[str, tuple[int, dict[str, object]]] = {}
    for line, row in enumerate(rows, 2):
        cells = {k: (v or "").strip() for k, v in row.items() if k}
        if not cells["id"]:
            yield line, Problem(name, line, "has no id")
            continue
        first, table = tables.setdefault(cells["id"], (line, _account(cells)))
        differs = [k for k in PLAIN if cells.get(k) and str(table.get(k, "")) != cells[k]]
        if differs:
            yield line, Problem(name, line, f"says another {', '.join(differs)} of {cells['id']} than line {first}")
        if cells.get("contact_address"):
            contacts = table["contact"]
            assert isinstance(contacts, list)
            contacts.append({k.removeprefix("contact_"): cells[k] for k in CONTACT if cells.get(k)})
    yield from tables.values()


def _account(cells: dict[str, str]) -> dict[str, object]:
    table: dict[str, object] = {k: cells[k] for k in PLAIN if cells.get(k)}
    table |= {k: [x.strip() for x in cells[k].split(";") if x.strip()] for k in LISTS if cells.get(k)}
    return {"domains": [], "contact": [], **table}

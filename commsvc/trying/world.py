"""A world to try mails in: who is who and what exists before the first mail.

Read from a folder with `_accounts.json` and `_context.json`, or taken from an installation. What a
world's context names as ours (reply tokens, labels, Message-IDs of a case) counts as issued by us.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from commsvc.domain.case.directory import Account, Contact, Directory, Person
from commsvc.domain.case.known import KnownIssue
from commsvc.domain.playbook.words import Segment
from commsvc.errors import Trouble

_PEOPLES_NAMES = ".-"


@dataclass(frozen=True)
class World:
    """`context`: cases, labels and calls as the file has them. `note`: what it is not known to have."""

    directory: Directory
    domain: str
    authserv_id: str | None
    context: Mapping[str, Any] = field(default_factory=dict)
    known_issues: tuple[KnownIssue, ...] = ()
    note: str = ""


def read_world(folder: Path) -> World:
    """Read a world's two files. Raises Trouble with the file and what is wrong in it."""
    accounts, context = _read(folder / "_accounts.json"), _read(folder / "_context.json")
    try:
        vendor = accounts["vendor"]
        domain = str(vendor["domain"]).lower()
        people = tuple(_person(p, domain) for p in vendor["people"])
        by_name = {p.name: p.address for p in people}
        directory = Directory(tuple(_account(a, by_name) for a in accounts["accounts"]), people)
        issues = tuple(_issue(i) for i in context.get("known_issues", ()))
    except (KeyError, ValueError, TypeError) as why:
        raise Trouble(f"{folder}: the world's files lack or misspell {why}") from why
    return World(directory, domain, f"mx.{domain}", context, issues)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as why:
        raise Trouble(f"{path} cannot be read: {why}") from why
    if not isinstance(found, dict):
        raise Trouble(f"{path}: expected an object")
    return found


def _person(p: Mapping[str, Any], domain: str) -> Person:
    local = "".join(c if c.isalnum() or c in _PEOPLES_NAMES else "" for c in p["name"].lower().replace(" ", "."))
    return Person(
        p["name"],
        str(p.get("email", f"{local}@{domain}")).lower(),
        (p["role"],),
        p["tz"],
        tuple(p["languages"]),
        tuple(p["skills"]),
    )


def _account(a: Mapping[str, Any], people: Mapping[str, str]) -> Account:
    contacts = tuple(
        Contact(c["name"], str(c["email"]).lower(), c.get("role", ""), c.get("seniority", "staff"),
                c.get("language", ""), c.get("tz", "")) for c in a["contacts"]
    )  # fmt: skip
    known = a.get("known", {})
    return Account(
        a["id"], a["name"], Segment(a["segment"]), a["tz"], a.get("country", ""), a.get("language", "en"),
        tuple(str(d).lower() for d in a["domains"]), contacts, people.get(a["account_manager"], ""),
        renewal=date.fromisoformat(a["renewal"]) if a.get("renewal") else None,
        regulated=bool(a.get("regulated") or a.get("public_sector")), region=str(known.get("region", "")),
        partner_for=tuple(a.get("partner_for", ())),
    )  # fmt: skip


def _issue(i: Mapping[str, Any]) -> KnownIssue:
    signature = i.get("signature", {})
    return KnownIssue(
        i["ref"], i["title"], signature.get("area", i["area"]), str(i.get("region", "")), instant(i["since"]),
        tuple(signature.get("any_terms", ())), tuple(signature.get("codes", ())),
    )  # fmt: skip


def instant(written: str) -> datetime:
    """An ISO 8601 instant as aware UTC; a date is its noon."""
    found = datetime.fromisoformat(written)
    return found.astimezone(UTC) if found.tzinfo else found.replace(hour=12, tzinfo=UTC)

"""directory.toml: who is who. Every problem at once, with its place."""

from datetime import date, time
from pathlib import Path
from typing import Literal

from commsvc.domain.case.directory import Account, Contact, Directory, Person
from commsvc.domain.playbook.words import Segment
from commsvc.errors import Misconfigured, Problem
from commsvc.tomlfile import Mailaddress, Part, Zone, read


class ContactFile(Part):
    name: str
    address: Mailaddress
    role: str = ""
    seniority: Literal["staff", "manager", "executive"] = "staff"
    language: str = ""
    zone: Zone | Literal[""] = ""
    plain: bool = False
    daily: bool = False
    silent: bool = False
    hours_from: time | None = None
    hours_to: time | None = None


class AccountFile(Part):
    id: str
    name: str
    segment: Segment
    zone: Zone
    country: str = ""
    language: str = "en"
    domains: tuple[str, ...]
    account_manager: Mailaddress
    also_known_as: tuple[str, ...] = ()
    uses: str = ""
    renewal: date | None = None
    regulated: bool = False
    region: str = ""
    partner_for: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    may_mention: tuple[str, ...] = ()
    active: bool = True
    contact: tuple[ContactFile, ...]


class Away(Part):
    first: date
    last: date


class PersonFile(Part):
    name: str
    address: Mailaddress
    roles: tuple[str, ...]
    zone: Zone = "UTC"
    languages: tuple[str, ...] = ("en",)
    skills: tuple[str, ...] = ()
    phone: str = ""
    works_from: time = time(9)
    works_to: time = time(17)
    away: tuple[Away, ...] = ()
    deputy: Mailaddress | Literal[""] = ""


class DirectoryFile(Part):
    """directory.toml."""

    person: tuple[PersonFile, ...]
    account: tuple[AccountFile, ...] = ()


def load_directory(path: Path) -> Directory:
    """Read directory.toml into the domain's directory. Raises Misconfigured with every problem."""
    file = read(path, DirectoryFile)
    people = tuple(
        Person(p.name, p.address, p.roles, p.zone, p.languages, p.skills, p.phone, p.works_from, p.works_to,
               tuple((a.first, a.last) for a in p.away), p.deputy)
        for p in file.person
    )  # fmt: skip
    accounts = tuple(account_of(a) for a in file.account)
    if faults := check_directory(path, accounts, people):
        raise Misconfigured(faults)
    return Directory(accounts, people)


def _contact(c: ContactFile) -> Contact:
    hours = (c.hours_from, c.hours_to) if c.hours_from and c.hours_to else None
    return Contact(c.name, c.address, c.role, c.seniority, c.language, c.zone, c.plain, c.silent, hours, c.daily)


def account_of(a: AccountFile) -> Account:
    """The account as the domain sees it."""
    contacts = tuple(_contact(c) for c in a.contact)
    domains = tuple(d.lower() for d in a.domains)
    return Account(a.id, a.name, a.segment, a.zone, a.country, a.language, domains, contacts, a.account_manager,
                   a.also_known_as, a.uses, a.renewal, a.regulated, a.region, a.partner_for, a.ambiguous,
                   a.may_mention, a.active)  # fmt: skip


def check_directory(path: Path, accounts: tuple[Account, ...], people: tuple[Person, ...]) -> list[Problem]:
    """What is wrong between accounts, and between them and our people."""
    found: list[Problem] = []
    seen: dict[str, str] = {}
    ours = {p.address for p in people}
    for account in accounts:
        if account.account_manager not in ours:
            found.append(Problem(path.name, 0, f"account {account.id}: {account.account_manager} is no person of ours"))
        for key in (account.id, *account.domains, *(c.address for c in account.contacts)):
            if key in seen:
                found.append(Problem(path.name, 0, f"{key!r} stands in account {account.id} and in {seen[key]}"))
            seen[key] = account.id
            if key in ours:
                found.append(Problem(path.name, 0, f"{key!r} is a person of ours and a contact of {account.id}"))
    return found

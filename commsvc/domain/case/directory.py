"""Who is who: customers' accounts and contacts, and our own people.

Recipients of letters come from here and nowhere else. A lookup never guesses: what is not in the
directory is unknown.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from commsvc.domain.case.absence import Absence
from commsvc.domain.case.naming import Names
from commsvc.domain.playbook.words import Segment


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at a customer. `language` and `zone` may be "" (the account's then apply)."""

    name: str
    address: str
    role: str = ""
    seniority: str = "staff"
    language: str = ""
    zone: str = ""
    plain: bool = False
    """Do they read text and no HTML?"""
    silent: bool = False
    """Must nothing be written to them? Somebody else at the account is."""
    hours: tuple[time, time] | None = None
    """When they want to be written to, in their zone, where it cannot be at any hour."""
    daily: bool = False
    """Is one update a day enough for them? A SEV1 keeps its pace."""

    @property
    def executive(self) -> bool:
        return self.seniority == "executive"


@dataclass(frozen=True, slots=True)
class Account:
    """A customer company. `zone` is an IANA name, `country` ISO 3166 alpha-2 for its holidays."""

    id: str
    name: str
    segment: Segment
    zone: str
    country: str
    language: str
    domains: tuple[str, ...]
    contacts: tuple[Contact, ...]
    account_manager: str
    """The address of our account manager."""
    also_known_as: tuple[str, ...] = ()
    uses: str = ""
    """What they run on us, in their words: "214 stores, click-and-collect". Shown in letters."""
    renewal: date | None = None
    regulated: bool = False
    """Does an authority look over its shoulder, or is it a public body?"""
    region: str = ""
    partner_for: tuple[str, ...] = ()
    """The accounts that this partner may write for: partner of record."""
    ambiguous: tuple[str, ...] = ()
    """Those of its names that are ordinary words too: Orange, Target."""
    may_mention: tuple[str, ...] = ()
    """The accounts, by id or name, that letters to this one may name."""
    active: bool = True
    """Is it still in the account data? If not, nothing is written to it, and its names go on being guarded."""

    @property
    def names(self) -> tuple[str, ...]:
        """Everything by which it could be recognised in a text."""
        return tuple(dict.fromkeys((self.name, self.id, *self.domains, *self.also_known_as)))

    def contact(self, address: str) -> Contact | None:
        return next((c for c in self.contacts if c.address == address), None)


@dataclass(frozen=True, slots=True)
class Person:
    """One of ours. `away` are inclusive date ranges; `deputy` is an address or ""."""

    name: str
    address: str
    roles: tuple[str, ...]
    zone: str = "UTC"
    languages: tuple[str, ...] = ("en",)
    skills: tuple[str, ...] = ()
    phone: str = ""
    works_from: time = time(9)
    works_to: time = time(17)
    away: tuple[tuple[date, date], ...] = ()
    deputy: str = ""
    absences: tuple[Absence, ...] = ()
    """What was learnt beside the directory: see `Directory.staffed`."""

    def absent(self, now: datetime) -> bool:
        """Are they away at this aware instant, by the directory or by what was learnt since?"""
        day = now.astimezone(ZoneInfo(self.zone)).date()
        return any(first <= day <= last for first, last in self.away) or any(a.covers(now) for a in self.absences)

    def stand_in(self, now: datetime) -> str:
        """The address of whoever answers for them now: named for this absence, else their deputy."""
        return next((a.deputy for a in self.absences if a.deputy and a.covers(now)), self.deputy)


@dataclass(frozen=True)
class Directory:
    """All accounts and people, with the lookups that intake and letters need."""

    accounts: tuple[Account, ...] = ()
    people: tuple[Person, ...] = ()

    @cached_property
    def _ids(self) -> dict[str, Account]:
        return {a.id: a for a in self.accounts}

    @cached_property
    def _contacts(self) -> dict[str, tuple[Account, Contact]]:
        return {c.address: (a, c) for a in self.accounts for c in a.contacts}

    @cached_property
    def _domains(self) -> dict[str, Account]:
        return {d: a for a in self.accounts for d in a.domains}

    @cached_property
    def names(self) -> Names[Account]:
        """Every name, id and domain of every account, to be found in a text."""
        return Names((name, account) for account in self.accounts for name in account.names)

    @cached_property
    def _people(self) -> dict[str, Person]:
        return {p.address: p for p in self.people}

    def account(self, id: str) -> Account | None:
        return self._ids.get(id)

    def known_contact(self, address: str) -> tuple[Account, Contact] | None:
        """The account and contact with exactly this address, or None."""
        return self._contacts.get(address)

    def by_domain(self, domain: str) -> Account | None:
        """The account that owns this domain exactly, or a parent of it at a dot (T9)."""
        while domain:
            if found := self._domains.get(domain):
                return found
            domain = domain.partition(".")[2]
        return None

    @cached_property
    def _names(self) -> dict[str, list[tuple[str, Account]]]:
        """Accounts by the first word of their names, without the legal form at the end."""
        found: dict[str, list[tuple[str, Account]]] = {}
        for account in self.accounts:
            for name in (account.name, *account.also_known_as):
                plain = _LEGAL_FORM.sub("", " ".join(name.lower().split()))
                if len(plain) >= _SHORTEST_NAME:
                    found.setdefault(plain.split(maxsplit=1)[0], []).append((plain, account))
        return found

    def mentioned(self, text: str) -> Account | None:
        """The one account that a folded text names; None when it names none or several. A hint, no proof."""
        words = set(text.replace(",", " ").replace(".", " ").split())
        found = {
            a.id: a for w in words for name, a in self._names.get(w, ()) if f" {name} " in f" {_spaced_out(text)} "
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def person(self, address: str) -> Person | None:
        return self._people.get(address)

    def staffed(self, absences: Sequence[Absence]) -> "Directory":
        """The same directory, whose people are away as it was learnt as well."""
        if not absences:
            return self
        known = {a.person: tuple(x for x in absences if x.person == a.person) for a in absences}
        people = tuple(replace(p, absences=known[p.address]) if p.address in known else p for p in self.people)
        return Directory(self.accounts, people)

    def holders(self, role: str) -> Iterator[Person]:
        """Our people who have this role, in the order of the directory."""
        return (p for p in self.people if role in p.roles)

    def lookalike(self, domain: str) -> Account | None:
        """The account whose domain this one imitates: one edit away, or equal after look-alike
        letters are folded; None for a domain that is exactly somebody's.
        """
        if not domain or self.by_domain(domain):
            return None
        folded = _fold(domain)
        return next((a for d, a in self._domains.items() if _fold(d) == folded or _one_edit(d, domain)), None)


_SHORTEST_NAME = 5
_LEGAL_FORM = re.compile(
    r"[,\s]+(?:ab|ag|gmbh|se|sa|s\.a\.|sas|sarl|ltd\.?|llp|llc|inc\.?|plc|k\.k\.|kk|bv|b\.v\.|nv|oy|as|a/s|spa|s\.p\.a\.|srl|s\.l\.|kg|co\.?)$"
)


def _spaced_out(text: str) -> str:
    return re.sub(r"[^\w&]+", " ", text)


_TWINS = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "3": "e", "-": None, "а": "a", "е": "e", "о": "o"})


def _fold(domain: str) -> str:
    return domain.lower().translate(_TWINS).replace("rn", "m").replace("vv", "w")


def _one_edit(a: str, b: str) -> bool:
    """True when one letter inserted, removed, changed or swapped makes `a` into `b`."""
    if a == b or abs(len(a) - len(b)) > 1 or min(len(a), len(b)) < 6:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    left, right = a[start:], b[start:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped

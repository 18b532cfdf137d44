"""The seal on a timeline: each entry is bound to the one before it, so that a later change shows.

    digest = SHA-256 of the entry's salt and its payload
    link   = SHA-256 of the link before it and the digest

The last link of a subject is kept beside the timeline as its head. A changed, removed or inserted row breaks a
link. To erase an entry, its payload and salt are emptied and the digest stays: the chain holds, nobody can guess
the words back, and an entry written later must name the erased one. Whoever can write to the database can seal
everything anew; an export handed out earlier carries the head that gives them away.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import Entry

ERASED = "erased"
"""What an entry is called that names others whose words were erased; their ids are its evidence."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry as it is kept. `salt` is "" when its words were erased."""

    id: int
    entry: Entry
    salt: str
    digest: str
    link: str


@dataclass(frozen=True, slots=True)
class Chain:
    """All entries of a subject, oldest first, and the link that the last of them must have."""

    subject: Subject
    entries: Sequence[Sealed]
    head: str

    def erased(self) -> frozenset[int]:
        """The ids of the entries whose erasure a later entry states."""
        return frozenset(
            int(id)
            for s in self.entries
            if s.entry.what == ERASED and s.salt
            for id in s.entry.evidence.split()
            if id.isdecimal() and int(id) < s.id
        )


def digest(entry: Entry, salt: str) -> str:
    """The salted SHA-256 of everything an entry says, in hex."""
    e = entry
    instant = e.at.astimezone(UTC).isoformat()
    parts = (salt, e.subject.kind, str(e.subject.id), instant, e.what, e.said, e.who, e.rule, e.evidence, e.playbook)
    return hashlib.sha256("".join(f"{len(p)}:{p}" for p in parts).encode()).hexdigest()


def link(before: str, digest: str) -> str:
    """The link of an entry to the one before it; "" comes before the first."""
    return hashlib.sha256(f"{before}\n{digest}".encode()).hexdigest()


def faults(chain: Chain) -> list[str]:
    """A sentence for each place where the chain does not hold; none when it does."""
    erased, before, found = chain.erased(), "", []
    for s in chain.entries:
        name = f"{_name(chain.subject)}, entry {s.id} ({s.entry.what}, {_minute(s.entry.at)})"
        if s.salt and digest(s.entry, s.salt) != s.digest:
            found.append(f"{name} was changed after it was written")
        elif not s.salt and (s.id not in erased or s.entry.said or s.entry.evidence or s.entry.who):
            found.append(f"{name} lost its words, and no entry says that they were erased")
        if link(before, s.digest) != s.link:
            found.append(f"{name} does not follow the entry before it: one was removed, inserted or replaced")
        before = s.link
    if before != chain.head:
        found.append(f"{_name(chain.subject)}: the last entries were removed, or written past the chain")
    return found


def check(chains: Iterable[Chain]) -> list[str]:
    """What does not hold in any of the chains."""
    return [fault for chain in chains for fault in faults(chain)]


def _name(subject: Subject) -> str:
    return f"ESC-{subject.id}" if subject.kind == "case" else f"{subject.kind} {subject.id}"


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"

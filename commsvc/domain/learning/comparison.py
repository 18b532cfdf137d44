"""Two replays of the same mail beside each other, and what a person should look at first."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from commsvc.domain.learning.replay import Result

EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Pair:
    """One mail under the old rules and the new ones."""

    old: Result
    new: Result

    @property
    def changed(self) -> bool:
        return self.old != self.new

    @property
    def size(self) -> tuple[int, int]:
        """How much changes, and the mail for a steady order: verdict first, then breaches, owner, nights, letters."""
        levels = [r.severity.level if r.severity else 5 for r in (self.old, self.new)]
        size = 20 * abs(levels[0] - levels[1]) + 8 * len(_apart(self.old.late, self.new.late))
        size += 5 * (self.old.owner != self.new.owner) + 3 * (self.old.category != self.new.category)
        return size + abs(self.old.nights - self.new.nights) + len(
            _apart(self.old.letters, self.new.letters)
        ), -self.old.mail

    def __str__(self) -> str:
        """In words: the case, and each thing that is different."""
        old, new = self.old, self.new
        parts = [f"{_level(old)} → {_level(new)}"] if old.severity != new.severity else []
        parts += [f"{old.category} → {new.category}"] if old.category != new.category else []
        parts += [f"owner {old.owner or 'none'} → {new.owner or 'none'}"] if old.owner != new.owner else []
        parts += _difference("late", old.late, new.late) + _difference("letter", old.letters, new.letters)
        parts += [f"pages at night {old.nights} → {new.nights}"] if old.nights != new.nights else []
        return f"{old.ref} {old.about}: {'; '.join(parts)}"


@dataclass(frozen=True)
class Comparison:
    """`unread`: mails that could not be read again. `unknown`: cases only the new rules open, with no deeds on record."""

    pairs: tuple[Pair, ...]
    unread: int = 0
    unknown: int = 0

    @property
    def severities(self) -> Counter[str]:
        """How many mails move from one level to another, by "SEV3 → SEV2"."""
        moved = (p for p in self.pairs if p.old.severity != p.new.severity)
        return Counter(f"{_level(p.old)} → {_level(p.new)}" for p in moved)

    @property
    def owners(self) -> Counter[str]:
        """How many cases change hands, by "from → to"."""
        return Counter(
            f"{p.old.owner or 'none'} → {p.new.owner or 'none'}" for p in self.pairs if p.old.owner != p.new.owner
        )

    @property
    def letters(self) -> Counter[str]:
        """How many more (or fewer, below zero) of each letter; those that stay equal are left out."""
        return self._balance(lambda r: r.letters)

    @property
    def breaches(self) -> Counter[str]:
        """How many more promises of each kind would have been late."""
        return self._balance(lambda r: r.late)

    @property
    def nights(self) -> tuple[int, int]:
        """Pages between 22:00 and 07:00 of whoever is paged: old, new."""
        return sum(p.old.nights for p in self.pairs), sum(p.new.nights for p in self.pairs)

    @property
    def examples(self) -> Sequence[Pair]:
        """The ten largest changes."""
        return sorted((p for p in self.pairs if p.changed), key=lambda p: p.size, reverse=True)[:EXAMPLES]

    def _balance(self, of: Callable[[Result], Iterable[str]]) -> Counter[str]:
        total: Counter[str] = Counter(x for p in self.pairs for x in of(p.new))
        total.subtract(x for p in self.pairs for x in of(p.old))
        return Counter({k: n for k, n in total.items() if n})


def report(found: Comparison) -> list[str]:
    """What a person reads, line by line; the sums first, then the ten largest examples."""
    changed = sum(p.changed for p in found.pairs)
    out = [f"{len(found.pairs)} mails replayed, {changed} would end otherwise."]
    if found.unread:
        out.append(f"{found.unread} could not be read again (erased, or unreadable) and are left out.")
    if found.unknown:
        out.append(f"{found.unknown} cases have no deeds on record: their clocks are not counted.")
    for head, counted in (("Severity", found.severities), ("Owner", found.owners)):
        out += [f"{head}: {what}: {n}" for what, n in counted.most_common()]
    for head, balance in (("Letters", found.letters), ("Late promises", found.breaches)):
        out += [f"{head}: {n:+d} {what.replace('_', ' ')}" for what, n in sorted(balance.items())]
    old, new = found.nights
    out.append(f"Pages at night: {old} → {new}" if old != new else f"Pages at night: {old}, as before")
    if found.examples:
        out += ["The largest changes:", *(f"  {pair}" for pair in found.examples)]
    return out


def _level(result: Result) -> str:
    return result.severity.value if result.severity else "no escalation"


def _apart(old: Sequence[str], new: Sequence[str]) -> list[str]:
    return [*(Counter(old) - Counter(new)).elements(), *(Counter(new) - Counter(old)).elements()]


def _difference(name: str, old: Sequence[str], new: Sequence[str]) -> list[str]:
    more, less = Counter(new) - Counter(old), Counter(old) - Counter(new)
    signs = [f"+{x.replace('_', ' ')}" for x in more.elements()] + [f"−{x.replace('_', ' ')}" for x in less.elements()]
    return [f"{name} {', '.join(signs)}"] if signs else []

"""What an import of accounts would change, and whether it looks like an accident."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from commsvc.domain.case.directory import Account

_LARGE = 0.2
_FEW = 2


@dataclass(frozen=True, slots=True)
class Sync:
    """The accounts after an import, and their ids by what becomes of them."""

    accounts: tuple[Account, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    """Not in the file: they become inactive. Their names go on being guarded, nothing is written to them."""
    before: int
    """How many were active."""

    @property
    def shrinks(self) -> bool:
        """Does more vanish than a week brings? Then somebody cut the file."""
        return len(self.gone) > max(_FEW, self.before * _LARGE)


def sync(known: Iterable[Account], found: Iterable[Account]) -> Sync:
    """Compare what was imported before with what a file says now."""
    old: Mapping[str, Account] = {a.id: a for a in known}
    new: Mapping[str, Account] = {a.id: a for a in found}
    gone = tuple(id for id, a in old.items() if id not in new and a.active)
    kept = tuple(replace(a, active=False) for id, a in old.items() if id not in new)
    return Sync(
        (*new.values(), *kept), tuple(id for id in new if id not in old),
        tuple(id for id, a in new.items() if id in old and old[id] != a), gone, sum(a.active for a in old.values()),
    )  # fmt: skip

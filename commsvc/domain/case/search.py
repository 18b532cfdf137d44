"""What somebody looks for among cases."""

from dataclasses import dataclass

from commsvc.domain.case.case import Stage
from commsvc.domain.playbook.words import Severity


@dataclass(frozen=True, slots=True)
class Search:
    """Conditions that all must hold; an empty one always does."""

    words: str = ""
    """In the subject, the contact's address or the case's number, whatever their case."""
    accounts: frozenset[str] = frozenset()
    """Or of one of these accounts, whose names fit the words."""
    stages: tuple[Stage, ...] = ()
    severity: Severity | None = None
    owner: str = ""
    person: str = ""
    """Who owns it or backs it up."""
    account: str = ""
    only: frozenset[str] = frozenset()
    """Only cases of these accounts; none is all of them."""
    before: int = 0
    """Only cases older than the one with this id: the next page of a list, newest first."""
    reader: str = ""
    """Who looks, when restricted cases are for their owner and backup alone; "" sees them all."""

    @property
    def number(self) -> int:
        """The case that the words name, as in `ESC-12` or `12`; 0 when they name none."""
        return numbered(self.words)


_LONGEST = 16


def numbered(ref: str) -> int:
    """The number of a case written as `ESC-12`, `esc-12` or `12`; 0 for anything else."""
    digits = ref.strip().upper().removeprefix("ESC-")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < _LONGEST else 0

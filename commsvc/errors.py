"""What can go wrong, as the caller has to tell it apart.

Trouble                     anything of ours; its text is a plain sentence for a person
├── Temporary               the same call may succeed later: lost connection, 4xx, locked
├── Permanent               it will never succeed: 5xx, refused
├── Uncertain               it may have happened: no answer after the final dot
├── Missing                 there is no such row
├── Stale                   somebody else was first: the row has moved on
└── Misconfigured           config, rules or templates are wrong; carries every problem
"""

from collections.abc import Sequence
from dataclasses import dataclass


class Trouble(Exception):
    """Anything that is ours to explain."""


class Temporary(Trouble):
    """Try again later."""


class Permanent(Trouble):
    """Do not try again."""


class Uncertain(Trouble):
    """It may or may not have happened; never repeat it blindly."""


class Missing(Trouble, LookupError):
    """There is no row with this id."""


class Stale(Trouble):
    """The row was changed or claimed by another worker since it was read."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a file that people edit: where it is, what is wrong, what was expected."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


class Misconfigured(Trouble):
    """The whole set is refused; every problem is listed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)

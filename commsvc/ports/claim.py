"""A row that one worker holds."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Claim(Generic[T]):
    """A row that this worker holds until its lease ends. Writing with an old fence raises `Stale`."""

    row: T
    attempts: int
    fence: int

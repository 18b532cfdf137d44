"""Versions of the rules over time."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeptPlaybook:
    """A version of the rules that was once in force, and since when."""

    digest: str
    version: str
    loaded_at: datetime

"""A fault in the rules, named by file and key so that its line can be shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    file: str
    path: tuple[object, ...]
    what: str

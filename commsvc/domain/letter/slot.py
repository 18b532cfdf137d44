"""What a slot of a letter may hold, and who may read it.

Every slot is declared once, with its kind and its disclosure class; its value is checked and spelled
by its kind, in the reader's language and zone, before a template sees it. A template never formats.

Errors: BadSlot, which names the slot and stops the letter (practice.md part 4).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from commsvc.domain.case.directory import Person
from commsvc.domain.letter.draft import Reader, Scene
from commsvc.domain.letter.facts import Disclosure
from commsvc.domain.letter.when import number, spell, spell_range
from commsvc.domain.letter.wording import role_name

ORDER = (Disclosure.PUBLIC, Disclosure.CUSTOMER, Disclosure.INTERNAL, Disclosure.RESTRICTED)


class BadSlot(Exception):
    """A letter cannot be written because of one slot. `slot` is its name."""

    def __init__(self, slot: str, why: str) -> None:
        super().__init__(f"the slot {slot} {why}")
        self.slot = slot


class MissingSlot(BadSlot):
    """The value is not known."""

    def __init__(self, slot: str) -> None:
        super().__init__(slot, "has no value")


class Kind(Enum):
    """What a value is, in words that finish "must be"."""

    TEXT = "a text of one line"
    WORDS = "a text, its line breaks kept"
    TIME = "an instant with its zone"
    RANGE = "two instants, the earlier first"
    NUMBER = "a number"
    LIST = "a list of texts"
    ROWS = "a list of rows, each with named texts, instants or numbers"
    PERSON = "one of our people"
    LINK = "a web address"


@dataclass(frozen=True, slots=True)
class Slot:
    """One declared slot. `value` computes it from the scene; None or empty: not known."""

    kind: Kind
    disclosure: Disclosure
    value: Callable[[Scene], object]

    def within(self, limit: Disclosure) -> bool:
        """May it stand in a letter of this class?"""
        return ORDER.index(self.disclosure) <= ORDER.index(limit)


def spelled(name: str, kind: Kind, value: object, reader: Reader) -> object:
    """The value as the reader's language writes it. Raises BadSlot when it is not of its kind."""
    fits, write = _KINDS[kind]
    if not fits(value):
        raise BadSlot(name, f"must be {kind.value}, not {value!r:.60}")
    return write(value, reader)


def empty(value: object) -> bool:
    """Is nothing known? Zero is a value."""
    return value is None or value in ("", [], ())


def _line(value: str) -> str:
    """One line: what somebody wrote can never begin a paragraph, a heading or a list of ours."""
    return " ".join(value.split())


def _cell(value: object, reader: Reader) -> str:
    if isinstance(value, datetime):
        return spell(value, reader.zone, reader.language)
    return (
        number(value, reader.language) if isinstance(value, int | float) else _line(str(value or "")).replace("|", "/")
    )


def _aware(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


def _texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(x, str) for x in value)


def _rows(value: object) -> bool:
    cells = (str, int, float, datetime, type(None))
    return isinstance(value, list | tuple) and all(
        isinstance(row, Mapping) and all(isinstance(cell, cells) for cell in row.values()) for row in value
    )


def _span(value: object) -> bool:
    return isinstance(value, Sequence) and len(value) == 2 and all(map(_aware, value)) and value[0] <= value[1]


def _person(p: Person, reader: Reader) -> str:
    reach = " · ".join(x for x in (p.phone, p.address) if x)
    return f"{p.name}, {role_name(p, reader.language)} ({reach})"


_Write = Callable[..., object]
_KINDS: Mapping[Kind, tuple[Callable[[object], bool], _Write]] = {
    Kind.TEXT: (lambda v: isinstance(v, str), lambda v, _: _line(v)),
    Kind.WORDS: (lambda v: isinstance(v, str), lambda v, _: v.strip()),
    Kind.TIME: (_aware, lambda v, r: spell(v, r.zone, r.language)),
    Kind.RANGE: (_span, lambda v, r: spell_range(v[0], v[1], r.zone, r.language)),
    Kind.NUMBER: (lambda v: isinstance(v, int | float), lambda v, r: number(v, r.language)),
    Kind.LIST: (_texts, lambda v, _: [_line(x) for x in v]),
    Kind.ROWS: (_rows, lambda v, r: [{k: _cell(c, r) for k, c in row.items()} for row in v]),
    Kind.PERSON: (lambda v: isinstance(v, Person), _person),
    Kind.LINK: (
        lambda v: isinstance(v, str) and v.startswith(("https://", "http://", "mailto:")),
        lambda v, _: _line(v),
    ),
}

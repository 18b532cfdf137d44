"""The state of a case, rebuilt from its timeline alone.

Entries go in, in their order; out come the severity, the stage, the owner, and every promise with its due time, to the
minute, and how it ended. What the tables say must be the same: `differences` names where it is not. Entries whose words
were erased rebuild nothing, so a case of somebody who was erased is not compared.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from commsvc.domain.case.case import Case
from commsvc.domain.promise import timeline
from commsvc.domain.promise.promise import Promise, State
from commsvc.domain.promise.timeline import Entry

_TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d"
_PROMISE = re.compile(rf"(\w+) by ({_TIME}) UTC(?:, no longer ({_TIME}) UTC)?")
_OUTCOMES = {f"promise {s.value}" if s is not State.VOID else s.value: s for s in State if s is not State.OPEN}


@dataclass(frozen=True, slots=True, order=True)
class Owed:
    """One promise: its kind, when it is due, as `2026-11-23 14:30` in UTC, and where it stands."""

    kind: str
    due: str
    state: str = State.OPEN.value


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands."""

    severity: str = ""
    stage: str = ""
    owner: str = ""
    promises: tuple[Owed, ...] = field(default=())


def fold(entries: Iterable[Entry]) -> Standing:
    """How a case stands after these entries of its timeline."""
    standing = Standing()
    for entry in entries:
        standing = _after(standing, entry)
    return replace(standing, promises=tuple(sorted(standing.promises)))


def standing(case: Case, promises: Iterable[Promise]) -> Standing:
    """How a case stands by its rows."""
    owed = (Owed(p.kind.value, f"{p.due_at:%Y-%m-%d %H:%M}", p.state.value) for p in promises)
    return Standing(case.severity.value, case.stage.value, case.owner, tuple(sorted(owed)))


def differences(entries: Sequence[Entry], case: Case, promises: Iterable[Promise]) -> Iterator[str]:
    """Where the timeline and the rows of a case say different things, in words; nothing where they agree."""
    told, kept = fold(entries), standing(case, promises)
    for name in ("severity", "stage", "owner"):
        if getattr(told, name) != getattr(kept, name):
            yield f"{case.ref}: the {name} is {getattr(kept, name)}, its timeline says {getattr(told, name) or 'nothing'}"
    for owed in sorted({*told.promises} ^ {*kept.promises}):
        where = "only in its timeline" if owed in told.promises else "not in its timeline"
        yield f"{case.ref}: {owed.kind} by {owed.due} UTC, {owed.state}, is {where}"


def _after(before: Standing, entry: Entry) -> Standing:
    what, said = entry.what, entry.said
    if what in (timeline.MOVED, timeline.RAISED, timeline.CHANGED_HANDS):
        name = {timeline.MOVED: "stage", timeline.RAISED: "severity"}.get(what, "owner")
        return replace(before, **{name: said.partition(": ")[0].rpartition(" to ")[2]})  # type: ignore[arg-type]
    if what == timeline.RATED:
        return replace(before, severity=said[:4])
    if what == timeline.OWNED:
        return replace(before, owner=said.partition(": ")[0])
    found = _PROMISE.match(said)
    return replace(before, promises=_owed(before.promises, what, *found.groups())) if found else before


def _owed(promises: tuple[Owed, ...], what: str, kind: str, due: str, earlier: str | None) -> tuple[Owed, ...]:
    if what in (timeline.PROMISED, timeline.REOPENED):
        return (*promises, Owed(kind, due))
    if what == timeline.BROUGHT_FORWARD and earlier is not None:
        return _changed(promises, Owed(kind, earlier), Owed(kind, due))
    if what in _OUTCOMES:
        return _changed(promises, Owed(kind, due), Owed(kind, due, _OUTCOMES[what].value))
    return promises


def _changed(promises: tuple[Owed, ...], old: Owed, new: Owed) -> tuple[Owed, ...]:
    """The same promises, one `old` of which is `new`."""
    if old not in promises:
        return promises
    at = promises.index(old)
    return (*promises[:at], new, *promises[at + 1 :])

"""What differs between two playbooks, in sentences: what changes, for whom.

Every value of both is compared, so that a playbook differs exactly when there is a sentence. A change is
major when it moves what counts as an escalation, what may go out unseen or who approves; minor when anything
else happens differently; a patch when only reasons, owners or dates of review do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from pydantic import BaseModel

from commsvc.domain.playbook.approvers import in_words
from commsvc.domain.playbook.criteria import When
from commsvc.domain.playbook.entry import RuleFile
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.playbook.span import Clock, Span

Path = tuple[str, ...]


class Weight(Enum):
    """Which part of the version a change moves."""

    PATCH = 0
    MINOR = 1
    MAJOR = 2


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `path`: the file, then the keys and ids that lead to it."""

    path: Path
    said: str
    weight: Weight


def changes(old: Playbook, new: Playbook) -> list[Change]:
    """Every difference, file by file."""
    before, after = _flat(old), _flat(new)
    out = []
    for path in dict.fromkeys((*before, *after)):
        was, now = before.get(path), after.get(path)
        if was != now and path[-1] != "version":
            out.append(Change(path, _sentence(path, was, now), _weight(path)))
    return out


def least_version(old: Playbook, found: Iterable[Change]) -> str:
    """The lowest version that `new` may carry after these changes; the old one when there are none."""
    major, minor, patch = map(int, old.version.split("."))
    weight = max((c.weight.value for c in found), default=-1)
    return {2: f"{major + 1}.0.0", 1: f"{major}.{minor + 1}.0", 0: f"{major}.{minor}.{patch + 1}"}.get(
        weight, old.version
    )


def leaves(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    """Every value of a playbook by its path, in words."""
    return ((path, _shown(value)) for path, value in _flat(playbook).items())


def spoken(span: Span) -> str:
    """A span in words: "30 minutes", "8 business hours", "4 hours of weekdays"."""
    digits = "".join(c for c in span.written.partition("/")[0] if c.isdigit())
    unit = span.written.partition("/")[0][len(digits) :]
    word = {"m": "minute", "h": "hour", "d": "day", "w": "week", "bd": "day"}[unit] + ("" if digits == "1" else "s")
    if span.clock is Clock.BUSINESS:
        return f"{digits} business {word}"
    return f"{digits} {word}" + (" of weekdays" if span.clock is Clock.WEEKDAYS else "")


def _flat(playbook: Playbook) -> dict[Path, object]:
    out: dict[Path, object] = {}
    for name in type(playbook).model_fields:
        if isinstance(head := getattr(playbook, name), RuleFile):
            out.update(_leaves((name,), _fields(head)))
    return out


def _leaves(path: Path, value: object) -> Iterator[tuple[Path, object]]:
    """Values by their path. An entry with an id is found by it wherever it stands; its place is a value as well."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves((*path, key.value if isinstance(key, Enum) else str(key)), inner)
    elif isinstance(value, When | Span) or value is None or isinstance(value, str):
        yield path, value
    elif _keyed(value):
        yield (*path, "order"), tuple(entry.id for entry in value)  # type: ignore[attr-defined]
        for entry in value:  # type: ignore[attr-defined]
            yield from _leaves((*path, entry.id), {k: v for k, v in _fields(entry).items() if k != "id"})
    elif isinstance(value, BaseModel):
        yield from _leaves(path, _fields(value))
    else:
        yield path, value


def _fields(value: BaseModel) -> dict[str, object]:
    """What the file says, without what was made ready from it."""
    return {name: getattr(value, name) for name in type(value).model_fields}


def _keyed(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and all(hasattr(v, "id") for v in value)


_PATCH = frozenset(["reason", "owner", "review_by"])
_MAJOR = frozenset(["approvals", "escalation", "guardrails"])


def _weight(path: Path) -> Weight:
    if path[-1] in _PATCH:
        return Weight.PATCH
    return Weight.MAJOR if path[0] in _MAJOR else Weight.MINOR


_TIMES = {"first_human": "first answer", "update": "time between updates"}


def _sentence(path: Path, was: object, now: object) -> str:
    if path[0] == "timelines" and path[1] in _TIMES:
        return f"{path[2]} {_TIMES[path[1]]} for {path[3]}: {_shown(was)} → {_shown(now)}"
    if path[:2] == ("approvals", "letter"):
        return f"{path[3]} {path[2].replace('_', ' ')}, approved by: {_approver(was)} → {_approver(now)}"
    name = " ".join(p.replace("_", " ") if p == p.lower() else p for p in (path[0], *path[1:]))
    if path[-1] == "order" and isinstance(was, tuple) and isinstance(now, tuple):
        return _entries(" ".join(path[:-1]), was, now)
    if isinstance(was, tuple) and isinstance(now, tuple) and all(isinstance(x, str) for x in (*was, *now)):
        return _entries(name, was, now)
    return f"{name}: {_shown(was)} → {_shown(now)}"


def _entries(name: str, was: Sequence[object], now: Sequence[object]) -> str:
    gone, new = [str(x) for x in was if x not in now], [str(x) for x in now if x not in was]
    parts = [f"{len(new)} added ({', '.join(new)})"] * bool(new) + [f"{len(gone)} removed ({', '.join(gone)})"] * bool(
        gone
    )
    return f"{name}: {'; '.join(parts) or 'another order: ' + ', '.join(map(str, now))}"


def _approver(roles: object) -> str:
    if roles == "auto":
        return "the rule itself, nobody is asked"
    return in_words(str(roles)) if roles else "nobody, it may not be sent"


def _shown(value: object) -> str:
    if value in (None, "", ()):
        return "none"
    if isinstance(value, Span):
        return spoken(value)
    if isinstance(value, When):
        parts = [f"{how} {', '.join(names)}" for how, names in
                 (("all of", value.all), ("any of", value.any), ("none of", value.none)) if names]  # fmt: skip
        return "; ".join(parts) or "always"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return ", ".join(_step(v) for v in value)
    return str(value)


def _step(value: object) -> str:
    """A step of a chain as a person says it; anything else as it is."""
    at, to, action = (getattr(value, k, None) for k in ("at", "to", "action"))
    if at is None:
        return _shown(value) if not isinstance(value, tuple) else str(value)
    return f"{at} {' and '.join([*(to or ()), *([action.value] if action else [])])}"

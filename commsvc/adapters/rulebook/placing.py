"""Where in a rule file a fault is, and what to say of it: the line of a key, and the known key nearest to an unknown one."""

import difflib
import re
import typing
from collections.abc import Mapping

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from commsvc.domain.playbook.rules import Playbook
from commsvc.errors import Problem


def problem(error: ErrorDetails, files: Mapping[str, str], where: str) -> Problem:
    """One fault that the types found, as a sentence with its place."""
    path = error["loc"]
    file = f"{path[0]}.toml" if path else ""
    inside = tuple(p for p in path[1:] if p != "[key]")
    return Problem(f"{where}/{file}", line(files.get(file, ""), inside), _sentence(error, path, inside))


def _sentence(error: ErrorDetails, path: tuple[object, ...], inside: tuple[object, ...]) -> str:
    shown, got = ".".join(map(str, inside)), error.get("input")
    if error["type"] == "extra_forbidden":
        known = _keys(path[:-1])
        near = difflib.get_close_matches(str(path[-1]), known, 1, 0.5)
        return f"{shown}: unknown key; " + (f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}")
    if error["type"] == "missing":
        return f"{shown}: this key is missing"
    said = f"{shown}: {str(error['msg']).removeprefix('Value error, ')}"
    return f"{said} (found {got!r})" if isinstance(got, str | int | float) else said


def _keys(path: tuple[object, ...]) -> list[str]:
    """The keys that the types know at this place."""
    here: object = Playbook
    for part in path:
        if isinstance(part, int):
            continue
        model = _model(here)
        here = model.model_fields[str(part)].annotation if model and str(part) in model.model_fields else here
    found = _model(here)
    return sorted(found.model_fields) if found else []


def _model(annotation: object) -> type[BaseModel] | None:
    """The model inside `Model`, `tuple[Model, ...]`, `dict[str, Model]` or `Model | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in typing.get_args(annotation) if (m := _model(a))), None)


def line(text: str, path: tuple[object, ...]) -> int:
    """The line of a key in a TOML text: `("rule", 3, "when")` is `when` in the fourth `[[rule]]`.

    When the exact key cannot be found the nearest one above it is named.
    """
    lines = text.splitlines()
    at = 0
    for n, part in enumerate(path):
        if isinstance(part, int):
            continue
        index = path[n + 1] if n + 1 < len(path) and isinstance(path[n + 1], int) else None
        found = _find(lines, at, str(part), index)
        if found is None:
            break
        at = found
    return at + 1 if text else 0


_TABLE = re.compile(r"\s*\[")


def _find(lines: list[str], start: int, key: str, index: object) -> int | None:
    header = re.compile(rf"\s*\[\[?\s*(?:[\w.\"-]+\.)?\"?{re.escape(key)}\"?\s*\]")
    assignment = re.compile(rf"\s*\"?{re.escape(key)}\"?\s*=")
    nth = index if isinstance(index, int) else 0
    if hits := [n for n in range(start, len(lines)) if header.match(lines[n])]:
        return hits[min(nth, len(hits) - 1)]
    ends = next((n for n in range(start + 1, len(lines)) if _TABLE.match(lines[n])), len(lines))
    at = next((n for n in range(start, ends) if assignment.match(lines[n])), None)
    if at is None or not lines[at].rstrip().endswith("["):
        return at
    entries = [n for n in range(at + 1, len(lines)) if lines[n].lstrip().startswith("{")]
    return entries[min(nth, len(entries) - 1)] if entries else at

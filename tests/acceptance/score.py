"""How one printed line compares with what the sidecar of its mail expects: pure, field by field.

Hard fields must match or be among `acceptable`; soft ones have a tolerance (the mails' README).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

RISKS = ("low", "medium", "high", "critical")
_UNITS = {"D": "days", "H": "hours", "M": "minutes", "S": "seconds"}
_DURATION = re.compile(r"P(?:(\d+)(D))?(?:T(?:(\d+)(H))?(?:(\d+)(M))?(?:(\d+)(S))?)?")


@dataclass(frozen=True, slots=True)
class Check:
    """One field of one mail."""

    file: str
    field: str
    hard: bool
    right: bool
    wanted: object
    got: object

    def __str__(self) -> str:
        return f"{self.file} {'hard' if self.hard else 'soft'} {self.field}: wanted {self.wanted!r}, got {self.got!r}"


def compare(sidecar: Mapping[str, Any], got: Mapping[str, Any] | None) -> list[Check]:
    """Every field of one mail. A mail that was not printed misses them all."""
    return [*_hard(sidecar, got or {}), *_soft(sidecar, got or {})]


def swapped(sidecars: Mapping[str, Mapping[str, Any]], order: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """The sidecars for this order: of a mail and its duplicate the first creates, the second joins."""
    out = dict(sidecars)
    for file, sidecar in sidecars.items():
        named = re.search(r"mail (\w+)", str(sidecar["expected"].get("merge_target") or ""))
        original = next((f for f, s in sidecars.items() if named and s["id"] == named[1]), None)
        if original and file in order and original in order and order.index(file) < order.index(original):
            out[file] = _turned(sidecar, sidecars[original])
            out[original] = _turned(sidecars[original], sidecar)
    return out


def _turned(sidecar: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    role = {k: other["expected"][k] for k in ("category", "disposition", "auto_reply")}
    return {**sidecar, "expected": {**sidecar["expected"], **role}, "swapped": True}


def _hard(sidecar: Mapping[str, Any], got: Mapping[str, Any]) -> Iterator[Check]:
    for field in ("is_escalation", "category", "disposition", "severity", "account.id", "language", "holds",
                  "auto_reply.allowed"):  # fmt: skip
        if sidecar.get("swapped") and field == "severity":
            continue
        wanted, found = _at(sidecar["expected"], field), _at(got, field)
        choices = [wanted, *sidecar["acceptable"].get(field, [])]
        if field == "holds":
            right = isinstance(found, list) and any(set(found) == set(c) for c in _sets(choices))
        else:
            right = "file" in got and found in choices
        yield Check(sidecar["file"], field, True, right, wanted, found)


def _sets(choices: Sequence[Any]) -> list[Sequence[str]]:
    return [c if isinstance(c, list) else [c] for c in choices]


def _soft(sidecar: Mapping[str, Any], got: Mapping[str, Any]) -> Iterator[Check]:
    if sidecar.get("swapped"):
        return
    want, printed = sidecar["expected"], "file" in got
    areas = [want["product_area"], *want.get("secondary_areas", []), *sidecar["acceptable"].get("product_area", [])]
    rows = [
        ("product_area", got.get("product_area") in areas),
        ("sentiment", _near(want["sentiment"], got.get("sentiment"))),
        ("relationship_risk", _risk(want["relationship_risk"], got.get("relationship_risk"), sidecar)),
        ("missing_info", _f1(want["missing_info"], got.get("missing_info")) >= 0.7),
        ("next_best_action", _action(want["next_best_action"], got.get("next_best_action"))),
    ]
    for field, right in rows:
        yield Check(sidecar["file"], field, False, printed and right, want[field], got.get(field))


def _near(want: Mapping[str, Any], got: Mapping[str, Any] | None) -> bool:
    score = (got or {}).get("score")
    if want["score"] is None or score is None:
        return want["score"] is score is None
    return bool(abs(float(want["score"]) - float(score)) <= float(want["tolerance"]) + 1e-9)


def _risk(want: str, got: str | None, sidecar: Mapping[str, Any]) -> bool:
    if got in (want, *sidecar["acceptable"].get("relationship_risk", [])):
        return True
    return want in RISKS and got in RISKS and abs(RISKS.index(want) - RISKS.index(got)) <= 1


def _f1(want: Sequence[str], got: Sequence[str] | None) -> float:
    if not want and not got:
        return 1.0
    both = len(set(want) & set(got or ()))
    return 2 * both / (len(set(want)) + len(set(got or ())))


def _action(want: Mapping[str, Any], got: Mapping[str, Any] | None) -> bool:
    if not got or got.get("owner_role") != want["owner_role"]:
        return False
    return duration(str(got["due_after_receipt"])) <= duration(want["due_after_receipt"])


def duration(written: str) -> timedelta:
    """An ISO 8601 duration. Raises ValueError for anything else."""
    found = _DURATION.fullmatch(written)
    if not found:
        raise ValueError(f"expected a duration such as PT15M, not {written!r}")
    parts = found.groups()
    return timedelta(**{_UNITS[u]: int(n) for n, u in zip(parts[::2], parts[1::2], strict=True) if n and u})


def _at(value: Mapping[str, Any], path: str) -> Any:
    for key in path.split("."):
        value = (value or {}).get(key)  # type: ignore[assignment]
    return value

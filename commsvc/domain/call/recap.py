"""Notes of a call, as its owner mails them: what was agreed, who does what by when, what is open."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ACTION = re.compile(r"(?P<who>[^:?]{2,40}):\s+(?P<what>.+?)(?:\s+(?:by|until|bis|avant|antes de)\s+(?P<by>.+))?")
_MARK = re.compile(r"^[-*•·]\s*")


@dataclass(frozen=True, slots=True)
class Recap:
    """The lines of the notes by what they are."""

    agreed: Sequence[str]
    actions: Sequence[dict[str, str]]
    """`who`, `what`, `by`."""
    open_points: Sequence[str]


def read_notes(text: str) -> Recap:
    """Read notes, one line a thing: “Who: what by when” is an action, a line that begins with ? is open, any other is agreed."""
    agreed: list[str] = []
    actions: list[dict[str, str]] = []
    open_points: list[str] = []
    for line in (_MARK.sub("", raw.strip()) for raw in text.splitlines()):
        if line.startswith("?"):
            open_points.append(line.lstrip("? "))
        elif found := _ACTION.fullmatch(line):
            actions.append(
                {"who": found["who"], "what": found["what"].rstrip("."), "by": (found["by"] or "open").rstrip(".")}
            )
        elif line:
            agreed.append(line)
    return Recap(agreed, actions, open_points)

"""Whom a change of the rules concerns: the roles it names, then those its entry names, else whoever owns cases.

A change of reasons, owners and dates of review concerns the role that answers for the file, and nobody else.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from commsvc.domain.playbook.changes import Change, Path, Weight, changes, leaves
from commsvc.domain.playbook.rules import Playbook

_ON_A_CASE = frozenset(["owner", "backup", "deputy", "receiver"])
"""Places on a case: whoever owns cases may come to stand there."""
_ENTRY = 3
"""So many keys lead to one entry: the file, the list, the id."""


def concerned(old: Playbook, new: Playbook) -> Mapping[str, tuple[Change, ...]]:
    """The changes by the role they concern, each in the order of the files."""
    said = [leaf for playbook in (old, new) for leaf in leaves(playbook)]
    roles = frozenset(r.id for playbook in (old, new) for r in playbook.ownership.role)
    found: dict[str, list[Change]] = {}
    for change in changes(old, new):
        for role in sorted(_concerned(change, said, new) & roles):
            found.setdefault(role, []).append(change)
    return {role: tuple(theirs) for role, theirs in found.items()}


def _concerned(change: Change, said: Sequence[tuple[Path, str]], new: Playbook) -> frozenset[str]:
    if change.weight is Weight.PATCH:
        return frozenset(head.owner for file, head in new.heads() if file == f"{change.path[0]}.toml")
    roles = frozenset(r.id for r in new.ownership.role) | _ON_A_CASE
    owners = frozenset(new.ownership.owner_roles)
    itself = _named([*change.path, *(words for path, words in said if path == change.path)])
    entry = change.path[:_ENTRY]
    beside = _named(words for path, words in said if path[:_ENTRY] == entry and path[-1] != "reason")
    named = next((n for n in (itself, beside) if n & roles), owners)
    return named | owners if named & _ON_A_CASE else named


def _named(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))

"""Mood and relationship risk: from the facts of a mail, by the points of the playbook (practice.md 2.3)."""

from collections.abc import Iterable

from commsvc.domain.case.case import Case
from commsvc.domain.playbook.criteria import Bearing
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.playbook.span import Span
from commsvc.domain.playbook.words import Severity

LEVELS = ("unknown", "low", "medium", "high", "critical")
SILENT_AT = -0.6
"""From this mood on a person leads the conversation and nothing automatic is said (practice.md 3.6)."""
CALM_AT = -0.2


def sentiment(facts: frozenset[str], playbook: Playbook, route: str) -> float | None:
    """The mood of a mail from -1 to 1: the sum of what its facts add; None where a machine speaks."""
    if route == "append_and_alert" or "mail_is_automatic" in facts:
        return None
    total = sum(f.sentiment for f in playbook.phrases.fact if f.id in facts)
    return round(max(-1.0, min(1.0, total)), 2)


def points(facts: frozenset[str], severity: Severity | None, score: float | None, open_cases: Iterable[Case],
           bearing: Bearing | None, playbook: Playbook) -> tuple[tuple[str, int], ...]:  # fmt: skip
    """The signs that hold, and what each counts. Of two signs in one group only the graver counts."""
    signs = set(facts)
    if score is not None and score <= -0.8:
        signs.add("sentiment_le_0_8")
    elif score is not None and score <= SILENT_AT:
        signs.add("sentiment_le_0_6")
    if severity is Severity.SEV1:
        signs.add("sev1_open")
    if bearing is not None and bearing.id == "F1_relapse":
        signs.add("reopened")
    if any(c.severity.elevated or c.risk in ("high", "critical") for c in open_cases):
        signs.add("other_case_open")
    table = playbook.severity.relationship_risk
    found = {sign: worth for sign, worth in table.points.items() if sign in signs}
    for graver, lighter in table.replaces.items():
        if graver in found:
            found.pop(lighter, None)
    return tuple(found.items())


def answer_within(risk: str, playbook: Playbook) -> Span | None:
    """How soon a person answers at this level of risk; None where the time table alone says."""
    return next((span for name, span in playbook.severity.relationship_risk.answers.items() if name == risk), None)


def level(signs: tuple[tuple[str, int], ...], playbook: Playbook) -> str:
    """The highest level whose points are reached."""
    total = sum(worth for _, worth in signs)
    reached = [name for name, least in playbook.severity.relationship_risk.levels.items() if total >= least]
    return max(reached, key=LEVELS.index, default="low")

"""Is it an escalation, how bad is it, and which rule says so?

Facts and the playbook in, a verdict with its reasons out. The rules that held and those that did
not are both named. When unsure the higher level is taken (practice.md 0.4).
"""

from dataclasses import dataclass

from commsvc.domain.case.facts import Reading
from commsvc.domain.case.sifting import Failed, first, sift
from commsvc.domain.playbook.criteria import (
    Conditional,
    EscalationType,
    Missing,
    Modifier,
    NextAction,
    NotEscalation,
    SeverityRule,
)
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.playbook.span import Span
from commsvc.domain.playbook.words import Hold, Severity


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that held, why it exists, and the words that made it hold."""

    rule: str
    reason: str
    evidence: str


@dataclass(frozen=True)
class Verdict:
    """What the playbook says about one mail by itself."""

    escalation: bool
    rule: str
    """The id of the rule that gave the category."""
    category: str
    route: str
    """For what is no escalation: where it goes. "" for an escalation."""
    queue: str
    severity: Severity
    receipt: str
    """The letter that may acknowledge it automatically, "" when none may."""
    holds: tuple[Hold, ...]
    restricted: bool
    area: str
    fired: tuple[Fired, ...]
    missed: tuple[str, ...]
    next: NextAction
    next_when_low: NextAction | None = None
    missing: tuple[Missing, ...] = ()
    machine: bool = False
    first_human: Span | None = None
    """The time of a first human answer that a rule of severity sets for everybody; None: the time table's."""
    always: bool = False
    """Do the times run on 24x7 whatever the segment?"""
    failed: tuple[Failed, ...] = ()
    """The rules that could not be evaluated."""


@dataclass(frozen=True)
class Rating:
    """How bad some facts are, by which rules, and which rules could not be evaluated."""

    severity: Severity
    rules: tuple[SeverityRule | Modifier, ...]
    """Those that hold, and those that may."""
    failed: tuple[Failed, ...] = ()


def judge(reading: Reading, playbook: Playbook) -> Verdict:
    """Judge the facts of one mail under one playbook. Same inputs, same verdict.

    A rule that cannot be evaluated counts for what is careful in it, its level, its silence, its holds, and for
    nothing else: it files no mail away and limits no level.
    """
    away = first(playbook.escalation.not_escalation, reading.facts)
    if away.held:
        return _not_an_escalation(away.held[0], away.failed, reading, playbook)
    return _escalation(reading, away.failed, playbook)


def _not_an_escalation(
    rule: NotEscalation, failed: tuple[Failed, ...], reading: Reading, playbook: Playbook
) -> Verdict:
    return Verdict(
        escalation=False, rule=rule.id, category=rule.category, route=rule.route, queue=rule.queue,
        severity=playbook.severity.default_when_no_rule, receipt=rule.receipt, holds=rule.holds, restricted=False,
        area=rule.area or reading.area, fired=(Fired(rule.id, rule.reason, reading.evidence(rule.when.names)),),
        missed=tuple(r.id for r in playbook.escalation.not_escalation if r.id != rule.id), next=rule.next,
        missing=rule.missing, machine=rule.machine, failed=failed,
    )  # fmt: skip


def _escalation(reading: Reading, failed: tuple[Failed, ...], playbook: Playbook) -> Verdict:
    facts = reading.facts
    kinds = sift(playbook.escalation.escalation, facts)
    types = list(kinds.held or (playbook.escalation.default,))
    rating = rate(facts, playbook)
    failed = (*failed, *kinds.failed, *rating.failed)
    held: list[Conditional] = [*types, *rating.rules]
    fired = [Fired(r.id, r.reason, reading.evidence(r.when.names)) for r in held]
    names = {f.rule for f in fired}
    everything = (*playbook.escalation.escalation, *playbook.severity.rule, *playbook.severity.modifier)
    floors = [r for r in rating.rules if isinstance(r, SeverityRule)]
    careful = [*types, *kinds.unsure]
    return Verdict(
        escalation=True, rule=types[0].id, category=types[0].category, route="", queue="", severity=rating.severity,
        receipt=_receipt(careful), holds=_holds(careful), restricted=any(t.restricted for t in careful),
        area=next((t.area for t in types if t.area), reading.area), fired=tuple(fired),
        missed=tuple(r.id for r in everything if r.id not in names),
        next=types[0].next, next_when_low=types[0].next_when_low, missing=types[0].missing,
        first_human=min((r.first_human for r in floors if r.first_human), key=lambda s: s.length, default=None),
        always=any(r.always for r in floors), failed=failed,
    )  # fmt: skip


def rate(facts: frozenset[str], playbook: Playbook) -> Rating:
    """The severity of these facts: the worst floor that holds, limited by a cap that holds, then raised
    by each modifier that holds, as far as its limit. A floor or a modifier that may hold counts; a cap that may does not.
    """
    rules, modifiers = sift(playbook.severity.rule, facts), sift(playbook.severity.modifier, facts)
    floors = [r.severity for r in rules.perhaps if r.severity]
    caps = [r.cap for r in rules.held if r.cap]
    worst = min(floors, key=lambda s: s.level, default=playbook.severity.default_when_no_rule)
    if caps:
        worst = max(worst, *caps, key=lambda s: s.level)
    raising = [m for m in modifiers.perhaps if m.limit.level < worst.level]
    for modifier in raising:
        worst = Severity(f"SEV{max(worst.level - 1, modifier.limit.level)}")
    counted = [r for r in rules.unsure if r.severity]
    return Rating(worst, (*rules.held, *counted, *raising), (*rules.failed, *modifiers.failed))


def _receipt(types: list[EscalationType]) -> str:
    """The most careful receipt of all types that hold: silence first, then the fixed ones."""
    receipts = [t.receipt for t in types]
    if "security_receipt" in receipts:
        return "security_receipt"
    return "" if "" in receipts else receipts[0]


def _holds(types: list[EscalationType]) -> tuple[Hold, ...]:
    found = {h for t in types for h in t.holds}
    return tuple(h for h in Hold if h in found)

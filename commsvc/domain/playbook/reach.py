"""Which rules can never matter: those that can not hold, that another always forestalls, or that another always outdoes.

Decided from the conditions alone, so it is true for every mail.
"""

from collections.abc import Iterator

from commsvc.domain.playbook.criteria import SeverityRule, When
from commsvc.domain.playbook.fault import Fault
from commsvc.domain.playbook.rules import Playbook


def implies(narrow: When, wide: When) -> bool:
    """Does `wide` hold for every mail for which `narrow` holds? False also when it cannot be told."""
    some = not wide.any or not set(wide.any).isdisjoint(narrow.all) or (narrow.any and set(narrow.any) <= set(wide.any))
    return set(wide.all) <= set(narrow.all) and bool(some) and set(wide.none) <= set(narrow.none)


def unreachable(p: Playbook) -> Iterator[Fault]:
    """Rules that another one keeps from ever deciding anything."""
    rules = p.escalation.not_escalation
    for n, rule in enumerate(rules):
        at = ("not_escalation", n)
        if not rule.when.names:
            yield Fault("escalation.toml", at, f"rule {rule.id} has no condition: no mail would be an escalation")
        first = next((r for r in rules[:n] if implies(rule.when, r.when)), None)
        if first is not None:
            what = f"rule {rule.id} is never reached: whenever it holds, {first.id} above it has decided"
            yield Fault("escalation.toml", at, what)
    for n, level in enumerate(p.severity.rule):
        if found := _outdone(level, p.severity.rule):
            yield Fault("severity.toml", ("rule", n), found)


def _outdone(rule: SeverityRule, others: tuple[SeverityRule, ...]) -> str:
    if rule.severity is None:
        return ""
    for other in (o for o in others if o is not rule and implies(rule.when, o.when)):
        if other.severity and other.severity.level < rule.severity.level:
            return (f"rule {rule.id} never decides: whenever it asks for {rule.severity.value}, "
                    f"{other.id} asks for {other.severity.value}")  # fmt: skip
        if other.cap and other.cap.level > rule.severity.level:
            return (f"rule {rule.id} contradicts {other.id}: it asks for {rule.severity.value} "
                    f"where the other always allows {other.cap.value} at most")  # fmt: skip
    return ""

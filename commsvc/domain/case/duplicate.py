"""Does this mail tell again what an open case of the same account is about?

Certain is only what the playbook's duplicate rule names: a sender whom our server vouches for, the
same account, the same area, and facts of impact that overlap. Then the mail joins that case, and the
timeline says how to undo it. Anything that only looks alike is proposed to a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commsvc.domain.case.case import Case
from commsvc.domain.case.verdict import Verdict
from commsvc.domain.mail.authentic import Authenticity
from commsvc.domain.playbook.criteria import Duplicate


@dataclass(frozen=True, slots=True)
class Twin:
    """The case that a mail seems to be about. `certain`: the rule's every condition holds."""

    case_id: int
    shared: tuple[str, ...]
    certain: bool
    why: str


def twin(facts: frozenset[str], verdict: Verdict, proof: Authenticity, open_cases: Sequence[Case],
         rule: Duplicate | None, now: datetime) -> Twin | None:  # fmt: skip
    """The newest open case that this mail may repeat, or None. Two that both could be it make neither certain."""
    if rule is None or not verdict.escalation:
        return None
    named = set(rule.facts) | {f for f in facts if f.startswith("code:")}
    alike = [(c, shared) for c in open_cases if len(shared := facts & c.told & named) >= rule.overlap]
    alike = [(c, s) for c, s in alike if verdict.area in ("", c.area) or not c.area or _same_code(s)]
    if not alike:
        return None
    doubts = [_doubt(case, verdict, proof, rule, now, same_code=_same_code(s)) for case, s in alike]
    sure = [n for n, doubt in enumerate(doubts) if not doubt]
    at = sure[0] if sure else 0
    why = doubts[at] or ("more than one open case could be it" if len(sure) > 1 else "")
    case, shared = alike[at]
    return Twin(case.id, tuple(sorted(shared)), not why, why)


def _same_code(shared: frozenset[str]) -> bool:
    return any(f.startswith("code:") for f in shared)


def _doubt(case: Case, verdict: Verdict, proof: Authenticity, rule: Duplicate, now: datetime, *,
           same_code: bool) -> str:  # fmt: skip
    """What keeps the rule from being certain about this case; "" when nothing does."""
    if proof is not Authenticity.PASS:
        return "the sender is not authenticated"
    if not same_code and (not verdict.area or verdict.area != case.area):
        return "the area is not certain to be the same"
    if verdict.restricted or case.restricted:
        return "it is restricted to the people who need to know"
    if set(verdict.holds) - set(case.holds):
        return "it needs a hold that the case does not have"
    if now - case.opened_at > rule.within.length:
        return f"the case is older than {rule.within}"
    return ""

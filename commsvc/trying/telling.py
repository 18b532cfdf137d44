"""How one tried mail is told: as an object with the keys of a sidecar's `expected`, or in words."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from commsvc.domain.case.case import Case
from commsvc.domain.case.plan import Plan
from commsvc.domain.playbook.span import HOURS_A_BUSINESS_DAY, Clock, Span
from commsvc.trying.trial import Tried

_MOODS = (
    (-0.8, "very_angry"),
    (-0.5, "angry"),
    (-0.3, "tense"),
    (-0.1, "concerned"),
    (0.2, "neutral"),
    (0.6, "friendly"),
)
_OBJECTIVES = {
    "service_impact": ("the function works again for the customer", "a person answered, with owner and next step"),
    "security_privacy": ("nothing further is exposed", "a person verified it with the customer"),
    "data_integrity": (
        "the data is back, and nobody else is affected",
        "the state of the backups is told to the customer",
    ),
    "safety": ("nobody is hurt", "somebody at the customer confirmed by voice"),
    "commercial": ("the service is not interrupted", "the suspension is off and confirmed in writing"),
    "relationship": ("the customer speaks with somebody who can decide", "a named person and a time are confirmed"),
    "response_failure": ("the customer has the answer we owe", "the answer is delivered, with a date that was checked"),
}
_FEW_WORDS = 25
_ANY = ("the writer has an answer from the right person", "it is delivered or noted")


def as_json(tried: Tried) -> dict[str, Any]:
    """The object of one mail, with `file` and the keys of its sidecar's `expected`."""
    weighed = tried.weighed
    if weighed is None:
        return {"file": tried.file, "is_escalation": False, "category": None, "disposition": None, "why": tried.why}
    plan, verdict = weighed.plan, weighed.verdict
    case = _case(tried)
    return {
        "file": tried.file, "is_escalation": plan.escalation, "category": plan.category, "disposition": plan.disposition,
        "case_ref": case.ref if case else None, "queue": verdict.queue or None,
        "severity": plan.severity.value if plan.severity else None, "severity_status": _status(plan),
        "severity_rules": [f.rule for f in plan.fired], "rules_missed": list(plan.missed),
        "product_area": plan.area or None, "secondary_areas": [],
        "sentiment": {"label": _mood(plan.sentiment), "score": plan.sentiment}, "language": _language(tried),
        "account": _account(tried), "segment": weighed.sender.account.segment.value if weighed.sender.account else None,
        "relationship_risk": plan.risk, "attention_flags": [sign for sign, _ in plan.points],
        "missing_info": list(plan.missing), "extracted": {h.fact: h.evidence for h in weighed.reading.found},
        "holds": [h.value for h in plan.holds],
        "auto_reply": {"allowed": bool(plan.receipt), "template": plan.receipt or None}, "next_best_action": _next(plan),
        "play": plan.bearing.id if plan.bearing else verdict.rule,
    }  # fmt: skip


def _language(tried: Tried) -> str:
    """The language of the mail; of a few words from somebody we know, the one that they speak with us."""
    sender = tried.weighed.sender if tried.weighed else None
    few = len((tried.mail.reply_text or tried.mail.text).split()) < _FEW_WORDS
    usual = sender.account.language if sender and sender.account and few else ""
    return tried.mail.language or usual or "und"


def _case(tried: Tried) -> Case | None:
    return tried.weighed.plan.about if tried.weighed else None


def _status(plan: Plan) -> str | None:
    if plan.severity is None:
        return None
    if plan.bearing is not None and plan.bearing.joins:
        return "unchanged" if plan.bearing.keeps_severity else "raised_or_kept"
    return "provisional" if plan.provisional else "confirmed"


def _mood(score: float | None) -> str:
    if score is None:
        return "none"
    return next((name for limit, name in _MOODS if score <= limit), "very_positive")


def _account(tried: Tried) -> dict[str, Any]:
    sender = tried.weighed.sender if tried.weighed else None
    if sender and sender.account:
        return {"id": sender.account.id, "match_basis": sender.basis, "confidence": "high"}
    suspicious = tried.weighed is not None and tried.weighed.verdict.route == "quarantine"
    if sender and sender.mentioned and not suspicious:
        return {"id": sender.mentioned.id, "match_basis": "mention_in_body", "confidence": "low"}
    return {"id": None, "match_basis": "none", "confidence": "none"}


def _next(plan: Plan) -> dict[str, str]:
    objective, done = _OBJECTIVES.get(plan.category, _ANY)
    return {
        "action": f"{plan.role}: {plan.category.replace('_', ' ')}", "owner_role": plan.role,
        "due_after_receipt": duration(plan.within), "clock": "24x7" if plan.within.clock is Clock.ALWAYS else "business",
        "objective": objective, "done_when": done,
    }  # fmt: skip


def duration(span: Span) -> str:
    """An ISO 8601 duration: business days and days as days, everything else as hours and minutes."""
    minutes = int(span.length / timedelta(minutes=1))
    if span.written.partition("/")[0].endswith("d"):
        return f"P{minutes // (60 * (HOURS_A_BUSINESS_DAY if span.clock is Clock.BUSINESS else 24))}D"
    hours, left = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{left}M" if left or not hours else "")


def as_words(tried: Tried) -> Iterator[str]:
    """The same in words: verdict, criterion, evidence, what fired and what missed, the owner, what would change it."""
    weighed = tried.weighed
    yield f"{tried.file}: {tried.mail.subject or '(no subject)'}"
    if weighed is None:
        yield f"  Nothing is judged: {tried.why}."
        return
    plan = weighed.plan
    level = f", {plan.severity.value}{' (provisional)' if plan.provisional else ''}" if plan.severity else ""
    yield f"  {plan.category.replace('_', ' ')}: {plan.disposition.replace('_', ' ')}{level}"
    for fired in plan.fired:
        yield f"  + {fired.rule}: {fired.reason}" + (f" [{fired.evidence}]" if fired.evidence else "")
    for failed in weighed.verdict.failed:
        yield f"  ! {failed.rule} could not be evaluated ({failed.why}): skipped, and the higher level is taken"
    if plan.missed:
        yield f"  - not: {', '.join(plan.missed)}"
    account = _account(tried)
    yield f"  account {account['id'] or 'unknown'} ({account['match_basis']}), {weighed.sender.proof.value}"
    signs = ", ".join(f"{sign} +{n}" for sign, n in plan.points) or "no sign"
    yield f"  relationship risk {plan.risk}: {signs}; sentiment {plan.sentiment}; area {plan.area or 'unknown'}"
    if plan.holds:
        yield f"  on hold: {', '.join(h.value for h in plan.holds)}"
    yield f"  automatic letter: {plan.receipt or 'none, a person writes'}"
    yield f"  next: {plan.role} within {plan.within}" + (f"; ask: {', '.join(plan.missing)}" if plan.missing else "")
    if tried.owner:
        yield f"  owner {tried.owner}"
    for change in plan.would_change:
        yield f"  would change it: {change}"

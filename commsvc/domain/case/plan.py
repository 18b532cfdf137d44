"""The plan for one mail: what it is, how bad, who does what next and by when, and what may be said.

Takes the verdict on the mail's own facts, and what surrounds it: who wrote, which case it belongs
to, what else is open. Relationship risk is an axis of its own: it never changes the severity, it
changes who acts and how soon (practice.md 2.3, 2.4, 3.4, 3.6).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from commsvc.domain.case import risk
from commsvc.domain.case.case import Case, Stage
from commsvc.domain.case.directory import Account
from commsvc.domain.case.facts import Reading
from commsvc.domain.case.verdict import Fired, Verdict
from commsvc.domain.playbook.criteria import Bearing, NextAction
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.playbook.span import Span, read_span
from commsvc.domain.playbook.words import Hold, Segment, Severity


@dataclass(frozen=True, slots=True)
class Past:
    """A case of the account, and when it was resolved (None: it is open)."""

    case: Case
    resolved_at: datetime | None = None


@dataclass(frozen=True)
class Around:
    """What surrounds a mail. `target`: the case it belongs to by two proofs; `twin`: by the duplicate rule."""

    received_at: datetime
    account: Account | None = None
    target: Past | None = None
    twin: Case | None = None
    open_cases: tuple[Case, ...] = ()
    """The open cases of the account."""
    known_issue: str = ""
    on_behalf: bool = False
    may_answer: bool = True
    """May a machine answer this sender at all?"""

    @property
    def existing(self) -> Case | None:
        """The case that this mail is about."""
        return self.target.case if self.target else self.twin


@dataclass(frozen=True)
class Plan:
    """What the playbook would do with one mail, with its reasons."""

    escalation: bool
    category: str
    disposition: str
    severity: Severity | None
    provisional: bool
    area: str
    sentiment: float | None
    risk: str
    points: tuple[tuple[str, int], ...]
    """The signs of relationship risk, and what each counts."""
    holds: tuple[Hold, ...]
    receipt: str
    """The letter that may go out without a person; "" when none may."""
    missing: tuple[str, ...]
    role: str
    """Who does the next best action."""
    within: Span
    bearing: Bearing | None
    fired: tuple[Fired, ...]
    missed: tuple[str, ...]
    about: Case | None = None
    """The case that the mail is about, where there is one."""
    would_change: tuple[str, ...] = ()
    """Which facts would lead to another severity."""

    @property
    def separate(self) -> bool:
        """Does the mail open a case of its own, though it answers in another's thread?"""
        return self.bearing is not None and not self.bearing.joins


def as_planned(verdict: Verdict, plan: Plan) -> Verdict:
    """The verdict with what its surroundings changed: holds, the receipt, and the category of an escalation."""
    severity = plan.severity or verdict.severity
    return replace(verdict, holds=plan.holds, receipt=plan.receipt, category=plan.category, severity=severity)


def plan(reading: Reading, verdict: Verdict, around: Around, playbook: Playbook) -> Plan:
    """Plan for one mail under one playbook. Same inputs, same plan."""
    facts = reading.facts
    bearing = _bearing(facts, verdict, around, playbook)
    severity = _severity(verdict, bearing, around)
    score = risk.sentiment(facts, playbook, verdict.route)
    holds = _holds(verdict, score, around, bearing)
    points = risk.points(facts, severity, score, around.open_cases, bearing, playbook)
    level = _risk(verdict, points, bearing, around, playbook)
    step = _step(verdict, bearing, severity, level)
    fired = (Fired(bearing.id, bearing.reason, around.known_issue), *verdict.fired) if bearing else verdict.fired
    area = verdict.area or (around.existing.area if around.existing and bearing and bearing.joins else "")
    return Plan(
        escalation=bearing.escalation if bearing else verdict.escalation,
        category=bearing.category if bearing and bearing.category else verdict.category,
        disposition=_disposition(verdict, bearing, around), severity=severity,
        provisional=severity is not None and severity.elevated, area=area, sentiment=score, risk=level, points=points,
        holds=holds, receipt=_receipt(verdict, bearing, holds, around, playbook), missing=_missing(reading, verdict, bearing),
        role=step.role, within=_within(step, severity, level, verdict, bearing, around, playbook),
        bearing=bearing, fired=fired, missed=verdict.missed,
        about=around.existing, would_change=_changes(facts, severity, playbook) if verdict.escalation else (),
    )  # fmt: skip


def _changes(facts: frozenset[str], severity: Severity | None, playbook: Playbook) -> tuple[str, ...]:
    """The floors that miss by one fact and would raise the level, the gravest first."""
    out = []
    for level, rule in playbook.severity.floors:
        if severity is None or level.level >= severity.level:
            break
        lacking = [f for f in rule.when.all if f not in facts]
        open_choice = bool(rule.when.any) and facts.isdisjoint(rule.when.any)
        if len(lacking) + open_choice == 1 and facts.isdisjoint(rule.when.none):
            needed = lacking[0] if lacking else " or ".join(rule.when.any)
            out.append(f"{needed} would make it {level.value} ({rule.id})")
    return tuple(out)


def _bearing(facts: frozenset[str], verdict: Verdict, around: Around, playbook: Playbook) -> Bearing | None:
    rules = {b.id: b for b in playbook.escalation.bearing}
    return rules.get(_bears(facts, verdict, around, playbook))


def _bears(facts: frozenset[str], verdict: Verdict, around: Around, playbook: Playbook) -> str:
    """The id of what the mail is to what exists already; "" for nothing."""
    broken = verdict.escalation and not facts.isdisjoint(playbook.escalation.impact)
    if verdict.machine:
        return ""
    if around.target is not None:
        return _bears_on_case(facts, verdict, around, broken=broken, playbook=playbook)
    if around.on_behalf or verdict.restricted:
        return ""
    if around.twin is not None:
        return "D1_told_again"
    return "K1_known_issue" if around.known_issue and broken else ""


def _bears_on_case(facts: frozenset[str], verdict: Verdict, around: Around, *, broken: bool, playbook: Playbook) -> str:
    case = around.target.case if around.target else None
    if case is None or (verdict.restricted and not case.restricted):
        return "L1_other_topic"
    if case.stage is Stage.RESOLVED:
        return _bears_on_resolved(facts, around, broken=broken, playbook=playbook)
    if not broken and "confirmation" in facts:
        return "V1_validated"
    if verdict.route == "append_log_only" or (broken and "other_topic" in facts):
        return "L1_other_topic" if broken else ""
    if not broken and "call_request" in facts:
        return "C1_call_request"
    worse = broken and verdict.severity.level < case.severity.level
    return "S1_worse" if worse or "claims_level" in facts else "U1_customer_wrote"


def _bears_on_resolved(facts: frozenset[str], around: Around, *, broken: bool, playbook: Playbook) -> str:
    """What a mail on a resolved case is: a relapse within the time to reopen, something else, or no escalation."""
    if not broken and ("relapse" not in facts or "thanks" in facts):
        return ""
    return "F1_relapse" if "other_topic" not in facts and _recent(around, playbook) else "L1_other_topic"


def _recent(around: Around, playbook: Playbook) -> bool:
    resolved = around.target.resolved_at if around.target else None
    return resolved is not None and around.received_at - resolved <= playbook.timelines.reopen_window.length


def _severity(verdict: Verdict, bearing: Bearing | None, around: Around) -> Severity | None:
    """A case's severity is only ever raised here; lowering is a person's act."""
    case = around.existing if bearing and bearing.joins else None
    if case is not None and (not verdict.escalation or (bearing and bearing.keeps_severity)):
        return case.severity
    if not verdict.escalation and bearing is None:
        return None
    return min((s for s in (verdict.severity, case.severity if case else None) if s), key=lambda s: s.level)


def _disposition(verdict: Verdict, bearing: Bearing | None, around: Around) -> str:
    if bearing is not None and not (verdict.restricted and not bearing.joins):
        return bearing.disposition
    if not verdict.escalation:
        return "route_to_queue" if verdict.route == "queue" else verdict.route
    if verdict.restricted:
        return "create_case_restricted"
    return "create_case_on_behalf" if around.on_behalf else "create_case"


def _holds(verdict: Verdict, score: float | None, around: Around,
           bearing: Bearing | None) -> tuple[Hold, ...]:  # fmt: skip
    """Those of the rules, of the mood, and of the case it joins; a calm mail brings no mood along."""
    found = set(verdict.holds)
    if score is not None and score <= risk.SILENT_AT and verdict.escalation:
        found.add(Hold.SENTIMENT)
    if around.existing and bearing and bearing.joins:
        kept = set(around.existing.holds)
        found |= kept if score is not None and score < risk.CALM_AT else kept - {Hold.SENTIMENT}
    return tuple(h for h in Hold if h in found)


def _risk(verdict: Verdict, points: tuple[tuple[str, int], ...], bearing: Bearing | None, around: Around,
          playbook: Playbook) -> str:  # fmt: skip
    """The mail's own risk, or that of the case it joins where this is higher; of a follow-up, the account's."""
    if around.account is None:
        return "low" if verdict.route in ("queue", "append_log_only") else "unknown"
    own = risk.level(points, playbook)
    others: list[str] = []
    quiet = not verdict.escalation
    if around.existing is not None and (quiet or (bearing is not None and bearing.joins)):
        others.append(around.existing.risk)
    if quiet or (bearing is not None and bearing.account_risk):
        others += [c.risk for c in around.open_cases]
    return max((own, *others), key=risk.LEVELS.index)


def _receipt(verdict: Verdict, bearing: Bearing | None, holds: tuple[Hold, ...], around: Around,
             playbook: Playbook) -> str:  # fmt: skip
    """The one letter that may go out by itself. A hold leaves only the fixed receipts, anger none."""
    letter = bearing.receipt if bearing is not None and not bearing.own_answer else verdict.receipt
    if around.on_behalf or not around.may_answer or Hold.SENTIMENT in holds:
        return ""
    if holds and letter not in playbook.guardrails.fixed_receipts:
        return ""
    return letter


def _missing(reading: Reading, verdict: Verdict, bearing: Bearing | None) -> tuple[str, ...]:
    """What one bundled question has to ask: what the rule needs and no fact of the mail tells."""
    if bearing is not None and not bearing.asks:
        return ()
    return tuple(m.id for m in verdict.missing if reading.facts.isdisjoint(m.unless))


def _step(verdict: Verdict, bearing: Bearing | None, severity: Severity | None, level: str) -> NextAction:
    if bearing is not None and not bearing.own_answer:
        return bearing.next
    step = verdict.next
    if (
        verdict.next_when_low is not None
        and severity is not None
        and not severity.elevated
        and level in ("low", "medium")
    ):
        return verdict.next_when_low
    return step


def _within(step: NextAction, severity: Severity | None, level: str, verdict: Verdict, bearing: Bearing | None,
            around: Around, playbook: Playbook) -> Span:  # fmt: skip
    """The shortest of: the step's own time, the first answer of the severity, the answer this risk asks for."""
    spans = [step.within] if step.within else []
    if severity is not None and (not spans or bearing is None):
        segment = around.account.segment if around.account else Segment.STANDARD
        spans.append(verdict.first_human or _ticking(playbook.first_human(severity, segment), verdict))
    hurry = risk.answer_within(level, playbook)
    if hurry and verdict.escalation and (bearing is None or bearing.own_answer):
        spans.append(hurry)
    return min(spans, key=lambda s: s.length, default=playbook.first_human(Severity.SEV3, Segment.STANDARD))


def _ticking(span: Span, verdict: Verdict) -> Span:
    """The same length on the clock that the rule asks for (data loss does not wait for Monday)."""
    return read_span(f"{int(span.length / timedelta(minutes=1))}m/24x7") if verdict.always else span

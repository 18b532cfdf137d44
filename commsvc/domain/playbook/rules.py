"""The playbook: all of `rules/` as one typed, immutable value.

Each class is one file or one kind of entry in it; unknown keys are refused. A file has an owner (a
role) and a `review_by` date, a rule an id and a reason in words, and perhaps an owner and date of its
own, so that whoever reads a decision can find who answers for it. Nothing here decides: `case/verdict.py`, `promise/` and `letter/` read these values.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Literal

from pydantic import Field

from commsvc.domain.playbook.criteria import EscalationRules, Phrases, SeverityRules
from commsvc.domain.playbook.entry import At, Rule, RuleFile, Rules, Text
from commsvc.domain.playbook.span import LimitRule, Span, SpanRule, read_span
from commsvc.domain.playbook.wording import Wording
from commsvc.domain.playbook.words import Action, Hold, Kind, Segment, Severity

BySegment = dict[Segment, LimitRule]


class Pause(Rules):
    """Why updates may pause: at which severities, and for how long at most."""

    reason: Text
    severities: tuple[Severity, ...]
    longest: SpanRule


class Timelines(RuleFile):
    """timelines.toml: how soon what is owed."""

    receipt: LimitRule
    owner_ack: LimitRule
    first_human: dict[Severity, BySegment]
    update: dict[Severity, BySegment]
    ask_again: SpanRule
    ask_most: int = Field(default=3, ge=1)
    """So often a customer is asked whether the solution works; then the owner phones."""
    reopen_window: SpanRule
    recurrence_window: SpanRule
    slower: dict[Literal["mitigate", "fix and monitor"], dict[Severity, LimitRule]] = Field(default_factory=dict)
    """The gap between updates once the customer can work again, where that is the longer one."""
    pause: dict[Text, Pause] = Field(default_factory=dict)
    """The reason codes of PAUSE."""


class Step(Rules):
    """One step of a chain: at a share of the clock, or so long after its start; `mail_only`: if nobody can be paged."""

    at: At
    mail_only: At | None = None
    to: tuple[Text, ...] = ()
    via: Literal["mail", "page+mail", "call"] = "mail"
    action: Action | None = None


class Chain(Rule):
    """Who is told when what is owed comes near, and after it is late."""

    applies_to: Kind
    steps: tuple[Step, ...] = Field(min_length=1)
    repeat: SpanRule | None = None
    """After the last step: its people are told again this often, until the promise is kept."""


class Chains(RuleFile):
    """chains.toml. By severity: how long an approver has, and a colleague to whom a case is offered;
    `ack_lasts`: how long an acknowledgement that names no next step keeps the warnings away.
    """

    chain: tuple[Chain, ...]
    approval_limit: dict[Severity, LimitRule]
    handoff_limit: dict[Severity, LimitRule]
    ack_lasts: dict[Severity, LimitRule]


class Approvals(RuleFile):
    """approvals.toml: who must say yes. A role, `a|b` for either, `a+b` for both, or `auto`."""

    letter: dict[Text, dict[Severity, Text]]
    by_mail: bool = True


class QuietHours(Rules):
    """When contacts are not written to, by their own clock and calendar, and what goes all the same."""

    since: time
    until: time
    severities: tuple[Severity, ...]
    always_for: tuple[Text, ...] = ()
    """Letters that wait at every severity."""
    never_for: tuple[Text, ...] = ()


class Marketing(Rules):
    """Which cases keep campaigns from their account, and for how long after they are resolved."""

    severities: tuple[Severity, ...]
    risks: tuple[Literal["medium", "high", "critical"], ...]
    after: SpanRule


class Guardrails(RuleFile):
    """guardrails.toml: what automation may not do."""

    max_consecutive_automated: dict[Severity, int]
    max_automated_per_case_per_day: dict[Severity, int]
    max_automated_per_contact_per_day: int
    max_automated_per_sender_per_hour: int
    max_automated_per_domain_per_day: int = 20
    max_automated_per_account_per_hour: int = 20
    draft_expires: dict[Severity, LimitRule]
    undo_hold_seconds: int = Field(ge=0)
    holds_that_silence: tuple[Hold, ...]
    row_exempt: tuple[Text, ...] = ()
    """Letters that a row of automatic letters does not stop."""
    asks_for_a_person: tuple[Text, ...] = ()
    """Facts with which a customer asks for a person: automation stops on the case, except for fixed receipts."""
    draft_only: bool = False
    """Does every letter to a customer wait for a person?"""
    similarity_block: float = Field(gt=0, le=1)
    must_differ: tuple[Text, ...] = ()
    """The letters that have to say something the last one did not."""
    quiet_hours: QuietHours
    marketing: Marketing
    fixed_receipts: tuple[Text, ...]


class Role(Rule):
    """A role that rules name, and who acts when nobody has it or all who have it are away."""

    falls_back_to: str = ""


class Ownership(RuleFile):
    """ownership.toml: the roles, and how an owner is chosen."""

    role: tuple[Role, ...]
    owner_roles: tuple[Text, ...] = Field(min_length=1)
    skill_points: int
    language_points: int
    in_hours_points: int
    awake_points: int
    open_case_points: int
    capacity: int = Field(ge=1)
    authority: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)
    """Who may say which word on a case: places and roles. A word that is not here is the owner's and the backup's."""
    only_open: tuple[Text, ...] = ()
    """The words that say something of a case only while it is open."""

    def may_say(self, word: str) -> tuple[str, ...]:
        return self.authority.get(word, ("owner", "backup"))


class CallType(Rule):
    """A call the playbook knows: when it is booked, who is needed, for how long."""

    severity: Severity | None = None
    """What CALL means at this level."""
    booking: Literal["at once", "proposals"] = "proposals"
    any_hour: bool = False
    """May it be at night and on free days?"""
    length: SpanRule
    within: SpanRule
    notice: SpanRule
    buffer: SpanRule | None = None
    """What each of our people keeps free before and after."""
    roles: tuple[Text, ...]
    required: tuple[Text, ...] = ()
    """Those of the roles without which there is no call."""
    agenda: tuple[Text, ...]

    @property
    def pause(self) -> timedelta:
        return self.buffer.length if self.buffer else timedelta()


class Calls(RuleFile):
    """calls.toml."""

    call: tuple[CallType, ...]
    hours_from: time
    hours_to: time
    most_declines: int = Field(default=2, ge=1)
    """So often a time is looked for anew; then a person phones."""
    remind: SpanRule = read_span("15m")
    """So long before a call our people get what they should have read."""

    def type(self, id: str) -> CallType | None:
        return next((c for c in self.call if c.id == id), None)

    def meant(self, severity: Severity, words: str = "") -> CallType | None:
        """The call that these words name, or that is meant at this level; None for none."""
        wanted = "_".join(words.lower().split())
        if wanted:
            named = [c for c in self.call if wanted == c.id or wanted in c.id.split("_") or c.id.startswith(wanted)]
            return named[0] if len(named) == 1 else None
        fitting = (c for c in self.call if c.severity is severity)
        return next(fitting, None) or next((c for c in self.call if c.booking == "proposals"), None)


class Briefings(RuleFile):
    """briefings.toml: when executives read what changed."""

    daily_at: time
    not_after: time
    weekly_at: time = time(8)
    """On Mondays."""
    role: Text
    weekend_when_open: Severity


class Playbook(Rules):
    """Everything in `rules/`, validated together, known by the digest of its files."""

    version: Text
    digest: Text
    escalation: EscalationRules
    severity: SeverityRules
    phrases: Phrases
    timelines: Timelines
    chains: Chains
    approvals: Approvals
    guardrails: Guardrails
    wording: Wording
    ownership: Ownership
    calls: Calls
    briefings: Briefings

    def heads(self) -> Iterator[tuple[str, RuleFile]]:
        """Each file by its name."""
        for name in type(self).model_fields:
            if isinstance(head := getattr(self, name), RuleFile):
                yield f"{name}.toml", head

    def every_rule(self) -> Iterator[tuple[str, tuple[object, ...], Rule]]:
        """Every rule, with its file and the keys that lead to it."""
        for file, head in self.heads():
            for key in type(head).model_fields:
                value = getattr(head, key)
                if isinstance(value, Rule):
                    yield file, (key,), value
                elif isinstance(value, tuple):
                    yield from ((file, (key, n), rule) for n, rule in enumerate(value) if isinstance(rule, Rule))

    def stale(self, today: date) -> Iterator[tuple[str, Rule, date, str]]:
        """Rules whose review is overdue: file, rule, the day it was due, the role that answers for it."""
        heads = dict(self.heads())
        for file, _, rule in self.every_rule():
            due = rule.review_by or heads[file].review_by
            if due < today:
                yield file, rule, due, rule.owner or heads[file].owner

    def chain(self, kind: Kind) -> Chain | None:
        """The chain of people for a kind of promise, or None when nobody is warned."""
        return next((c for c in self.chains.chain if c.applies_to is kind), None)

    def approval(self, letter: str, severity: Severity) -> str:
        """Who must approve this letter at this severity: roles joined by `|`, or `auto`."""
        return self.approvals.letter[letter][severity]

    def first_human(self, severity: Severity, segment: Segment) -> Span:
        return self.timelines.first_human[severity][segment.tier]

    def update(self, severity: Severity, segment: Segment) -> Span:
        return self.timelines.update[severity][segment.tier]

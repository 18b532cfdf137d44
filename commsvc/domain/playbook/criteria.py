"""The criteria: what counts, how bad it is, and the words that say so (escalation, severity and phrases .toml)."""

from functools import cached_property
from typing import Literal

from pydantic import Field

from commsvc.domain.playbook.entry import Named, Rule, RuleFile, Rules, Text
from commsvc.domain.playbook.lexicon import Denial, Lexicon
from commsvc.domain.playbook.span import SpanRule
from commsvc.domain.playbook.words import Hold, Severity


class When(Rules):
    """A condition on facts: all of these, at least one of those, none of the rest."""

    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.all + self.any + self.none)

    def holds(self, facts: frozenset[str]) -> bool:
        """True when the facts satisfy the condition. An empty condition holds always."""
        return (
            facts.issuperset(self.all)
            and (not self.any or not facts.isdisjoint(self.any))
            and facts.isdisjoint(self.none)
        )


class Conditional(Rule):
    """A rule that holds for some facts."""

    when: When


class NextAction(Rules):
    """Who does the next best action, and by when after the receipt (practice.md 3.4)."""

    role: Text
    within: SpanRule | None = None
    """None: the first human answer of the severity and segment."""


class Missing(Rules):
    """Something to ask, unless one of these facts answers it."""

    id: Text
    unless: tuple[Text, ...] = ()


class NotEscalation(Conditional):
    """A mail that is no escalation, and where it goes instead."""

    category: Text = "question"
    holds: tuple[Hold, ...] = ()
    missing: tuple[Missing, ...] = ()
    """What has to be asked, in one mail."""
    machine: bool = False
    """Does a machine speak, or somebody whom we do not answer? Then it is nothing to any case."""
    next: NextAction = NextAction(role="support_engineer")
    area: str = ""

    route: Literal["append_log_only", "append_and_alert", "quarantine", "update_call", "queue"]
    queue: str = ""
    receipt: str = ""


class EscalationType(Conditional):
    """A kind of escalation, with the letter that may acknowledge it."""

    category: Text = "service_impact"
    missing: tuple[Missing, ...] = ()
    next: NextAction = NextAction(role="escalation_owner")
    next_when_low: NextAction | None = None
    """Who acts when neither severity nor relationship risk is elevated; None: the same."""
    receipt: str = "acknowledge"
    holds: tuple[Hold, ...] = ()
    restricted: bool = False
    area: str = ""


class Duplicate(Rule):
    """When a mail tells again what an open case of the same account is about, within so much time.

    It joins when its sender is authenticated, the area is the same, and at least `overlap` of these
    facts are in both; else it is proposed to the owner.
    """

    within: SpanRule
    facts: tuple[Text, ...] = Field(min_length=1)
    overlap: int = Field(ge=1)


class Bearing(Rule):
    """What a mail is to a case, a known issue or a call that exists already: its answer and next action."""

    category: str = ""
    """"" keeps the category that the mail has by itself."""
    disposition: Text
    escalation: bool = True
    joins: bool = True
    """Is the mail put into the existing case? Else it opens one of its own, linked to it."""
    keeps_severity: bool = False
    asks: bool = False
    """May what is missing be asked, or is it in the case already?"""
    own_answer: bool = False
    """Is it answered as the mail alone would be?"""
    account_risk: bool = False
    """Does the risk of the account's other cases count?"""
    receipt: str = ""
    next: NextAction = NextAction(role="escalation_owner")


class EscalationRules(RuleFile):
    """escalation.toml: what counts, in order of precedence."""

    not_escalation: tuple[NotEscalation, ...]
    escalation: tuple[EscalationType, ...]
    default: EscalationType
    duplicate: Duplicate | None = None
    bearing: tuple[Bearing, ...] = ()
    impact: tuple[Text, ...] = ()
    """The facts that say that something is wrong now."""


class Modifier(Conditional):
    """Raises the severity by one level, but not above `limit`."""

    limit: Severity = Severity.SEV1


class RelationshipRisk(Rules):
    """The axis beside severity: points by sign, and from how many points on a level holds."""

    points: dict[Text, int]
    levels: dict[Literal["low", "medium", "high", "critical"], int]
    replaces: dict[Text, Text] = Field(default_factory=dict)
    """A graver sign, and the lighter one that it replaces."""
    answers: dict[Literal["low", "medium", "high", "critical"], SpanRule] = Field(default_factory=dict)
    """How soon a person answers at this level, whatever the severity."""


class SeverityRule(Conditional):
    """A floor (`severity`) or a cap (`cap`) on how bad it is. `first_human`: overrides the time table."""

    first_human: SpanRule | None = None
    always: bool = False
    """Do its times run on 24x7 whatever the segment?"""
    severity: Severity | None = None
    cap: Severity | None = None


class SeverityRules(RuleFile):
    """severity.toml: floors, highest match wins; then caps."""

    default_when_no_rule: Severity
    lowering_needs: Text
    raising_needs: Text
    rule: tuple[SeverityRule, ...]
    modifier: tuple[Modifier, ...] = ()
    relationship_risk: RelationshipRisk = RelationshipRisk(points={}, levels={"low": 0})

    @cached_property
    def floors(self) -> tuple[tuple[Severity, SeverityRule], ...]:
        """The rules that give a level, the gravest first."""
        found = [(rule.severity, rule) for rule in self.rule if rule.severity]
        return tuple(sorted(found, key=lambda x: x[0].level))


class Fact(Named):
    """A thing a mail can say, and the words that say it, by language; `lexicon.py` reads them."""

    asserted: bool = False
    """Does it count only where it is said to be so, and not where it is merely supposed?"""
    sentiment: float = 0.0
    """What it adds to the sentiment of its mail, which goes from -1 to 1."""
    words: dict[str, tuple[Text, ...]] = Field(min_length=1)


class Area(Named):
    """A part of the product, and the words customers use for it."""

    words: tuple[Text, ...]


class Phrases(RuleFile):
    """phrases.toml: words by language, hints for facts and areas."""

    languages: tuple[Text, ...]
    negation: dict[str, tuple[Text, ...]]
    negation_after: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    supposing: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    fact: tuple[Fact, ...]
    area: tuple[Area, ...]

    @cached_property
    def lexicon(self) -> Lexicon:
        """The phrases compiled, once for the life of this playbook."""
        facts = {f.id: [w for words in f.words.values() for w in words] for f in self.fact}
        before, after, supposing = (
            [w for words in by_language.values() for w in words]
            for by_language in (self.negation, self.negation_after, self.supposing)
        )
        asserted = [f.id for f in self.fact if f.asserted]
        return Lexicon(facts, {a.id: a.words for a in self.area}, Denial(before, after, supposing), asserted)

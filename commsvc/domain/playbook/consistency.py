"""What types cannot say about a playbook: that what one file names, another one has.

Each fault names the file and the key, so that its line can be shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from commsvc.domain.playbook.rules import Conditional, Named, Playbook
from commsvc.domain.playbook.words import Kind, Segment, Severity

PLACES = frozenset(["owner", "backup", "approver", "deputy"])
"""Places on a case that a step may name beside roles."""
MAIL_FACTS = frozenset(
    ["mail_is_bounce", "mail_is_calendar_reply", "mail_is_automatic", "sender_lookalike", "sender_forged_and_pressing"]
)


@dataclass(frozen=True, slots=True)
class Fault:
    file: str
    path: tuple[object, ...]
    what: str


def problems(playbook: Playbook, letters: frozenset[str]) -> list[Fault]:
    """Every place where the files contradict each other. `letters` may be empty: then not checked."""
    return [
        *_facts(playbook), *_roles(playbook), *_times(playbook), *_letters(playbook, letters), *_chains(playbook),
        *_once(playbook),
    ]  # fmt: skip


def _facts(p: Playbook) -> Iterator[Fault]:
    known = {f.id for f in p.phrases.fact} | MAIL_FACTS
    groups: tuple[tuple[str, str, Sequence[Conditional]], ...] = (
        ("escalation.toml", "not_escalation", p.escalation.not_escalation),
        ("escalation.toml", "escalation", p.escalation.escalation),
        ("severity.toml", "rule", p.severity.rule),
    )
    for file, key, rules in groups:
        for n, rule in enumerate(rules):
            for name in sorted(rule.when.names - known):
                yield Fault(file, (key, n), f"rule {rule.id} names the fact {name!r}, which phrases.toml does not have")
            both = set(rule.when.none) & set(rule.when.all + rule.when.any)
            if both:
                yield Fault(file, (key, n), f"rule {rule.id} can never hold: it wants and refuses {sorted(both)}")
    if p.escalation.duplicate:
        for name in sorted(set(p.escalation.duplicate.facts) - known):
            yield Fault(
                "escalation.toml", ("duplicate",), f"it names the fact {name!r}, which phrases.toml does not have"
            )
    for n, rule in enumerate(p.severity.rule):
        if (rule.severity is None) == (rule.cap is None):
            yield Fault("severity.toml", ("rule", n), f"rule {rule.id} needs exactly one of severity and cap")


def _roles(p: Playbook) -> Iterator[Fault]:
    roles = {r.id for r in p.ownership.role}
    for n, role in enumerate(p.ownership.role):
        if role.falls_back_to and role.falls_back_to not in roles:
            yield Fault(
                "ownership.toml", ("role", n), f"role {role.id} falls back to {role.falls_back_to!r}, which is no role"
            )
    named: list[tuple[str, tuple[object, ...], str]] = [
        ("ownership.toml", ("owner_roles",), r) for r in p.ownership.owner_roles
    ]
    named += [
        ("briefings.toml", ("role",), p.briefings.role),
        ("severity.toml", ("lowering_needs",), p.severity.lowering_needs),
    ]
    named += [("calls.toml", ("call", n), r) for n, c in enumerate(p.calls.call) for r in c.roles]
    named += [("chains.toml", ("chain", n), r) for n, c in enumerate(p.chains.chain) for s in c.steps for r in s.to]
    for letter, by_severity in p.approvals.letter.items():
        for who in by_severity.values():
            named += [("approvals.toml", ("letter", letter), r) for r in who.split("|") if r != "auto"]
    for file, path, role_id in named:
        if role_id not in roles | PLACES:
            yield Fault(file, path, f"{role_id!r} is neither a role of ownership.toml nor one of {sorted(PLACES)}")


def _times(p: Playbook) -> Iterator[Fault]:
    for key, table in (("first_human", p.timelines.first_human), ("update", p.timelines.update)):
        for severity in Severity:
            for segment in Segment:
                if segment.tier not in table.get(severity, {}):
                    yield Fault(
                        "timelines.toml", (key,), f"no time for {severity.value} and segment {segment.tier.value}"
                    )
    for severity in Severity:
        if severity not in p.chains.approval_limit:
            yield Fault("chains.toml", ("approval_limit",), f"no limit for {severity.value}")


def _letters(p: Playbook, letters: frozenset[str]) -> Iterator[Fault]:
    for letter, by_severity in p.approvals.letter.items():
        if letters and letter not in letters:
            yield Fault("approvals.toml", ("letter", letter), f"there is no template for the letter {letter!r}")
        for severity in Severity:
            if severity not in by_severity:
                yield Fault("approvals.toml", ("letter", letter), f"{letter}: nobody is named for {severity.value}")
    receipts = [("not_escalation", n, r.receipt) for n, r in enumerate(p.escalation.not_escalation)]
    receipts += [("escalation", n, r.receipt) for n, r in enumerate(p.escalation.escalation)]
    for key, n, receipt in receipts:
        if receipt and receipt not in p.approvals.letter:
            yield Fault("escalation.toml", (key, n), f"the receipt {receipt!r} is not in approvals.toml")


def _chains(p: Playbook) -> Iterator[Fault]:
    for kind in (Kind.FIRST_HUMAN, Kind.NEXT_UPDATE, Kind.APPROVAL, Kind.OWNER_ACK):
        if p.chain(kind) is None:
            yield Fault("chains.toml", ("chain",), f"no chain applies to {kind.value}: nobody would be warned")
    for n, chain in enumerate(p.chains.chain):
        if not any(step.to for step in chain.steps):
            yield Fault("chains.toml", ("chain", n), f"chain {chain.id} tells nobody")
        shares = [int(s.at[:-1]) for s in chain.steps if s.at.endswith("%")]
        if shares != sorted(shares):
            yield Fault("chains.toml", ("chain", n), f"chain {chain.id}: the steps are not in order of time")


def _once(p: Playbook) -> Iterator[Fault]:
    groups: tuple[tuple[str, str, Sequence[Named]], ...] = (
        ("severity.toml", "rule", p.severity.rule), ("chains.toml", "chain", p.chains.chain),
        ("ownership.toml", "role", p.ownership.role), ("phrases.toml", "fact", p.phrases.fact),
        ("escalation.toml", "escalation", p.escalation.escalation),
    )  # fmt: skip
    for file, key, rules in groups:
        seen: set[str] = set()
        for n, rule in enumerate(rules):
            if rule.id in seen:
                yield Fault(file, (key, n), f"the id {rule.id!r} is used twice")
            seen.add(rule.id)

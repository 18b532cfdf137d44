"""What types cannot say about a playbook: that what one file names, another one has."""

from collections.abc import Iterator, Sequence

from commsvc.domain.playbook.approvers import roles as roles_of
from commsvc.domain.playbook.criteria import Conditional
from commsvc.domain.playbook.entry import Named
from commsvc.domain.playbook.fault import Fault
from commsvc.domain.playbook.pace import ill_paced
from commsvc.domain.playbook.reach import unreachable
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.playbook.words import Kind, Severity

PLACES = frozenset(["owner", "backup", "approver", "deputy", "receiver"])
"""Places on a case that a step may name beside roles."""
ENOUGH = ("escalation_owner", "account_manager", "support_manager")
"""The three roles that somebody must have; every other one says whom it falls back to."""
MAIL_FACTS = frozenset(
    [
        "mail_is_bounce",
        "mail_is_calendar_reply",
        "mail_is_automatic",
        "question",
        "unread_language",
        "sender_lookalike",
        "sender_forged_and_pressing",
        "sender_outsider",
        "sender_executive",
        "executive_on_cc",
        "executive_complaint",
        "account_strategic",
        "account_regulated",
        "renewal_near",
        "recent_same_area",
        "deadline_8h",
        "deadline_48h",
        "deadline_72h",
        "event_near",
        "lasting_workaround",
        "proposes_time",
    ]
)
"""What is known of a mail beside its words: `case/facts.py` and `case/circumstances.py` find them."""


def problems(playbook: Playbook, letters: frozenset[str]) -> list[Fault]:
    """Every place where the files contradict each other. `letters` may be empty: then not checked."""
    return [
        *_facts(playbook), *unreachable(playbook), *_phrases(playbook), *_fall_backs(playbook), *_roles(playbook),
        *ill_paced(playbook), *_letters(playbook, letters), *_receipts(playbook), *_queues(playbook), *_chains(playbook), *_once(playbook),
    ]  # fmt: skip


def _facts(p: Playbook) -> Iterator[Fault]:
    known = {f.id for f in p.phrases.fact} | MAIL_FACTS
    groups: tuple[tuple[str, str, Sequence[Conditional]], ...] = (
        ("escalation.toml", "not_escalation", p.escalation.not_escalation),
        ("escalation.toml", "escalation", p.escalation.escalation),
        ("severity.toml", "rule", p.severity.rule),
        ("severity.toml", "modifier", p.severity.modifier),
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
            has = "both" if rule.severity else "neither"
            yield Fault(
                "severity.toml", ("rule", n), f"rule {rule.id} has {has} of severity and cap: it needs exactly one"
            )


def _phrases(p: Playbook) -> Iterator[Fault]:
    spoken = set(p.phrases.languages)
    for n, fact in enumerate(p.phrases.fact):
        for language in sorted(set(fact.words) - spoken):
            yield Fault(
                "phrases.toml", ("fact", n), f"fact {fact.id} has words in {language!r}, which is not in languages"
            )
    for language in sorted(spoken - set(p.phrases.negation)):
        yield Fault("phrases.toml", ("negation",), f"no words that deny are named for the language {language!r}")


def _fall_backs(p: Playbook) -> Iterator[Fault]:
    after = {r.id: r.falls_back_to for r in p.ownership.role}
    for n, role in enumerate(p.ownership.role):
        at = ("role", n)
        if role.falls_back_to and role.falls_back_to not in after:
            yield Fault("ownership.toml", at, f"role {role.id} falls back to {role.falls_back_to!r}, which is no role")
        if not role.falls_back_to and role.id not in ENOUGH:
            what = f"role {role.id} has no deputy: write falls_back_to (only {', '.join(ENOUGH)} may stand alone)"
            yield Fault("ownership.toml", at, what)
        seen, here = [role.id], role.falls_back_to
        while here and here not in seen:
            seen.append(here)
            here = after.get(here, "")
        if here == role.id:
            yield Fault("ownership.toml", at, f"the fall-backs go in a circle: {' → '.join([*seen, here])}")
    for needed in ENOUGH:
        if needed not in after:
            yield Fault(
                "ownership.toml", ("role",), f"the role {needed} is missing; three are needed: {', '.join(ENOUGH)}"
            )


def _roles(p: Playbook) -> Iterator[Fault]:
    roles = {r.id for r in p.ownership.role}
    named: list[tuple[str, tuple[object, ...], str]] = [
        ("ownership.toml", ("owner_roles",), r) for r in p.ownership.owner_roles
    ]
    named += [
        ("briefings.toml", ("role",), p.briefings.role),
        ("severity.toml", ("lowering_needs",), p.severity.lowering_needs),
        ("severity.toml", ("raising_needs",), p.severity.raising_needs),
    ]
    named += _next_actors(p)
    named += [("calls.toml", ("call", n), r) for n, c in enumerate(p.calls.call) for r in (*c.roles, *c.required)]
    named += [
        ("chains.toml", ("chain", n), r)
        for n, c in enumerate(p.chains.chain)
        for s in c.steps
        for r in s.to
        if "@" not in r
    ]
    named += [
        ("ownership.toml", ("authority", word), r)
        for word, who in p.ownership.authority.items()
        for r in who
        if r != "everyone"
    ]
    named += [(file, ("owner",), head.owner) for file, head in p.heads()]
    named += [(file, path, rule.owner) for file, path, rule in p.every_rule() if rule.owner]
    for letter, by_severity in p.approvals.letter.items():
        for who in by_severity.values():
            named += [("approvals.toml", ("letter", letter), r) for r in roles_of(who) if who != "auto"]
    for file, path, role_id in named:
        if role_id == "auto":
            yield Fault(file, path, "auto stands alone: either the rule says yes, or people do")
        elif role_id not in roles | PLACES:
            yield Fault(file, path, f"{role_id!r} is neither a role of ownership.toml nor one of {sorted(PLACES)}")


def _next_actors(p: Playbook) -> Iterator[tuple[str, tuple[object, ...], str]]:
    for n, rule in enumerate(p.escalation.not_escalation):
        yield "escalation.toml", ("not_escalation", n), rule.next.role
    for n, kind in enumerate(p.escalation.escalation):
        for action in filter(None, (kind.next, kind.next_when_low)):
            yield "escalation.toml", ("escalation", n), action.role
    for n, bearing in enumerate(p.escalation.bearing):
        yield "escalation.toml", ("bearing", n), bearing.next.role


def _letters(p: Playbook, letters: frozenset[str]) -> Iterator[Fault]:
    for letter, by_severity in p.approvals.letter.items():
        if letters and letter not in letters:
            yield Fault("approvals.toml", ("letter", letter), f"there is no template for the letter {letter!r}")
        for severity in Severity:
            if severity not in by_severity:
                yield Fault("approvals.toml", ("letter", letter), f"{letter}: nobody is named for {severity.value}")


def _receipts(p: Playbook) -> Iterator[Fault]:
    for letter in p.guardrails.fixed_receipts:
        if letter not in p.approvals.letter:
            yield Fault("guardrails.toml", ("fixed_receipts",), f"the receipt {letter!r} is not in approvals.toml")
    for letter in p.guardrails.row_exempt:
        if letter not in p.approvals.letter:
            yield Fault("guardrails.toml", ("row_exempt",), f"the letter {letter!r} is not in approvals.toml")
    receipts = [("not_escalation", n, r.receipt) for n, r in enumerate(p.escalation.not_escalation)]
    receipts += [("escalation", n, r.receipt) for n, r in enumerate(p.escalation.escalation)]
    for key, n, receipt in receipts:
        if receipt and receipt not in p.approvals.letter:
            yield Fault("escalation.toml", (key, n), f"the receipt {receipt!r} is not in approvals.toml")


def _queues(p: Playbook) -> Iterator[Fault]:
    for n, rule in enumerate(p.escalation.not_escalation):
        if (rule.route == "queue") != bool(rule.queue):
            what = f"rule {rule.id}: the route queue, and only that, names its queue"
            yield Fault("escalation.toml", ("not_escalation", n), what)


def _chains(p: Playbook) -> Iterator[Fault]:
    for kind in (Kind.FIRST_HUMAN, Kind.NEXT_UPDATE, Kind.APPROVAL, Kind.OWNER_ACK, Kind.HANDOFF):
        if p.chain(kind) is None:
            yield Fault("chains.toml", ("chain",), f"no chain applies to {kind.value}: nobody would be warned")
    first: dict[Kind, str] = {}
    for n, chain in enumerate(p.chains.chain):
        if (other := first.setdefault(chain.applies_to, chain.id)) != chain.id:
            yield Fault(
                "chains.toml",
                ("chain", n),
                f"chains {other} and {chain.id} both apply to {chain.applies_to.value}: one kind of promise has one chain",
            )
        boxes = sorted({r for step in chain.steps for r in step.to if "@" in r})
        if boxes:
            what = f"chain {chain.id} ends in the mailbox {boxes[0]!r}: name a role, so that a person answers for it"
            yield Fault("chains.toml", ("chain", n), what)
        if not any(step.to for step in chain.steps):
            yield Fault("chains.toml", ("chain", n), f"chain {chain.id} tells nobody")
        elif not chain.steps[-1].to:
            yield Fault("chains.toml", ("chain", n), f"chain {chain.id} ends with nobody: its last step names no role")
        shares = [int(s.at[:-1]) for s in chain.steps if s.at.endswith("%")]
        if shares != sorted(shares):
            yield Fault("chains.toml", ("chain", n), f"chain {chain.id}: the steps are not in order of time")


def _once(p: Playbook) -> Iterator[Fault]:
    groups: tuple[tuple[str, str, Sequence[Named]], ...] = (
        ("severity.toml", "rule", p.severity.rule), ("chains.toml", "chain", p.chains.chain),
        ("ownership.toml", "role", p.ownership.role), ("phrases.toml", "fact", p.phrases.fact),
        ("escalation.toml", "escalation", p.escalation.escalation), ("calls.toml", "call", p.calls.call),
        ("escalation.toml", "not_escalation", p.escalation.not_escalation), ("phrases.toml", "area", p.phrases.area),
    )  # fmt: skip
    for file, key, rules in groups:
        seen: set[str] = set()
        for n, rule in enumerate(rules):
            if rule.id in seen:
                yield Fault(file, (key, n), f"the id {rule.id!r} is used twice")
            seen.add(rule.id)

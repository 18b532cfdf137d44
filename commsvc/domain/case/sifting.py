"""Which rules hold for some facts. One that raises holds nothing up: it is named, and who asked takes the more careful course."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from commsvc.domain.playbook.criteria import Conditional

R = TypeVar("R", bound=Conditional)


@dataclass(frozen=True, slots=True)
class Failed:
    """A rule that could not be evaluated, and the error."""

    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Sifted(Generic[R]):
    """`unsure`: of the rules that failed those that may hold, since the mail states one of the facts that they want."""

    held: tuple[R, ...]
    unsure: tuple[R, ...] = ()
    failed: tuple[Failed, ...] = ()

    @property
    def perhaps(self) -> tuple[R, ...]:
        """Those that hold, and those that may."""
        return (*self.held, *self.unsure)


def sift(rules: Sequence[R], facts: frozenset[str]) -> Sifted[R]:
    """The rules that hold, in their order."""
    try:
        return Sifted(tuple([r for r in rules if r.when.holds(facts)]))
    except Exception:
        return _one_by_one(rules, facts)


def first(rules: Sequence[R], facts: frozenset[str]) -> Sifted[R]:
    """The first rule that holds, and those before it that failed."""
    unsure: list[R] = []
    failed: list[Failed] = []
    for rule in rules:
        try:
            if rule.when.holds(facts):
                return Sifted((rule,), tuple(unsure), tuple(failed))
        except Exception as why:
            unsure += [rule] * _may_hold(rule, facts)
            failed.append(_failed(rule, why))
    return Sifted((), tuple(unsure), tuple(failed))


def _one_by_one(rules: Sequence[R], facts: frozenset[str]) -> Sifted[R]:
    held: list[R] = []
    unsure: list[R] = []
    failed: list[Failed] = []
    for rule in rules:
        try:
            if rule.when.holds(facts):
                held.append(rule)
        except Exception as why:
            unsure += [rule] * _may_hold(rule, facts)
            failed.append(_failed(rule, why))
    return Sifted(tuple(held), tuple(unsure), tuple(failed))


def _may_hold(rule: Conditional, facts: frozenset[str]) -> bool:
    wanted = rule.when.all + rule.when.any
    return not wanted or not facts.isdisjoint(wanted)


def _failed(rule: Conditional, why: Exception) -> Failed:
    return Failed(rule.id, f"{type(why).__name__}: {why}")

"""The ledger of facts."""

from collections.abc import Iterable, Sequence
from typing import Any

from commsvc.adapters.store.rows import Insert, Row, Tables, at, maybe_at, maybe_us, subject_of, us
from commsvc.domain.letter.facts import Disclosure, Fact
from commsvc.domain.promise.promise import Subject


class StoredFacts:
    """`ports.Facts` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._t, self._added = tables.fact, Insert(tables.db, tables.fact)

    def add(self, fact: Fact) -> int:
        return self._added.add({
            "subject_kind": fact.subject.kind, "subject_id": fact.subject.id, "statement": fact.statement,
            "disclosure": fact.disclosure.value, "source": fact.source, "at": us(fact.at),
            "confirmed_by": fact.confirmed_by, "confirmed_at": maybe_us(fact.confirmed_at), "told_in": fact.told_in,
        })  # fmt: skip

    def of(self, subject: Subject) -> Sequence[Fact]:
        return [_fact(r) for r in self._t.select().where(self._mine(subject)).order_by(self._t.id)]

    def untold(self, subject: Subject) -> Sequence[Fact]:
        waits = self._mine(subject) & self._t.told_in.is_null()
        return [_fact(r) for r in self._t.select().where(waits).order_by(self._t.id)]

    def told(self, facts: Iterable[Fact], letter_id: int) -> None:
        new = self._t.id.in_([f.id for f in facts]) & self._t.told_in.is_null()
        self._t.update(told_in=letter_id).where(new).execute()

    def _mine(self, subject: Subject) -> Any:
        return (self._t.subject_kind == subject.kind) & (self._t.subject_id == subject.id)


def _fact(r: Row) -> Fact:
    return Fact(r["id"], subject_of(r), r["statement"], Disclosure(r["disclosure"]), r["source"], at(r["at"]),
                r["confirmed_by"], maybe_at(r["confirmed_at"]), r["told_in"])  # fmt: skip

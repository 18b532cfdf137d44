"""The ledger of facts."""

from collections.abc import Iterable, Sequence

from commsvc.adapters.store.rows import Given, Insert, Row, Statement, Tables, at, maybe_at, maybe_us, subject_of, us
from commsvc.domain.letter.facts import Disclosure, Fact
from commsvc.domain.promise.promise import Subject


class StoredFacts:
    """`ports.Facts` on tables."""

    def __init__(self, tables: Tables) -> None:
        t = tables.fact
        self._t, self._added = t, Insert(tables.db, t)
        mine = t.select().where((t.subject_kind == Given("kind")) & (t.subject_id == Given("subject")))
        self._of = Statement(tables.db, mine.order_by(t.id))
        self._untold = Statement(tables.db, mine.where(t.told_in.is_null()).order_by(t.id))

    def add(self, fact: Fact) -> int:
        return self._added.add({
            "subject_kind": fact.subject.kind, "subject_id": fact.subject.id, "statement": fact.statement,
            "disclosure": fact.disclosure.value, "source": fact.source, "at": us(fact.at),
            "confirmed_by": fact.confirmed_by, "confirmed_at": maybe_us(fact.confirmed_at), "told_in": fact.told_in,
        })  # fmt: skip

    def of(self, subject: Subject) -> Sequence[Fact]:
        return [_fact(r) for r in self._of.rows(kind=subject.kind, subject=subject.id)]

    def untold(self, subject: Subject) -> Sequence[Fact]:
        return [_fact(r) for r in self._untold.rows(kind=subject.kind, subject=subject.id)]

    def told(self, facts: Iterable[Fact], letter_id: int) -> None:
        if ids := [f.id for f in facts]:
            self._t.update(told_in=letter_id).where(self._t.id.in_(ids) & self._t.told_in.is_null()).execute()


def _fact(r: Row) -> Fact:
    return Fact(r["id"], subject_of(r), r["statement"], Disclosure(r["disclosure"]), r["source"], at(r["at"]),
                r["confirmed_by"], maybe_at(r["confirmed_at"]), r["told_in"])  # fmt: skip

"""What mails taught us about the people who write."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from peewee import fn

from commsvc.adapters.store.rows import Row, Statement, Tables, at, literal, us
from commsvc.domain.case.learnt import Learnt, State, What


class StoredLearnt:
    """`ports.LearntShelf` on tables."""

    def __init__(self, tables: Tables) -> None:
        t = self._t = tables.learnt
        settled = t.state == literal(State.CONFIRMED.value)
        self._confirmed = Statement(tables.db, t.select().where(settled).order_by(t.decided_at, t.id))
        many, last = fn.COUNT(t.id).alias("many"), fn.COALESCE(fn.MAX(t.decided_at), 0).alias("last")
        self._revision = Statement(tables.db, t.select(many, last).where(settled))

    def propose(self, learnt: Learnt) -> Learnt | None:
        t = self._t
        row = {"account_id": learnt.account_id, "address": learnt.address, "what": learnt.what.value, "value": learnt.value,
               "evidence": learnt.evidence, "case_id": learnt.case_id, "asked": learnt.asked, "at": us(learnt.at),
               "state": learnt.state.value}  # fmt: skip
        rows = list(t.insert(row).on_conflict_ignore().returning(t.id).execute())
        return replace(learnt, id=int(rows[0]["id"])) if rows else None

    def get(self, id: int) -> Learnt | None:
        return next((_learnt(r) for r in self._t.select().where(self._t.id == id)), None)

    def decide(self, id: int, state: State, by: str, now: datetime) -> bool:
        t = self._t
        waits = (t.id == id) & (t.state == State.PROPOSED.value)
        return bool(t.update(state=state.value, decided_by=by, decided_at=us(now)).where(waits).execute())

    def confirmed(self) -> Sequence[Learnt]:
        return [_learnt(r) for r in self._confirmed.rows()]

    def waiting(self, account_id: str) -> Sequence[Learnt]:
        t = self._t
        asked = (t.account_id == account_id) & (t.state == State.PROPOSED.value)
        return [_learnt(r) for r in t.select().where(asked).order_by(t.id)]

    def revision(self) -> tuple[int, int]:
        (row,) = self._revision.rows()
        return row["many"], row["last"]

    def forget(self, address: str) -> None:
        self._t.delete().where(self._t.address == address).execute()


def _learnt(r: Row) -> Learnt:
    return Learnt(r["account_id"], r["address"], What(r["what"]), r["value"], r["evidence"], r["case_id"], r["asked"],
                  at(r["at"]), State(r["state"]), r["decided_by"], r["id"])  # fmt: skip

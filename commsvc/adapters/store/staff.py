"""Our own people as the record knows them: who is away, and which cases are offered to whom."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from commsvc.adapters.store.rows import Given, Row, Statement, Tables, at, maybe_at, us
from commsvc.domain.case.absence import Absence, Told
from commsvc.domain.promise.handoff import Handoff, State


class StoredStaff:
    """`ports.Staff` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables
        t = tables.absence
        self._absent = Statement(tables.db, t.select().where(t.until_at > Given("now")).order_by(t.id.desc()))

        begun = (t.moved == 0) & (t.since_at <= Given("now")) & (t.until_at > Given("now"))
        self._begun = Statement(tables.db, t.select().where(begun).order_by(t.id))

    def learn(self, absence: Absence) -> int:
        t = self._t.absence
        same = (t.person == absence.person) & (t.since_at == us(absence.since)) & (t.until_at == us(absence.until))
        if list(t.select(t.id).where(same & (t.deputy == absence.deputy)).limit(1)):
            return 0
        rows = t.insert(person=absence.person, since_at=us(absence.since), until_at=us(absence.until),
                        deputy=absence.deputy, told=absence.told.value).returning(t.id).execute()  # fmt: skip
        return int(next(iter(rows))["id"])

    def absences(self, now: datetime) -> Sequence[Absence]:
        return [_absence(r) for r in self._absent.rows(now=us(now))]

    def begun(self, now: datetime) -> Sequence[Absence]:
        return [_absence(r) for r in self._begun.rows(now=us(now))]

    def moved(self, id: int) -> None:
        self._t.absence.update(moved=1).where(self._t.absence.id == id).execute()

    def back(self, person: str, now: datetime) -> int:
        t = self._t.absence
        still = (t.person == person) & (t.until_at > us(now))
        return int(t.update(until_at=us(now), moved=1).where(still).execute())

    def offer(self, handoff: Handoff) -> Handoff:
        t = self._t.handoff
        rows = t.insert(case_id=handoff.case_id, giver=handoff.giver, receiver=handoff.receiver, reason=handoff.reason,
                        state=handoff.state.value, round=handoff.round, offered_at=us(handoff.offered_at)).returning(t.id).execute()  # fmt: skip
        return replace(handoff, id=int(next(iter(rows))["id"]))

    def answer(self, handoff: Handoff, state: State, now: datetime) -> bool:
        t = self._t.handoff
        waits = (t.id == handoff.id) & (t.state == State.OFFERED.value)
        return bool(t.update(state=state.value, answered_at=us(now)).where(waits).execute())

    def offers(self, case_id: int) -> Sequence[Handoff]:
        t = self._t.handoff
        return [_handoff(r) for r in t.select().where(t.case_id == case_id).order_by(t.id)]


def _absence(r: Row) -> Absence:
    return Absence(r["person"], at(r["since_at"]), at(r["until_at"]), r["deputy"], Told(r["told"]), r["id"])


def _handoff(r: Row) -> Handoff:
    return Handoff(r["id"], r["case_id"], r["giver"], r["receiver"], r["reason"], State(r["state"]), at(r["offered_at"]),
                   r["round"], maybe_at(r["answered_at"]))  # fmt: skip

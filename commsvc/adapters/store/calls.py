"""Calls, who is invited, and the time that is reserved for them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from peewee import SQL, IntegrityError, PostgresqlDatabase

from commsvc.adapters.store.rows import (
    Claims,
    Insert,
    Row,
    Statement,
    Tables,
    at,
    literal,
    maybe_at,
    maybe_us,
    one,
    subject_of,
    us,
    write_claimed,
)
from commsvc.domain.call.invitation import Attendee, Call, State
from commsvc.domain.call.slots import Busy, Slot
from commsvc.domain.promise.promise import Subject
from commsvc.ports import Claim

_BOOKING = 0x626F6F6B


class Taken(Exception):
    """Somebody's time is gone."""


class StoredCalls:
    """`ports.Calls` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables
        self._claims = Claims(tables.db, tables.call, State.WANTED.value)
        self._wanted = Insert(tables.db, tables.call, (tables.call.uid,))
        t = tables.call
        live = t.state.in_([literal(State.BOOKED.value), literal(State.OFFERED.value)])
        off = t.state.in_([literal(State.CANCELLED.value), literal(State.NO_SLOT.value)])
        stale = off & (t.entered >= SQL("0")) & (t.entered < t.sequence)
        self._withdrawn = Statement(tables.db, t.select().where(stale).order_by(t.id))
        self._live = Statement(tables.db, t.select().where(live).order_by(t.id))

    def want(self, call: Call) -> None:
        self._wanted.add({
            "subject_kind": call.subject.kind, "subject_id": call.subject.id, "type": call.type, "uid": call.uid,
            "sequence": 0, "state": State.WANTED.value, "wanted_at": maybe_us(call.wanted_at)})  # fmt: skip

    def claim(self, now: datetime, limit: int, lease: timedelta) -> Sequence[Claim[Call]]:
        rows = self._claims.take(now, limit, lease)
        return [Claim(self._call(r), r["attempts"], r["fence"]) for r in rows]

    def get(self, id: int) -> Call:
        t = self._t.call
        return self._call(one(t.select().where(t.id == id), f"call {id}"))

    def by_uid(self, uid: str) -> Call | None:
        t = self._t.call
        rows = list(t.select().where(t.uid == uid).limit(1))
        return self._call(rows[0]) if rows else None

    def of(self, subject: Subject) -> Sequence[Call]:
        t = self._t.call
        mine = (t.subject_kind == subject.kind) & (t.subject_id == subject.id)
        return [self._call(r) for r in t.select().where(mine).order_by(t.id)]

    def offer(self, claim: Claim[Call], call: Call, slots: Sequence[Slot]) -> bool:
        try:
            with self._t.db.atomic():
                write_claimed(self._t.call, call.id, claim.fence, {"state": call.state.value})
                self._release(call.id)
                self._invited(call)
                for number, slot in enumerate(slots, 1):
                    self._t.offer.insert(
                        call_id=call.id, number=number, start_at=us(slot.start), end_at=us(slot.end)
                    ).execute()
                    self._hold(call, slot.start, slot.end)
        except (IntegrityError, Taken):
            return False
        return True

    def offered(self, call_id: int) -> Sequence[Slot]:
        t = self._t.offer
        return [
            Slot(at(r["start_at"]), at(r["end_at"])) for r in t.select().where(t.call_id == call_id).order_by(t.number)
        ]

    def book(self, claim: Claim[Call], call: Call) -> bool:
        if call.start is None or call.end is None:
            raise ValueError(f"call {call.id} has no time yet")
        try:
            with self._t.db.atomic():
                write_claimed(self._t.call, call.id, claim.fence, {
                    "state": call.state.value, "sequence": call.sequence, "start_at": us(call.start), "end_at": us(call.end),
                    "revision": call.revision})  # fmt: skip
                self._release(call.id)
                self._invited(call)
                self._hold(call, call.start, call.end)
        except (IntegrityError, Taken):
            return False
        return True

    def again(self, call: Call) -> None:
        t = self._t.call
        self._release(call.id)
        t.update(**_changing(call), start_at=maybe_us(call.start), end_at=maybe_us(call.end)).where(
            t.id == call.id
        ).execute()

    def live(self) -> Sequence[Call]:
        return [self._call(r) for r in self._live.rows()]

    def withdrawn(self) -> Sequence[Call]:
        return [self._call(r) for r in self._withdrawn.rows()]

    def _release(self, call_id: int) -> None:
        """Let go of the times that were held for a call."""
        for table in (self._t.reservation, self._t.offer):
            table.delete().where(table.call_id == call_id).execute()

    def _invited(self, call: Call) -> None:
        t = self._t.attendee
        t.delete().where(t.call_id == call.id).execute()
        for a in call.attendees:
            row = {
                "call_id": call.id,
                "name": a.name,
                "address": a.address,
                "customer": int(a.customer),
                "status": a.status,
            }
            t.insert(row).execute()

    def _hold(self, call: Call, start: datetime, end: datetime) -> None:
        """Reserve a time for each of our people. Raises Taken when one of them has it no more."""
        ours = [a.address for a in call.ours]
        self._queue(ours)
        for address in ours:
            if self.reserved(address, start, end):
                raise Taken(address)
            self._t.reservation.insert(person=address, start_at=us(start), end_at=us(end), call_id=call.id).execute()

    def _queue(self, people: Sequence[str]) -> None:
        """Book each person by one worker at a time; SQLite has only one writer anyway."""
        if isinstance(self._t.db, PostgresqlDatabase):
            for person in sorted(people):
                self._t.db.execute_sql("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_BOOKING, person))

    def save(self, call: Call) -> None:
        t = self._t
        if call.state.over:
            self._release(call.id)
        t.call.update(**_changing(call)).where(t.call.id == call.id).execute()
        for a in call.attendees:
            t.attendee.update(status=a.status).where(
                (t.attendee.call_id == call.id) & (t.attendee.address == a.address)
            ).execute()

    def reserved(self, person: str, start: datetime, end: datetime) -> Sequence[Busy]:
        t = self._t.reservation
        query = t.select().where((t.person == person) & (t.end_at > us(start)) & (t.start_at < us(end)))
        return [Busy(at(r["start_at"]), at(r["end_at"])) for r in query]

    def _call(self, r: Row) -> Call:
        t = self._t.attendee
        people = tuple(
            Attendee(a["name"], a["address"], bool(a["customer"]), a["status"])
            for a in t.select().where(t.call_id == r["id"]).order_by(t.id)
        )
        return Call(r["id"], subject_of(r), r["type"], r["uid"], r["sequence"], State(r["state"]), people,
                    maybe_at(r["start_at"]), maybe_at(r["end_at"]), at(r["wanted_at"]), r["declines"], r["entered"], r["revision"])  # fmt: skip


def _changing(call: Call) -> Row:
    """What may change of a call; whoever worked on it lets go of it."""
    return {"state": call.state.value, "sequence": call.sequence, "declines": call.declines, "entered": call.entered,
            "revision": call.revision, "lease_until": 0}  # fmt: skip

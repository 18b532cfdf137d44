"""Calls, who is invited, and the time that is reserved for them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from peewee import IntegrityError, PostgresqlDatabase

from commsvc.adapters.store.rows import (
    Claims,
    Insert,
    Row,
    Tables,
    at,
    maybe_at,
    maybe_us,
    one,
    subject_of,
    us,
    write_claimed,
)
from commsvc.domain.call.invitation import Attendee, Call, State
from commsvc.domain.call.slots import Busy
from commsvc.domain.promise.promise import Subject
from commsvc.ports import Claim

_BOOKING = 0x626F6F6B


class StoredCalls:
    """`ports.Calls` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables
        self._claims = Claims(tables.db, tables.call, State.WANTED.value)
        self._wanted = Insert(tables.db, tables.call, (tables.call.uid,))

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

    def book(self, claim: Claim[Call], call: Call) -> bool:
        ours = [a for a in call.attendees if not a.customer]
        if call.start is None or call.end is None:
            raise ValueError(f"call {call.id} has no time yet")
        try:
            with self._t.db.atomic():
                self._queue([a.address for a in ours])
                if any(self.reserved(a.address, call.start, call.end) for a in ours):
                    return False
                write_claimed(self._t.call, call.id, claim.fence, {
                    "state": call.state.value, "sequence": call.sequence, "start_at": us(call.start), "end_at": us(call.end)})  # fmt: skip
                for a in call.attendees:
                    self._t.attendee.insert(call_id=call.id, name=a.name, address=a.address, customer=int(a.customer),
                                            status=a.status).execute()  # fmt: skip
                for a in ours:
                    self._t.reservation.insert(person=a.address, start_at=us(call.start), end_at=us(call.end),
                                               call_id=call.id).execute()  # fmt: skip
        except IntegrityError:
            return False
        return True

    def _queue(self, people: Sequence[str]) -> None:
        """Book each person by one worker at a time; SQLite has only one writer anyway."""
        if isinstance(self._t.db, PostgresqlDatabase):
            for person in sorted(people):
                self._t.db.execute_sql("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_BOOKING, person))

    def save(self, call: Call) -> None:
        t = self._t
        t.call.update(state=call.state.value, sequence=call.sequence, lease_until=0).where(
            t.call.id == call.id
        ).execute()
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
                    maybe_at(r["start_at"]), maybe_at(r["end_at"]), at(r["wanted_at"]))  # fmt: skip

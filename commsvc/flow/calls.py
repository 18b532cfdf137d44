"""Wanted → free time of everybody → booked ┊ invitations wished for.

Busy times are read from the calendars and from our own reservations, again at the moment of
booking. A calendar that cannot be read does not stop the call: what was not known is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from commsvc.desk import Desk
from commsvc.domain.call.invitation import Attendee, Call, State, invitation
from commsvc.domain.call.slots import Busy, Slot, first_slot
from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Person
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.playbook.rules import CallType
from commsvc.domain.promise.timeline import Entry
from commsvc.domain.promise.worktime import due
from commsvc.errors import Temporary
from commsvc.ports import Calendar, Claim

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Calls:
    desk: Desk
    calendar: Calendar

    def run(self, now: datetime) -> int:
        """Book what is wanted; returns how many calls were taken up."""
        with self.desk.store.transaction():
            claims = self.desk.store.calls.claim(now, 20, LEASE)
        for claim in claims:
            try:
                self._book(claim, now)
            except Exception:
                log.exception("a call could not be booked", call=claim.row.id)
        return len(claims)

    def _book(self, claim: Claim[Call], now: datetime) -> None:
        case = self.desk.store.cases.get(claim.row.subject.id)
        type_ = next((c for c in self.desk.rules(case).calls.call if c.id == claim.row.type), None)
        if type_ is None or not case.stage.open:
            with self.desk.store.transaction():
                self.desk.store.calls.save(replace(claim.row, state=State.CANCELLED))
            return
        ours = self.desk.people(type_.roles, case, frozenset(), now)
        earliest, latest = now + type_.notice.length, due(now, type_.within, self.desk.calendar(case.account_id))
        busy, unknown = self._busy(ours, earliest, latest)
        slot = first_slot(busy, type_.length.length, earliest, latest)
        if slot is None or slot.blocked:
            self._no_slot(claim, case, slot, now)
            return
        call = replace(
            claim.row, state=State.BOOKED, start=slot.start, end=slot.end, attendees=self._attendees(case, ours)
        )
        with self.desk.store.transaction():
            if not self.desk.store.calls.book(claim, call):
                return  # somebody's time was just taken: the lease ends, the next tick looks again
            self._invite(call, case, type_, unknown, now)
        self._enter(self.desk.store.calls.get(call.id), case, ours, now)

    def _busy(self, people: list[Person], start: datetime, end: datetime) -> tuple[Mapping[str, list[Busy]], list[str]]:
        busy, unknown = {}, []
        for person in people:
            taken = list(self.desk.store.calls.reserved(person.address, start, end))
            try:
                taken += self.calendar.busy(person.address, start, end)
            except Temporary as why:
                log.warning("calendar not read", person=person.address, why=str(why))
                unknown.append(person.name)
            busy[person.address] = taken
        return busy, unknown

    def _attendees(self, case: Case, ours: list[Person]) -> tuple[Attendee, ...]:
        account = self.desk.directory.account(case.account_id)
        contact = account.contact(case.contact) if account else None
        theirs = (Attendee(contact.name, contact.address, customer=True),) if contact else ()
        return (*theirs, *(Attendee(p.name, p.address, customer=False) for p in ours))

    def _invite(self, call: Call, case: Case, type_: CallType, unknown: list[str], now: datetime) -> None:
        note = f"Not known to be free, their calendar could not be read: {', '.join(unknown)}" if unknown else ""
        for person in call.attendees:
            letter, audience = (
                ("call_invitation", Audience.CUSTOMER) if person.customer else ("call_notice", Audience.INTERNAL)
            )
            key = f"invite:{call.uid}:{call.sequence}:{person.address}"
            self.desk.store.letters.wish(
                Wish(letter, call.subject, audience, person.address, key, regarding=call.id, note=note), now
            )
        self._note(
            case,
            now,
            "call booked",
            f"{type_.id} at {call.start:%Y-%m-%d %H:%M} UTC with {len(call.attendees)} people. {note}",
            type_.id,
        )

    def _enter(self, call: Call, case: Case, ours: list[Person], now: datetime) -> None:
        """Write the call on our people's calendars; the same UID again replaces it."""
        text = invitation(call, case.title, case.impact, self.desk.identity.mint.case_address(case.id),
                          self.desk.identity.room, now)  # fmt: skip
        for person in ours:
            try:
                self.calendar.put(person.address, call.uid, text)
            except Temporary as why:
                log.warning(
                    "calendar not written; the invitation still goes by mail", person=person.address, why=str(why)
                )

    def _no_slot(self, claim: Claim[Call], case: Case, best: Slot | None, now: datetime) -> None:
        names = [p.name for a in (best.blocked if best else ()) if (p := self.desk.directory.person(a))]
        where = f" At best {best.start:%H:%M} UTC without {', '.join(names)}." if best else ""
        note = f"No time suits everybody for the call {claim.row.type}.{where} Please phone {case.contact}."
        with self.desk.store.transaction():
            self.desk.store.calls.save(replace(claim.row, state=State.NO_SLOT))
            self._note(case, now, "no time for the call", note, claim.row.type)
            self.desk.store.letters.wish(
                Wish(
                    "needs_person",
                    self.desk.subject(case),
                    Audience.INTERNAL,
                    case.owner,
                    f"noslot:{claim.row.uid}",
                    note=note,
                ),
                now,
            )

    def _note(self, case: Case, now: datetime, what: str, said: str, rule: str) -> None:
        self.desk.store.records.write(
            Entry(self.desk.subject(case), now, what, said.strip(), rule=rule, playbook=case.playbook)
        )

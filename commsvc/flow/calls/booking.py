"""A call that is wanted: a time that suits everybody, booked at once or put to the customer.

Busy times are read from the calendars and from our own reservations, again at the moment of booking.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from commsvc.desk import Desk
from commsvc.desk.calling import Calling
from commsvc.domain.call.choosing import Choice, Seat, choose, free_at, hours
from commsvc.domain.call.invitation import Attendee, Call, State
from commsvc.domain.call.slots import GRID, QUARTER, Busy, Search, Slot
from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Person
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.playbook.rules import CallType
from commsvc.domain.promise.timeline import Entry
from commsvc.domain.promise.worktime import WorkCalendar, due
from commsvc.errors import Temporary
from commsvc.ports import Calendar, Claim

log = structlog.get_logger(__name__)
TRIES = 20
"""So often a time is looked for again when it was taken in the very moment; the next tick goes on."""


@dataclass(frozen=True)
class Booking:
    desk: Desk
    calendar: Calendar

    def take(self, claim: Claim[Call], now: datetime) -> None:
        """Book it, offer times for it, or say why nobody can come."""
        call, case = claim.row, self.desk.store.cases.get(claim.row.subject.id)
        type_ = self.desk.rules(case).calls.type(call.type)
        if type_ is None or not case.stage.open:
            with self.desk.store.transaction():
                Calling(self.desk).call_off(call, case, State.CANCELLED, "the case needs no call any more", now)
            return
        if missing := [r for r in type_.required if self.desk.person_for(r, case, now) is None]:
            self._nobody(claim, case, f"nobody can be there for the {missing[0].replace('_', ' ')}", now)
            return
        for _ in range(TRIES):
            if self._tried(claim, case, type_, now):
                return
        log.warning("a call waits: the time of its people is taken faster than it is looked for", call=call.uid)

    def _tried(self, claim: Claim[Call], case: Case, type_: CallType, now: datetime) -> bool:
        """Look for a time and take it; false when somebody else's call took it meanwhile."""
        call, people = claim.row, Calling(self.desk).invitees(case, type_.id, now)
        ours = [p for a in people if (p := self.desk.directory.person(a.address))]
        search = self._search(call, case, type_, now)
        seats, unknown = self._seats(ours, search)
        if call.start is not None and self._suits(call, seats):
            return self._book(
                claim, case, type_, Slot(call.start, call.start + type_.length.length), people, unknown, now
            )
        choice = choose(search, [*seats, self._customer(case)], self._hours(case, type_, search), type_.pause)
        if not choice.offers:
            self._nobody(claim, case, _in_the_way(choice, self.desk), now)
            return True
        if type_.booking == "at once":
            soonest = min((o.slot for o in choice.offers), key=lambda s: s.start)
            return self._book(claim, case, type_, soonest, people, unknown, now)
        return self._offer(claim, case, people, choice, now)

    def _search(self, call: Call, case: Case, type_: CallType, now: datetime) -> Search:
        """From the shortest notice on, and behind a time that did not suit."""
        earliest = now + type_.notice.length
        if call.start is None and call.end is not None:
            earliest = max(earliest, call.end)
        latest = due(earliest, type_.within, self.desk.calendar(case.account_id))
        return Search(type_.length.length, earliest, latest, GRID if type_.booking == "at once" else QUARTER)

    def _hours(self, case: Case, type_: CallType, search: Search) -> list[tuple[datetime, datetime]] | None:
        """When the customer may be called: by their own clock, on their working days."""
        if type_.any_hour:
            return None
        rules, calendar = self.desk.rules(case).calls, self.desk.calendar(case.account_id)
        seat = self._customer(case)
        return hours(
            WorkCalendar(seat.zone, calendar.country, ((rules.hours_from, rules.hours_to),), calendar.region), search
        )

    def _customer(self, case: Case) -> Seat:
        account = self.desk.directory.account(case.account_id)
        contact = account.contact(case.contact) if account else None
        return Seat("the customer", (contact.zone if contact else "") or (account.zone if account else "UTC"))

    def _seats(self, people: Sequence[Person], search: Search) -> tuple[list[Seat], list[str]]:
        seats, unknown = [], []
        for person in people:
            taken = list(self.desk.store.calls.reserved(person.address, search.earliest, search.latest))
            try:
                taken += self.calendar.busy(person.address, search.earliest, search.latest)
            except Temporary as why:
                log.warning("calendar not read", person=person.address, why=str(why))
                unknown.append(person.name)
            seats.append(Seat(person.address, person.zone, taken))
        return seats, unknown

    def _suits(self, call: Call, seats: Sequence[Seat]) -> bool:
        """Does the time that was picked or named suit all of ours?"""
        if call.start is None or call.end is None:
            return False
        own = Busy(call.start, call.end)
        busy = {s.name: [b for b in s.busy if b != own or call.entered < 0] for s in seats}
        return not free_at(call.start, call.end - call.start, busy)

    def _book(self, claim: Claim[Call], case: Case, type_: CallType, slot: Slot, people: Sequence[Attendee], unknown: Sequence[str],
              now: datetime) -> bool:  # fmt: skip
        call = replace(
            claim.row,
            state=State.BOOKED,
            start=slot.start,
            end=slot.end,
            attendees=tuple(people),
            revision=case.revision,
        )
        note = f"Not known to be free, their calendar could not be read: {', '.join(unknown)}" if unknown else ""
        with self.desk.store.transaction():
            if not self.desk.store.calls.book(claim, call):
                return False
            for person in people:
                letter, audience = (
                    ("call_invitation", Audience.CUSTOMER) if person.customer else ("call_notice", Audience.INTERNAL)
                )
                key = f"invite:{call.uid}:{call.sequence}:{person.address}"
                self._wish(Wish(letter, call.subject, audience, person.address, key, regarding=call.id, note=note), now)
            said = f"{type_.id} at {slot.start:%Y-%m-%d %H:%M} UTC with {len(people)} people. {note}"
            self._note(case, "call booked" if not call.sequence else "call moved", said, type_.id, now)
        return True

    def _offer(self, claim: Claim[Call], case: Case, people: Sequence[Attendee], choice: Choice, now: datetime) -> bool:
        call = replace(claim.row, state=State.OFFERED, attendees=tuple(people))
        with self.desk.store.transaction():
            if not self.desk.store.calls.offer(claim, call, [o.slot for o in choice.offers]):
                return False
            key = f"offer:{call.uid}:{call.sequence}:{now:%Y%m%d%H%M}"
            self._wish(Wish("call_offer", call.subject, Audience.CUSTOMER, case.contact, key, regarding=call.id), now)
            times = "; ".join(
                f"{o.slot.start:%Y-%m-%d %H:%M} UTC, {o.score}: {', '.join(o.parts)}" for o in choice.offers
            )
            self._note(case, "times offered", times, call.type, now)
        return True

    def _nobody(self, claim: Claim[Call], case: Case, why: str, now: datetime) -> None:
        call = claim.row
        note = f"The call {call.type.replace('_', ' ')} can not be booked: {why}. Please phone {case.contact}."
        with self.desk.store.transaction():
            invited = replace(call, state=State.BOOKED) if call.sequence else call
            Calling(self.desk).call_off(invited, case, State.NO_SLOT, note, now)
            key = f"noslot:{call.uid}:{call.sequence}"
            self._wish(Wish("needs_person", call.subject, Audience.INTERNAL, case.owner, key, note=note), now)

    def _wish(self, wish: Wish, now: datetime) -> None:
        self.desk.store.letters.wish(wish, now)

    def _note(self, case: Case, what: str, said: str, rule: str, now: datetime) -> None:
        self.desk.store.records.write(
            Entry(self.desk.subject(case), now, what, said.strip(), rule=rule, playbook=case.playbook)
        )


def _in_the_way(choice: Choice, desk: Desk) -> str:
    best = choice.compromise
    if best is None:
        return "no time of that length lies within the customer's working hours"
    names = [p.name if (p := desk.directory.person(who)) else who for who in best.blocked]
    return f"no time suits everybody; at best {best.start:%A %d %B, %H:%M} UTC without {', '.join(names)}"

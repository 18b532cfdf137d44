"""What becomes of a call by an answer or a change: noted, put to everybody anew, picked, called off. Steps that flows share."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from commsvc.desk.desk import Desk
from commsvc.domain.call.answers import Answered, Step
from commsvc.domain.call.invitation import Attendee, Call, State
from commsvc.domain.call.slots import Slot
from commsvc.domain.case.case import Case
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.promise.timeline import Entry


@dataclass(frozen=True)
class Calling:
    desk: Desk

    def invitees(self, case: Case, type_: str, now: datetime) -> list[Attendee]:
        """Everybody who has to be there: the contact of the case, and who stands at the places of the call's type."""
        kind = self.desk.rules(case).calls.type(type_)
        ours = self.desk.people(kind.roles, case, frozenset(), now) if kind else []
        account = self.desk.directory.account(case.account_id)
        contact = account.contact(case.contact) if account else None
        theirs = [Attendee(contact.name, contact.address, customer=True)] if contact else []
        return [*theirs, *(Attendee(p.name, p.address, customer=False) for p in ours)]

    def answered(self, call: Call, case: Case, who: str, found: Answered, said: str, now: datetime) -> None:
        """Somebody who is invited has answered; `said` is what they wrote beside it."""
        people = tuple(replace(a, status=found.status) if a.address == who else a for a in call.attendees)
        told = replace(call, attendees=people)
        self._note(case, "answered the invitation", f"{who}: {found.status.lower()}", now)
        if found.step is Step.NOTED:
            self.desk.store.calls.save(told)
        elif found.step is Step.ANEW:
            self.anew(told, found.at)
            self._tell(
                case,
                f"{who} can not come to the call, so a new time is looked for. {said}",
                f"anew:{call.uid}:{call.sequence}",
                now,
            )
        elif found.step is Step.PHONE:
            self.call_off(told, case, State.NO_SLOT, f"{who} can not come either", now)
            self._tell(
                case,
                f"{who} can not come, for the second time. Please phone {case.contact}. {said}",
                f"phone:{call.uid}",
                now,
            )
        else:
            self.desk.store.calls.save(told)
            self._tell(case, f"{who} answered the invitation: {found.status.lower()}. Only a person can judge that. {said}",
                       f"judge:{call.uid}:{who}:{call.sequence}", now)  # fmt: skip

    def anew(self, call: Call, at: datetime | None = None) -> None:
        """Another time is looked for, `at` first where one was named. What was told before is replaced by the next invitation."""
        length = (call.end - call.start) if call.start and call.end else timedelta()
        waits = replace(call, state=State.WANTED, sequence=call.sequence + 1, declines=call.declines + 1, start=at,
                        end=at + length if at else call.end)  # fmt: skip
        self.desk.store.calls.again(waits)

    def reinvite(self, call: Call, stays: frozenset[str], case: Case, now: datetime) -> None:
        """Other people have to be there: the same time where it suits them too; whoever is not needed is told so."""
        told = replace(call, sequence=call.sequence + 1)
        self._withdraw(told, tuple(a for a in call.attendees if a.address not in stays), now)
        self.desk.store.calls.again(replace(told, state=State.WANTED))
        self._note(case, "call changed", "other people have to be there", now)

    def picked(self, call: Call, case: Case, number: int, now: datetime) -> bool:
        """The customer picked one of the offered times; false when there was none of that number."""
        slots = self.desk.store.calls.offered(call.id)
        if not 1 <= number <= len(slots):
            return False
        slot: Slot = slots[number - 1]
        self.desk.store.calls.again(replace(call, state=State.WANTED, start=slot.start, end=slot.end))
        self._note(case, "picked a time", f"{case.contact}: number {number}, {slot.start:%Y-%m-%d %H:%M} UTC", now)
        return True

    def call_off(self, call: Call, case: Case, state: State, why: str, now: datetime) -> None:
        """It does not take place; whoever was invited is told."""
        off = replace(call, state=state, sequence=call.sequence + (1 if call.state is State.BOOKED else 0))
        if call.state is State.BOOKED:
            self._withdraw(off, call.attendees, now)
        self.desk.store.calls.save(off)
        self._note(case, "call off", why, now)

    def _withdraw(self, call: Call, people: tuple[Attendee, ...], now: datetime) -> None:
        for person in people:
            letter, audience = (
                ("call_cancelled", Audience.CUSTOMER) if person.customer else ("call_off", Audience.INTERNAL)
            )
            key = f"off:{call.uid}:{call.sequence}:{person.address}"
            self.desk.store.letters.wish(
                Wish(letter, call.subject, audience, person.address, key, regarding=call.id), now
            )

    def _tell(self, case: Case, note: str, key: str, now: datetime) -> None:
        wish = Wish("needs_person", self.desk.subject(case), Audience.INTERNAL, case.owner, key, note=note.strip())
        self.desk.store.letters.wish(wish, now)

    def _note(self, case: Case, what: str, said: str, now: datetime) -> None:
        self.desk.store.records.write(
            Entry(self.desk.subject(case), now, what, said, rule="calls", playbook=case.playbook)
        )

"""Calls that are offered or booked: written into calendars, kept fit for their case, told of in time, and what was agreed asked for."""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from commsvc.desk import Desk
from commsvc.desk.calling import Calling
from commsvc.domain.call.invitation import Call, Card, State, cancellation, invitation
from commsvc.domain.call.keeping import Look, look
from commsvc.domain.case.case import Case
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.promise.timeline import Entry
from commsvc.errors import Temporary
from commsvc.ports import Calendar

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Keeping:
    desk: Desk
    calendar: Calendar

    def run(self, now: datetime) -> int:
        """Look at every call that is not over; returns with how many something was done."""
        calls = self.desk.store.calls
        done = sum(self._kept(call, self.desk.store.cases.get(call.subject.id), now) for call in calls.live())
        for call in calls.withdrawn():
            self._enter(call, self.desk.store.cases.get(call.subject.id), now)
            done += 1
        return done

    def _kept(self, call: Call, case: Case, now: datetime) -> int:
        if call.state is State.OFFERED:
            return self._unanswered(call, case, now)
        wanted = frozenset(a.address for a in Calling(self.desk).invitees(case, call.type, now))
        seen = look(call, case, wanted, now, self.desk.rules(case).calls.remind.length)
        if seen is Look.LEAVE:
            return 0
        if seen is Look.ENTER:
            self._enter(call, case, now)
            return 1
        with self.desk.store.transaction():
            if seen is Look.CANCEL:
                Calling(self.desk).call_off(call, case, State.CANCELLED, f"{case.ref} is {case.stage.value}", now)
            elif seen is Look.REINVITE:
                Calling(self.desk).reinvite(call, wanted, case, now)
            elif seen is Look.REMIND:
                return sum(
                    self._wish("call_reminder", call, a.address, f"{call.sequence}:{a.address}", now) for a in call.ours
                )
            else:
                self._held(call, case, now)
        return 1

    def _unanswered(self, call: Call, case: Case, now: datetime) -> int:
        """Nobody picked a time before the first one came too near: a person phones."""
        type_, slots = self.desk.rules(case).calls.type(call.type), self.desk.store.calls.offered(call.id)
        near = bool(type_ and slots and slots[0].start - type_.notice.length <= now)
        if case.stage.open and not near:
            return 0
        with self.desk.store.transaction():
            if not case.stage.open:
                Calling(self.desk).call_off(call, case, State.CANCELLED, f"{case.ref} is {case.stage.value}", now)
                return 1
            Calling(self.desk).call_off(call, case, State.NO_SLOT, "nobody picked one of the offered times", now)
            note = f"Nobody picked one of the times that we offered for the call. Please phone {case.contact}."
            self.desk.store.letters.wish(
                Wish(
                    "needs_person",
                    call.subject,
                    Audience.INTERNAL,
                    case.owner,
                    f"silent:{call.uid}:{call.sequence}",
                    note=note,
                ),
                now,
            )
        return 1

    def _held(self, call: Call, case: Case, now: datetime) -> None:
        self.desk.store.calls.save(replace(call, state=State.HELD))
        self.desk.store.records.write(
            Entry(call.subject, now, "call over", call.type, rule="calls", playbook=case.playbook)
        )
        self._wish("call_notes", call, case.owner, str(call.sequence), now)

    def _wish(self, letter: str, call: Call, to: str, key: str, now: datetime) -> int:
        wish = Wish(letter, call.subject, Audience.INTERNAL, to, f"{letter}:{call.uid}:{key}", regarding=call.id)
        return int(self.desk.store.letters.wish(wish, now))

    def _enter(self, call: Call, case: Case, now: datetime) -> None:
        """Write what stands into our people's calendars; the same UID again replaces it, so this may be done twice."""
        identity, account = self.desk.identity, self.desk.directory.account(case.account_id)
        card = Card(
            case.title,
            case.impact,
            identity.mint.case_address(case.id),
            identity.room,
            account.zone if account else "UTC",
        )
        text = (
            invitation(call, card, now) if call.state is State.BOOKED else cancellation(call, card, now, call.attendees)
        )
        for person in call.ours:
            try:
                self.calendar.put(person.address, call.uid, text)
            except Temporary as why:
                log.warning("calendar not written; the mail goes all the same", person=person.address, why=str(why))
        with self.desk.store.transaction():
            self.desk.store.calls.save(replace(call, entered=call.sequence))

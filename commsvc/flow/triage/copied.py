"""One of ours wrote to the customer from their own mail program, with our address in copy: it counts.

It keeps what a letter of theirs would keep, and the time it names is owed, where it is proven theirs and went to a contact
of the case's account. Whoever does not speak on this case is a second voice, and its owner is told.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from commsvc.desk import Desk
from commsvc.desk.asking import Asking
from commsvc.desk.owing import end, owe_named
from commsvc.domain.case.case import Case, Event
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.letter.letter import State as Draft
from commsvc.domain.mail.arrival import RawMail
from commsvc.domain.mail.mail import Auto, Mail
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.cadence import next_update
from commsvc.domain.promise.promise import State
from commsvc.domain.promise.spoken import promised
from commsvc.domain.promise.timeline import MOVED, Entry, moved_said
from commsvc.ports import Claim

_KEEPS = (Kind.FIRST_HUMAN, Kind.NEXT_UPDATE)
_WAITING = (Draft.WANTED, Draft.DRAFTED, Draft.READY)


@dataclass(frozen=True)
class Copied:
    desk: Desk

    def take(self, claim: Claim[RawMail], mail: Mail, case: Case, proven: bool, now: datetime) -> None:
        """Put it on the record of its case, and do what it does there."""
        subject, who = self.desk.subject(case), mail.sender.address
        self._note(case, "colleague wrote", mail.subject, who, mail.reply_text[:300], now)
        self.desk.store.inbox.settle(claim, "appended", "a colleague's letter", subject, mail, by_us=True)
        if mail.auto is not Auto.NONE or not self._to_customer(mail, case):
            return
        rules = self.desk.rules(case).ownership
        if not self.desk.stands(who, rules.may_say("WRITE"), case, now):
            note = f"{who} wrote to {case.contact} on your case: {mail.subject}. One voice speaks to a customer: please talk to them."
            self._tell(case, note, f"second:{claim.row.id}", now)
            self._note(case, "second voice", who, who, "", now)
        elif proven and case.stage.open:
            self._answered(case, mail, claim.row.arrival.received_at, now)

    def _to_customer(self, mail: Mail, case: Case) -> bool:
        account = self.desk.directory.account(case.account_id)
        read_by = {a.address for a in (*mail.to, *mail.cc)}
        return account is not None and any(c.address in read_by for c in account.contacts)

    def _answered(self, case: Case, mail: Mail, at: datetime, now: datetime) -> None:
        """What was owed is kept by these words; the time they name, else the next point of the grid, is owed."""
        promises, subject = self.desk.store.promises, self.desk.subject(case)
        owed = [p for p in promises.of(subject) if p.kind in _KEEPS and p.state is State.OPEN]
        for promise in owed:
            end(self.desk, case, promise, promise.settled(at), now, mail.sender.address, f"mail {mail.message_id}")
        self._overtaken(case, {p.id for p in owed}, now)
        moved = replace(case, stage=case.after(Event.ANSWERED), revision=case.revision + 1)
        self.desk.store.cases.save(moved)
        if moved.stage is not case.stage:
            said = moved_said(case.stage.value, moved.stage.value, Event.ANSWERED.value)
            self._note(case, MOVED, said, mail.sender.address, "", now)
        calendar, gap = self.desk.calendar(case.account_id), self.desk.pace(case)
        named = promised(mail.reply_text or mail.text, at, calendar.zone)
        last = max((p.due_at for p in owed if p.kind is Kind.NEXT_UPDATE), default=at)
        by = named.astimezone(UTC) if named and named > now else next_update(last, gap, calendar, now)
        owe_named(self.desk, moved, by, f"mail of {mail.sender.address}", now)

    def _overtaken(self, case: Case, kept: set[int], now: datetime) -> None:
        """Drafts that would keep what these words have kept are not put to anybody any more."""
        letters = self.desk.store.letters
        for letter in letters.of(self.desk.subject(case)):
            waits = letter.wish.audience is Audience.CUSTOMER and letter.state in _WAITING
            gone = replace(letter, state=Draft.VOID, why="answered from our own mail program")
            if waits and letter.wish.promise_id in kept and letters.change(gone, letter.state):
                Asking(self.desk).over(letter, now)

    def _tell(self, case: Case, note: str, key: str, now: datetime) -> None:
        wish = Wish("needs_person", self.desk.subject(case), Audience.INTERNAL, case.owner, key, note=note)
        self.desk.store.letters.wish(wish, now)

    def _note(self, case: Case, what: str, said: str, who: str, evidence: str, now: datetime) -> None:
        self.desk.store.records.write(
            Entry(self.desk.subject(case), now, what, said, who, evidence=evidence, playbook=case.playbook)
        )

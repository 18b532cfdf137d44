"""A mail joins its case: what it changes there, and who has to know."""

from dataclasses import dataclass, replace
from datetime import datetime

from commsvc.desk import Desk
from commsvc.desk.calling import Calling
from commsvc.desk.owing import end, owe_update
from commsvc.domain.call.answers import Step, picked, weigh
from commsvc.domain.call.invitation import Call
from commsvc.domain.call.invitation import State as CallState
from commsvc.domain.case.case import Case, Event, Stage
from commsvc.domain.case.facts import Reading
from commsvc.domain.case.match import Match
from commsvc.domain.case.verdict import rate
from commsvc.domain.letter.letter import Audience, Letter, Wish
from commsvc.domain.mail.arrival import RawMail
from commsvc.domain.mail.mail import CalendarMail, Mail
from commsvc.domain.playbook.words import Severity
from commsvc.domain.promise.promise import Promise, State, Subject
from commsvc.domain.promise.timeline import MOVED, RAISED, REOPENED, Entry, moved_said, promise_said
from commsvc.flow.triage.opening import Sender
from commsvc.ports import Claim

_STILL_BROKEN = frozenset(["function_down", "degraded", "partial", "data_loss", "data_mixup", "response_failure"])


@dataclass(frozen=True)
class Join:
    desk: Desk

    def take(self, claim: Claim[RawMail], mail: Mail, found: Match, reading: Reading, sender: Sender,
             now: datetime) -> None:  # fmt: skip
        """Append the mail to its case, move the case, tell the owner."""
        if found.case_id is None:
            raise ValueError("a mail that joins nothing")
        case = self.desk.store.cases.get(found.case_id)
        subject = self.desk.subject(case)
        self._note(
            subject, "customer wrote", f"{mail.sender.address}: {found.why.value}", now, evidence=mail.reply_text[:300]
        )
        self.desk.store.inbox.settle(claim, "appended", found.why.value, subject, mail)
        call = self.desk.store.calls.by_uid(mail.calendar.uid) if mail.calendar else None
        if mail.calendar and call and call.subject == subject:
            self._answer_to_call(case, call, mail.calendar, mail, sender, now)
        elif self._picked(case, mail, sender, now):
            return
        elif (
            case.stage is Stage.VALIDATE and "confirmation" in reading.facts and reading.facts.isdisjoint(_STILL_BROKEN)
        ):
            self._confirmed(case, reading, now)
        else:
            self._wrote_again(case, claim.row, mail, reading, now)

    def undelivered(self, letter: Letter, now: datetime) -> None:
        """A letter came back: what it kept is owed again, and the owner is told at once."""
        promises = self.desk.store.promises
        for p in promises.of(letter.wish.subject):
            if p.id == letter.wish.promise_id and p.state is not State.OPEN:
                self._owed_again(p, now)
        if letter.wish.subject.kind == "case":
            case = self.desk.store.cases.get(letter.wish.subject.id)
            self._tell(case, f"{letter.wish.letter} to {letter.wish.to} came back undelivered. What it promised is owed again, "
                       f"and nothing more goes to that address. {self._next_contact(case, letter.wish.to)}",
                       f"bounce:{letter.id}", now)  # fmt: skip

    def _owed_again(self, promise: Promise, now: datetime) -> None:
        """The same promise at its old time, whose chain is looked at right now."""
        again = self.desk.store.promises.make(
            promise.subject, promise.kind, str(promise.span), promise.started_at, promise.due_at, now
        )
        self._note(again.subject, REOPENED, f"{promise_said(again)}: the letter came back", now, rule="S50")

    def _next_contact(self, case: Case, gone: str) -> str:
        """Whom to write to instead, from the account's record, and how to say so."""
        account = self.desk.directory.account(case.account_id)
        others = [c for c in account.contacts if c.address != gone and not c.silent] if account else []
        if not others:
            return "The account has no other contact: please phone."
        return f"Answer CONTACT {others[0].address} to go on with {others[0].name}, or phone."

    def _confirmed(self, case: Case, reading: Reading, now: datetime) -> None:
        subject = self.desk.subject(case)
        self.desk.store.cases.save(replace(case, stage=case.after(Event.CONFIRMED), revision=case.revision + 1))
        self._note(subject, "resolved", Event.CONFIRMED.value, now, evidence=reading.evidence(["confirmation"]))
        self._note(
            subject, MOVED, moved_said(case.stage.value, case.after(Event.CONFIRMED).value, Event.CONFIRMED.value), now
        )
        for promise in self.desk.store.promises.of(subject):
            end(self.desk, case, promise, State.VOID, now, rule=Event.CONFIRMED.value)
        self.desk.store.letters.wish(
            Wish("resolved", subject, Audience.CUSTOMER, case.contact, f"resolved:case:{case.id}:{case.revision}"), now
        )

    def _wrote_again(self, case: Case, raw: RawMail, mail: Mail, reading: Reading, now: datetime) -> None:
        stage = case.after(Event.WROTE_AGAIN)
        moved = replace(
            case, stage=stage, revision=case.revision + 1, told=case.told | reading.facts, paused_until=None, pause=""
        )
        if stage is not case.stage:
            said = moved_said(case.stage.value, stage.value, Event.WROTE_AGAIN.value)
            self._note(self.desk.subject(case), MOVED, said, now)
        moved = self._raised(moved, reading, now)
        self.desk.store.cases.save(moved)
        if moved.severity.level < case.severity.level:
            self.desk.hasten(moved, now)
        if stage.open:
            owe_update(self.desk, moved, raw.arrival.received_at, now)
        words = "\n".join(f"> {line}" for line in (mail.reply_text or mail.text).strip().splitlines()[:40])
        self._tell(moved, words or "> (no text)", f"wrote:{raw.id}", now, letter="customer_wrote")

    def _raised(self, case: Case, reading: Reading, now: datetime) -> Case:
        """A worsening raises the level at once; lowering is a person's act."""
        rating = rate(reading.facts, self.desk.rules(case))
        severity, rules = rating.severity, rating.rules
        if severity.level >= case.severity.level or not rules:
            return case
        self._note(self.desk.subject(case), RAISED, moved_said(case.severity.value, severity.value, "provisional"), now,
                   rule=rules[0].id, evidence=reading.evidence(f for r in rules for f in r.when.names))  # fmt: skip
        return replace(case, severity=severity, confirmed=severity not in (Severity.SEV1, Severity.SEV2))

    def _answer_to_call(
        self, case: Case, call: Call, answer: CalendarMail, mail: Mail, sender: Sender, now: datetime
    ) -> None:
        """An invited, proven person's answer counts for themselves; it never moves a call by itself (T35)."""
        most = self.desk.rules(case).calls.most_declines
        found = weigh(call, answer, sender.address.address, sender.trusted, most)
        if found.step is Step.PERSON and not found.status:
            self._tell(case, f"An answer to the call by {mail.sender.address} that only a person can judge.",
                       f"rsvp:{mail.message_id}", now)  # fmt: skip
            return
        Calling(self.desk).answered(call, case, sender.address.address, found, mail.reply_text[:300], now)

    def _picked(self, case: Case, mail: Mail, sender: Sender, now: datetime) -> bool:
        """A plain number that answers the times we offered for a call."""
        number = picked(mail.reply_text or mail.text) if sender.trusted else None
        offered = (c for c in self.desk.store.calls.of(self.desk.subject(case)) if c.state is CallState.OFFERED)
        call = next(offered, None) if number else None
        return call is not None and number is not None and Calling(self.desk).picked(call, case, number, now)

    def _tell(self, case: Case, note: str, key: str, now: datetime, letter: str = "needs_person") -> None:
        wish = Wish(letter, self.desk.subject(case), Audience.INTERNAL, case.owner, key, note=note)
        self.desk.store.letters.wish(wish, now)

    def _note(self, subject: Subject, what: str, said: str, now: datetime, rule: str = "", evidence: str = "") -> None:
        self.desk.store.records.write(Entry(subject, now, what, said, rule=rule, evidence=evidence))

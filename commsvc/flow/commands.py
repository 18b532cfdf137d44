"""Carry out what people asked for, by mail, page or command line: one row, one function, one answer.

Who asked was proven where the command came in; whether they may is judged here, the same for every
channel. What happened, or why not, goes back in words.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

import structlog

from commsvc.asking import Asking
from commsvc.desk import Desk
from commsvc.domain.call.invitation import Call
from commsvc.domain.call.invitation import State as CallState
from commsvc.domain.case.case import Case
from commsvc.domain.letter.approval import Asked, Ruling, Verb, rule
from commsvc.domain.letter.command import Channel, Command
from commsvc.domain.letter.effects import update_letter
from commsvc.domain.letter.facts import Disclosure
from commsvc.domain.letter.letter import Audience, Letter, State, Wish
from commsvc.domain.letter.switches import Scope, Switch
from commsvc.domain.playbook.words import Kind, Severity
from commsvc.domain.promise.promise import State as PromiseState
from commsvc.domain.promise.timeline import Entry
from commsvc.ports import Claim

log = structlog.get_logger(__name__)
BATCH = 100
LEASE = timedelta(minutes=5)
STRIKES = 3
WORDS = ("APPROVE · REJECT reason · EDIT text · ACK · FACT text · SEV 1 reason · CALL · RESOLVE what was done · "
         "NOTE text · STOP reason · HELP")  # fmt: skip


@dataclass(frozen=True)
class Commands:
    desk: Desk

    def run(self, now: datetime) -> int:
        """Carry out what waits; returns how many commands were taken up."""
        with self.desk.store.transaction():
            claims = self.desk.store.records.claim_commands(now, BATCH, LEASE)
        for claim in claims:
            self._one(claim, now)
        return len(claims)

    def _one(self, claim: Claim[Command], now: datetime) -> None:
        command, store = claim.row, self.desk.store
        try:
            with store.transaction():
                outcome = self._carry_out(command, now)
                self._done(claim, outcome, now)
        except Exception as why:
            log.exception("a command could not be carried out", command=command.id)
            if claim.attempts >= STRIKES:
                with store.transaction():
                    self._done(claim, f"it could not be carried out: {type(why).__name__}", now)

    def _done(self, claim: Claim[Command], outcome: str, now: datetime) -> None:
        command, store = claim.row, self.desk.store
        store.records.carried_out(claim, outcome)
        said = f"{command.verb.value} {command.argument}".strip()
        store.records.write(Entry(command.subject, now, command.verb.value.lower(), outcome, command.person,
                                  f"by {command.channel.value}", said[:500]))  # fmt: skip
        if command.channel is Channel.MAIL and command.subject.kind == "case":
            note = f"{command.verb.value}: {outcome}"
            store.letters.wish(
                Wish("outcome", command.subject, Audience.INTERNAL, command.person, f"outcome:{command.id}", note=note),
                now,
            )

    def _carry_out(self, command: Command, now: datetime) -> str:
        if command.subject.kind != "case":
            return "there is no case behind this letter"
        case = self.desk.store.cases.get(command.subject.id)
        letter = self.desk.store.letters.get(command.letter_id) if command.letter_id else None
        if command.verb in self._ON_LETTERS:
            return self._ON_LETTERS[command.verb](self, command, letter, case, now)
        return self._ON_CASES[command.verb](self, command, case, now)

    # --- on a letter that waits ---

    def _approve(self, command: Command, letter: Letter | None, case: Case, now: datetime) -> str:
        if letter is None:
            return "there is no letter to approve"
        playbook = self.desk.rules(case)
        if command.channel is Channel.MAIL and (not playbook.approvals.by_mail or case.restricted):
            return Ruling.BY_MAIL.value
        approvers = self.desk.store.letters.approvers(letter.id).approvers
        ruling = rule(letter, Asked(command.digest, approvers), command.person, case.revision, now)
        if not ruling.yes:
            return ruling.value
        hold = timedelta(seconds=playbook.guardrails.undo_hold_seconds)
        ready = replace(letter, state=State.READY, approved_by=command.person, approved_digest=letter.digest,
                        send_at=self._send_at(letter, now, hold))  # fmt: skip
        if not self.desk.store.letters.change(ready, State.DRAFTED):
            return Ruling.NOT_WAITING.value
        Asking(self.desk).over(letter, now)
        return f"{ruling.value} to {letter.wish.to} at {ready.send_at:%H:%M} UTC; REJECT before that stops it"

    def _send_at(self, letter: Letter, now: datetime, hold: timedelta) -> datetime:
        """After the hold in which it can be taken back, but never because of it too late."""
        owed = [p for p in self.desk.store.promises.of(letter.wish.subject) if p.id == letter.wish.promise_id]
        latest = owed[0].due_at - timedelta(minutes=1) if owed else now + hold
        return max(now, min(now + hold, latest))

    def _reject(self, command: Command, letter: Letter | None, case: Case, now: datetime) -> str:
        if letter is None:
            return "there is no letter to reject"
        approvers = self.desk.store.letters.approvers(letter.id).approvers
        if command.person not in approvers:
            return Ruling.NOT_YOURS.value
        gone = replace(letter, state=State.VOID, why=f"rejected by {command.person}: {command.argument}")
        if not (
            self.desk.store.letters.change(gone, State.DRAFTED) or self.desk.store.letters.change(gone, State.READY)
        ):
            return Ruling.NOT_WAITING.value
        Asking(self.desk).over(letter, now)
        note = f"{command.person} rejected the {letter.wish.letter.replace('_', ' ')}: {command.argument}. What it would keep is still owed: FACT or EDIT."
        self._tell_owner(case, note, f"rejected:{letter.id}", now)
        return "rejected; nothing is sent, and the owner knows why"

    def _edit(self, command: Command, letter: Letter | None, case: Case, now: datetime) -> str:
        """A person's own text replaces the whole letter and is put before the approvers again."""
        if letter is None or letter.words is None or letter.state is not State.DRAFTED:
            return Ruling.NOT_WAITING.value
        if command.person not in self.desk.store.letters.approvers(letter.id).approvers:
            return Ruling.NOT_YOURS.value
        if command.digest != letter.digest:
            return Ruling.CHANGED.value
        text = command.argument.strip() + "\n"
        html = self.desk.stationery.plain(text, letter.words.title, case.language)
        words = replace(letter.words, text=text, html=html, twin="")
        edited = replace(letter, words=words, revision=case.revision)
        if not self.desk.store.letters.change(edited, State.DRAFTED):
            return Ruling.NOT_WAITING.value
        Asking(self.desk).request(edited, case, now)
        return "your text is in; you are asked again with the letter as it stands now"

    # --- on a case ---

    def _ack(self, command: Command, case: Case, now: datetime) -> str:
        """Named people take it: the owner's acknowledgement is kept, warnings before the due times stop."""
        subject = self.desk.subject(case)
        for promise in self.desk.store.promises.of(subject):
            if promise.state is not PromiseState.OPEN:
                continue
            if promise.kind is Kind.OWNER_ACK:
                self.desk.store.promises.settle(promise, promise.settled(now), now)
            elif promise.kind in (Kind.FIRST_HUMAN, Kind.NEXT_UPDATE):
                self.desk.store.promises.save(replace(promise, acked_by=command.person))
        self._draft_owed(case, command, now)
        return "noted: you have it. Warnings before the due times stop; what is owed stays owed"

    def _fact(self, command: Command, case: Case, now: datetime) -> str:
        statement = " ".join(command.argument.split())
        self.desk.store.records.add_fact(self.desk.subject(case), statement, Disclosure.CUSTOMER, command.person, now)
        self.desk.store.cases.save(replace(case, revision=case.revision + 1))
        self._draft_owed(case, command, now)
        return (
            "the fact is in the record under your name and goes into the next letter; a waiting draft is written again"
        )

    def _draft_owed(self, case: Case, command: Command, now: datetime) -> None:
        """Somebody is there again: what is owed but has no draft any more is drafted anew."""
        subject, letters = self.desk.subject(case), self.desk.store.letters
        owed = {p.kind: p for p in self.desk.store.promises.of(subject) if p.state is PromiseState.OPEN}
        under_way = {
            x.wish.promise_id for x in letters.of(subject) if x.wish.audience is Audience.CUSTOMER and x.under_way
        }
        first, update = owed.get(Kind.FIRST_HUMAN), owed.get(Kind.NEXT_UPDATE)
        if not case.drafted_for:
            return
        if first and first.id not in under_way:
            key = f"first:case:{case.id}:{command.id}"
            letters.wish(Wish("first_answer", subject, Audience.CUSTOMER, case.contact, key, first.id), now)
        elif update and update.step and update.id not in under_way and not first:
            news = any(f.for_customer for f in self.desk.store.records.untold(subject))
            letter, key = update_letter(case.stage, news), f"update:{update.id}:{command.id}"
            letters.wish(Wish(letter, subject, Audience.CUSTOMER, case.contact, key, update.id), now)

    def _severity(self, command: Command, case: Case, now: datetime) -> str:
        found = re.fullmatch(r"(?:SEV)?\s*([1-4])[\s.,:;-]*(.*)", command.argument, re.IGNORECASE | re.DOTALL)
        if not found:
            return "say which level and why, as in: SEV 2 the workaround holds"
        severity, reason = Severity(f"SEV{found[1]}"), found[2].strip()
        lowering, rules = severity.level > case.severity.level, self.desk.rules(case).severity
        needs = rules.lowering_needs if lowering else rules.raising_needs
        person = self.desk.directory.person(command.person)
        has_role = person is not None and needs in person.roles
        if lowering and not (has_role and reason):
            return f"lowering the severity needs a {needs.replace('_', ' ')} and a reason"
        if not has_role and command.person not in (case.owner, case.backup):
            return f"the severity is set by the owner, the backup or a {needs.replace('_', ' ')}"
        self.desk.store.cases.save(replace(case, severity=severity, confirmed=True, revision=case.revision + 1))
        said = "confirmed" if severity is case.severity else f"changed from {case.severity.value}"
        self._note(case, now, "severity", f"{severity.value} {said} by {command.person}: {reason or 'no reason given'}")
        booked = self._want_call(replace(case, severity=severity), now, on_confirmation=True) if case.trusted else ""
        return f"{severity.value} is {said}{'; ' + booked if booked else ''}"

    def _call(self, command: Command, case: Case, now: datetime) -> str:
        return (
            self._want_call(case, now, on_confirmation=False)
            or "the playbook has no call for this severity; please phone"
        )

    def _want_call(self, case: Case, now: datetime, on_confirmation: bool) -> str:
        types = self.desk.rules(case).calls.call
        chosen = next(
            (c for c in types if c.severity is case.severity), None if on_confirmation else next(iter(types), None)
        )
        if chosen is None:
            return ""
        uid = f"{case.ref.lower()}-{chosen.id}@{self.desk.identity.mint.domain}"
        self.desk.store.calls.want(
            Call(0, self.desk.subject(case), chosen.id, uid, 0, CallState.WANTED, (), wanted_at=now)
        )
        return "a call is being booked with the customer, and everybody gets an invitation"

    def _resolve(self, command: Command, case: Case, now: datetime) -> str:
        if not case.stage.open:
            return "the case is not open"
        subject = self.desk.subject(case)
        owed = next(
            (
                p
                for p in self.desk.store.promises.of(subject)
                if p.kind is Kind.NEXT_UPDATE and p.state is PromiseState.OPEN
            ),
            None,
        )
        key = f"proposal:case:{case.id}:{command.id}"
        note = " ".join(command.argument.split())
        self.desk.store.letters.wish(
            Wish(
                "resolution_proposed",
                subject,
                Audience.CUSTOMER,
                case.contact,
                key,
                owed.id if owed else None,
                note=note,
            ),
            now,
        )
        return "a letter that proposes the solution is being written; you approve it before it goes"

    def _remark(self, command: Command, case: Case, now: datetime) -> str:
        return "noted in the record"

    def _stop(self, command: Command, case: Case, now: datetime) -> str:
        reason = command.argument or "no reason given"
        scope = (Scope.ACCOUNT, case.account_id) if case.account_id else (Scope.ALL, "")
        self.desk.store.records.turn(Switch(*scope, live=False, by=command.person, reason=reason), now)
        return f"nothing leaves for {case.account_id or 'anybody'} until somebody resumes it; promises go on counting: write by hand"

    def _help(self, command: Command, case: Case, now: datetime) -> str:
        return f"the words are: {WORDS}"

    def _tell_owner(self, case: Case, note: str, key: str, now: datetime) -> None:
        self.desk.store.letters.wish(
            Wish("needs_person", self.desk.subject(case), Audience.INTERNAL, case.owner, key, note=note), now
        )

    def _note(self, case: Case, now: datetime, what: str, said: str) -> None:
        self.desk.store.records.write(Entry(self.desk.subject(case), now, what, said, playbook=case.playbook))

    _ON_LETTERS: ClassVar[Mapping[Verb, Callable[["Commands", Command, Letter | None, Case, datetime], str]]] = {
        Verb.APPROVE: _approve, Verb.REJECT: _reject, Verb.EDIT: _edit,
    }  # fmt: skip
    _ON_CASES: ClassVar[Mapping[Verb, Callable[["Commands", Command, Case, datetime], str]]] = {
        Verb.ACK: _ack, Verb.FACT: _fact, Verb.SEV: _severity, Verb.CALL: _call, Verb.RESOLVE: _resolve,
        Verb.NOTE: _remark, Verb.STOP: _stop, Verb.HELP: _help,
    }  # fmt: skip

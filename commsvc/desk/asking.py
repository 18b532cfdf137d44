"""Put a draft before whoever the playbook names, with a time limit that is itself a promise."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from commsvc.desk import Desk
from commsvc.desk.owing import owe
from commsvc.domain.case.case import Case
from commsvc.domain.letter.letter import Audience, Letter, State, Wish
from commsvc.domain.playbook.approvers import roles
from commsvc.domain.playbook.span import Clock, Span
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.promise import State as PromiseState
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import Entry
from commsvc.domain.promise.worktime import WorkCalendar, at_share, due
from commsvc.ports import Claim

IF_SILENT = "A deputy is asked at half time; then the pre-approved holding statement goes, if no hold forbids it. Silence never approves."


@dataclass(frozen=True)
class Asking:
    desk: Desk

    def ask(self, claim: Claim[Letter], letter: Letter, case: Case, now: datetime) -> None:
        """Store the draft as waiting, and wish for a request to each approver."""
        rules, calendar = self.desk.rules(case), self.desk.calendar(case.account_id)
        limit = rules.chains.approval_limit[case.severity]
        by = self._deadline(letter, limit, calendar, now)
        expires = max(by, due(now, rules.guardrails.draft_expires[case.severity], calendar))
        draft = replace(letter, state=State.DRAFTED, approve_by=by, expires_at=expires)
        self.desk.store.letters.save(claim, draft)
        self.request(draft, case, now)
        self._promise(draft, by, now)

    def request(self, draft: Letter, case: Case, now: datetime) -> None:
        """Wish for an approval request to each person the playbook names for this letter."""
        people = self.desk.people(roles(draft.rule), case, frozenset(), now)
        for person in people:
            self.request_from(draft, person.address, now)
        names = ", ".join(p.name for p in people)
        self.desk.store.records.write(
            Entry(
                draft.wish.subject,
                now,
                "approval asked",
                f"{draft.wish.letter}: {names}",
                rule=f"approvals: {draft.rule}",
            )
        )

    def request_from(self, draft: Letter, address: str, now: datetime) -> None:
        """Wish for a request to one person; the same words are put to the same person once."""
        key = f"ask:{draft.id}:{draft.digest[:16]}:{address}"
        self.desk.store.letters.wish(
            Wish(
                "approval_request",
                draft.wish.subject,
                Audience.INTERNAL,
                address,
                key,
                regarding=draft.id,
                note=IF_SILENT,
            ),
            now,
        )

    def over(self, letter: Letter, now: datetime) -> None:
        """The draft waits no more: its approval is no longer owed."""
        mine = Subject("letter", letter.id)
        for promise in self.desk.store.promises.of(mine):
            self.desk.store.promises.settle(promise, PromiseState.VOID, now)

    def _deadline(self, letter: Letter, limit: Span, calendar: WorkCalendar, now: datetime) -> datetime:
        """The approver's limit, but never later than 95 % of what the letter would keep."""
        by = due(now, limit, calendar)
        kept = next(
            (p for p in self.desk.store.promises.of(letter.wish.subject) if p.id == letter.wish.promise_id), None
        )
        if kept is None or kept.state is not PromiseState.OPEN:
            return by
        latest = at_share(kept.started_at, kept.span, 95, calendar)
        return min(by, max(latest, now + timedelta(minutes=1)))

    def _promise(self, draft: Letter, by: datetime, now: datetime) -> None:
        span = Span(by - now, Clock.ALWAYS, f"{max(1, int((by - now).total_seconds() // 60))}m")
        subject = Subject("letter", draft.id)
        case = self.desk.store.cases.get(draft.wish.subject.id)
        owe(self.desk, case, Kind.APPROVAL, span, now, by, now, subject=subject, regarding=draft.id)

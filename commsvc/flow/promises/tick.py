"""Take every step of a chain that is due: do what it says, then tell its people.

A promise is judged again when it is picked up; its due column is a hint. After downtime the steps
that were missed are taken in one: the people of the last one are told, once. A promise that cannot be
looked after is put off by a minute, so that it never stands in the way of the others.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from commsvc.desk import Desk
from commsvc.desk.owing import end
from commsvc.domain.case.case import Case, Stage
from commsvc.domain.letter.effects import NAMED
from commsvc.domain.letter.letter import Letter, State
from commsvc.domain.playbook.words import Action, Kind
from commsvc.domain.promise.chain import Due, last_told, next_at, silence_over, steps_due
from commsvc.domain.promise.promise import Promise
from commsvc.domain.promise.promise import State as PromiseState
from commsvc.domain.promise.timeline import Entry
from commsvc.flow.promises.acts import Acts
from commsvc.flow.promises.standing_in import StandingIn
from commsvc.flow.promises.telling import Telling

log = structlog.get_logger(__name__)
BATCH = 500
LATER = timedelta(minutes=1)


@dataclass(frozen=True)
class Promises:
    desk: Desk

    def run(self, now: datetime) -> int:
        """Take every step that is due; returns how many promises were looked at."""
        self._stand_in(now)
        looked = 0
        for promise in self.desk.store.promises.due(now, BATCH):
            try:
                with self.desk.store.transaction():
                    self._climb(promise, now)
            except Exception as why:
                log.exception("a promise could not be looked after", promise=promise.id)
                self._put_off(promise, why, now)
            looked += 1
        return looked

    def _stand_in(self, now: datetime) -> None:
        try:
            StandingIn(self.desk).run(now)
        except Exception as why:
            log.exception("the work of somebody who is away could not be passed on")
            with self.desk.store.transaction():
                self.desk.store.records.trouble("absence", f"{type(why).__name__}: {why}", now)

    def _put_off(self, promise: Promise, why: Exception, now: datetime) -> None:
        with self.desk.store.transaction():
            self.desk.store.promises.save(replace(promise, next_at=now + LATER))
            said = f"{promise.kind.value} of {promise.subject.kind} {promise.subject.id}: {type(why).__name__}: {why}"
            self.desk.store.records.trouble(f"promise {promise.id}", said, now)

    def _climb(self, promise: Promise, now: datetime) -> None:
        case, draft = self._about(promise)
        chain = self.desk.chain(case, promise.kind)
        if chain is None or not self._still_owed(promise, case, draft):
            end(self.desk, case, promise, PromiseState.VOID, now, rule="chain")
            return
        calendar = self.desk.calendar(case.account_id)
        back = last_told(promise, chain, calendar) if silence_over(promise, now) else None
        if promise.quiet_until is not None and promise.quiet_until <= now:
            promise = self._break_silence(promise, case, now)
        taken = steps_due(promise, chain, calendar, now)
        for step in taken:
            Acts(self.desk).take(step, promise, case, draft, now)
        loud = [s for s in taken if s.step.to and not s.silenced and s.step.action is not Action.ASK_FACTS]
        if told := loud[-1] if loud else back:
            Telling(self.desk).tell(told, chain, promise, self.desk.store.cases.get(case.id), draft, now)
        climbed = replace(promise, step=taken[-1].number + 1) if taken else promise
        self.desk.store.promises.save(replace(climbed, next_at=next_at(climbed, chain, calendar)))
        self._late(promise, taken, now)

    def _about(self, promise: Promise) -> tuple[Case, Letter | None]:
        if promise.subject.kind == "letter":
            draft = self.desk.store.letters.get(promise.subject.id)
            return self.desk.store.cases.get(draft.wish.subject.id), draft
        return self.desk.store.cases.get(promise.subject.id), None

    def _still_owed(self, promise: Promise, case: Case, draft: Letter | None) -> bool:
        if promise.kind is Kind.APPROVAL:
            return draft is not None and draft.state is State.DRAFTED
        return case.stage.open or (case.stage is Stage.QUEUED and promise.kind in NAMED)

    def _break_silence(self, promise: Promise, case: Case, now: datetime) -> Promise:
        """Somebody had it, and their time is up: the warnings go on."""
        if now < promise.due_at:
            said = f"{promise.acked_by} had it; {promise.kind.value} is still owed, and the warnings go on"
            self.desk.store.records.write(
                Entry(self.desk.subject(case), now, "silence over", said, rule=f"chain {promise.kind.value}",
                      playbook=case.playbook))  # fmt: skip
        return replace(promise, acked_by="", quiet_until=None)

    def _late(self, promise: Promise, taken: list[Due], now: datetime) -> None:
        if promise.kind is not Kind.APPROVAL and any(s.at == promise.due_at for s in taken):
            said = f"{promise.kind.value} was due {promise.due_at:%Y-%m-%d %H:%M} UTC"
            self.desk.store.records.write(Entry(promise.subject, now, "promise late", said))

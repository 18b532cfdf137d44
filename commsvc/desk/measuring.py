"""The figures of cases received within some time: reads their past, and adds what the directory and the rules know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from commsvc.desk.desk import Desk
from commsvc.domain.case.directory import Account
from commsvc.domain.case.risk import sentiment
from commsvc.domain.learning.figures.account_risk import Signs
from commsvc.domain.learning.figures.figure import Known
from commsvc.domain.learning.figures.past import CAME_AGAIN, Terms, came_again, merged
from commsvc.domain.letter.wording import role_name
from commsvc.domain.playbook.words import Kind, Segment, Severity
from commsvc.domain.promise.promise import State

_MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Measuring:
    desk: Desk

    def received(self, since: datetime, until: datetime, reader: str, account: str = "") -> list[Known]:
        """The cases received in that time, each once, with the terms of its time. `reader` as in `Search`."""
        pasts = merged(self.desk.store.histories.received(since, until, reader, account))
        again, segment, terms = came_again(pasts), cache(self._segment), cache(self._terms)
        return [
            Known(replace(p, segment=segment(p.account_id)), terms(p.playbook, p.severity, p.account_id), p.case in again, self._role)
            for p in pasts
        ]  # fmt: skip

    def _segment(self, account_id: str) -> Segment:
        account = self.desk.directory.account(account_id)
        return account.segment if account else Segment.STANDARD

    def _terms(self, playbook: str, severity: Severity, account_id: str) -> Terms:
        rules, segment = self.desk.playbooks.version(playbook), self._segment(account_id)
        clock, awaits = rules.first_human(severity, segment).clock, rules.timelines.pause.get("customer")
        return Terms(
            clock, self.desk.calendar(account_id), rules.update(severity, segment), awaits.reason if awaits else ""
        )

    def _role(self, address: str) -> str:
        person = self.desk.directory.person(address)
        return (role_name(person) if person else "") or "somebody"

    def signs(self, account: Account, knowns: Iterable[Known], now: datetime) -> Signs:
        """What the last 90 days say of one account. `knowns`: its cases, of that time at least."""
        recent = [k for k in knowns if k.past.opened_at > now - CAME_AGAIN]
        month = now - _MONTH
        settled = [p for k in recent for p in k.past.owed if p.state in (State.KEPT, State.LATE)]
        late = [p for p in settled if p.kind is Kind.NEXT_UPDATE and p.state is State.LATE and p.due_at > month]
        answers = [s for k in recent for s in k.past.surveys if s.csat is not None]
        kept = sum(p.state is State.KEPT for p in settled)
        return Signs(
            elevated=sum(k.past.severity.elevated for k in recent), promises_kept=kept / len(settled) if settled else None,
            late_updates=len(late), mood=_mean(self._moods(recent, month)), came_again=any(k.came_again for k in recent),
            renewal_near=account.renewal is not None and timedelta() <= account.renewal - now.date() <= CAME_AGAIN,
            last_csat=max(answers, key=lambda s: s.at).csat if answers else None,
        )  # fmt: skip

    def _moods(self, knowns: Iterable[Known], since: datetime) -> list[float]:
        """The mood of each case of the last month, from all that its customer told."""
        told = [k.past for k in knowns if k.past.opened_at > since]
        moods = (sentiment(p.told, self.desk.playbooks.version(p.playbook), "") for p in told)
        return [m for m in moods if m is not None]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None

"""Erase what is personal: at somebody's request, or when its time of retention is over.

Never touches an open case, a legal hold or a restricted case. What is erased is named on the timeline by the numbers
of the entries, never by the person; backups and the mailboxes themselves are the operator's to clear.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.case.case import Case
from commsvc.domain.case.retention import Retention, kept_because
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.seal import ERASED
from commsvc.domain.promise.timeline import Entry
from commsvc.errors import Trouble

BATCH = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """What erasing one person would do. `own`: their cases, emptied whole. `shared`: other people's cases, in which
    only what bears their name goes. `kept`: a sentence for each case that stays. `loose`: mails of no case.
    """

    traces: tuple[str, ...]
    own: Sequence[Case]
    shared: Sequence[Case]
    kept: Sequence[str]
    loose: int

    @property
    def nothing(self) -> bool:
        return not (self.own or self.shared or self.kept or self.loose)


@dataclass(frozen=True)
class Erasure:
    desk: Desk

    def plan(self, address: str) -> Plan:
        """Look, and change nothing. Raises Trouble when it is one of our own people."""
        address = address.strip().lower()
        if self.desk.directory.person(address):
            raise Trouble(f"{address} is one of your own people: what they decided stays on the record")
        store, known = self.desk.store, self.desk.directory.known_contact(address)
        cases = [store.cases.get(id) for id in store.evidence.cases_with(address)]
        free = [c for c in cases if not kept_because(c)]
        return Plan(
            (address, known[1].name) if known else (address,),
            [c for c in free if c.contact == address], [c for c in free if c.contact != address],
            [kept_because(c) for c in cases if kept_because(c)], len(store.evidence.loose(address)),
        )  # fmt: skip

    def erase(self, address: str, by: str, reason: str, now: datetime) -> Plan:
        """Erase, and return what was done. Raises Trouble without a reason or with one that names the person."""
        with self.desk.store.transaction():
            plan = self.plan(address)
            if not reason.strip():
                raise Trouble("say why with --reason: it goes on the record of each case")
            if any(t.casefold() in f"{reason} {by}".casefold() for t in plan.traces):
                raise Trouble("the reason stays on the record, so it must not name the person who is erased")
            for case in plan.own:
                self._case(case, Entry(self.desk.subject(case), now, ERASED, reason, by), now)
            for case in plan.shared:
                self._case(case, Entry(self.desk.subject(case), now, ERASED, reason, by), now, plan.traces)
            self.desk.store.evidence.erase_loose(plan.traces[0], now)
        return plan

    def retain(self, retention: Retention, now: datetime) -> int:
        """Erase what has been kept long enough; returns how many mails and cases that were."""
        return self._originals(retention.originals_before(now), now) + self._cases(retention.cases_before(now), now)

    def _originals(self, before: datetime | None, now: datetime) -> int:
        store, done, last = self.desk.store, 0, 0
        while before and (old := store.evidence.old_originals(before, last, BATCH)):
            with store.transaction():
                free = [id for id, subject in old if not self._kept(subject)]
                store.evidence.erase_originals(free, now)
            done, last = done + len(free), old[-1][0]
        return done

    def _cases(self, before: datetime | None, now: datetime) -> int:
        store, done, last = self.desk.store, 0, 0
        while before and (quiet := store.evidence.quiet_cases(before, last, BATCH)):
            for id in quiet:
                with store.transaction():
                    case = store.cases.get(id)
                    if not kept_because(case):
                        said = "its time of retention is over"
                        self._case(case, Entry(self.desk.subject(case), now, ERASED, said, rule="retention"), now)
                        done += 1
            last = quiet[-1]
        return done

    def _kept(self, subject: Subject | None) -> str:
        if subject is None or subject.kind != "case":
            return ""
        return kept_because(self.desk.store.cases.get(subject.id))

    def _case(self, case: Case, entry: Entry, now: datetime, traces: Sequence[str] = ()) -> None:
        gone = self.desk.store.evidence.erase(case.id, now, traces)
        named = " ".join(map(str, gone))
        self.desk.store.records.write(Entry(entry.subject, now, entry.what, entry.said, entry.who, entry.rule, named,
                                            case.playbook))  # fmt: skip

"""Escalations and what is owed on them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from peewee import fn

from commsvc.adapters.store.rows import (
    Given,
    Insert,
    Row,
    Statement,
    Tables,
    Update,
    at,
    maybe_at,
    maybe_us,
    one,
    subject_of,
    us,
    words,
)
from commsvc.domain.case.case import Case, Stage
from commsvc.domain.playbook.span import read_span
from commsvc.domain.playbook.words import Hold, Kind, Severity
from commsvc.domain.promise.promise import Promise, State, Subject

OPEN_STAGES = [s.value for s in Stage if s.open]


class StoredCases:
    """`ports.Cases` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._t, t = tables, tables.escalation
        is_open = t.stage.in_(OPEN_STAGES)
        self._insert = Insert(tables.db, t)
        self._save = Update(tables.db, t)
        self._get = Statement(tables.db, t.select().where(t.id == Given("id")))
        self._load: dict[int, Statement] = {}
        newest = t.select().where((t.account_id == Given("account_id")) & is_open).order_by(t.id.desc())
        of_account = t.select().where(t.account_id == Given("account_id")).order_by(t.id.desc())
        self._of_account = Statement(tables.db, of_account.limit(Given("limit")))
        self._open_of = Statement(tables.db, newest.limit(Given("limit")))

    def open(self, case: Case) -> Case:
        return replace(case, id=self._insert.add({**_case_row(case), "opened_at": us(case.opened_at)}))

    def get(self, id: int) -> Case:
        return _case(one(self._get.rows(id=id), f"case {id}"))

    def save(self, case: Case) -> None:
        self._save.write(case.id, _case_row(case))

    def load(self, owners: Sequence[str]) -> Mapping[str, int]:
        if not owners:
            return {}
        names = {f"owner{n}": owner for n, owner in enumerate(owners)}
        if len(owners) not in self._load:
            self._load[len(owners)] = self._load_of([Given(name) for name in names])
        return {r["owner"]: r["n"] for r in self._load[len(owners)].rows(**names)}

    def _load_of(self, owners: Sequence[Given]) -> Statement:
        """Named owners and stages make it a look-up in the index, whatever else is stored."""
        t = self._t.escalation
        theirs = t.owner.in_(owners) & t.stage.in_(OPEN_STAGES)
        query = t.select(t.owner, fn.COUNT(t.id).alias("n")).where(theirs).group_by(t.owner)
        return Statement(self._t.db, query)

    def all_open(self) -> Sequence[Case]:
        t = self._t.escalation
        return [_case(r) for r in t.select().where(t.stage.in_(OPEN_STAGES)).order_by(t.id)]

    def open_of(self, account_id: str, limit: int = 50) -> Sequence[Case]:
        return [_case(r) for r in self._open_of.rows(account_id=account_id, limit=limit)]

    def of_account(self, account_id: str, limit: int = 50) -> Sequence[Case]:
        return [_case(r) for r in self._of_account.rows(account_id=account_id, limit=limit)]

    def listed(self, limit: int = 200) -> Sequence[Case]:
        """The newest cases, for the console."""
        t = self._t.escalation
        return [_case(r) for r in t.select().order_by(t.id.desc()).limit(limit)]


class StoredPromises:
    """`ports.Promises` on tables. The partial index on `next_at` makes a tick cost what is due."""

    def __init__(self, tables: Tables) -> None:
        self._t = t = tables.promise
        self._insert = Insert(tables.db, t)
        self._save = Update(tables.db, t)
        self._settle = Update(tables.db, t, t.state == State.OPEN.value)
        mine = (t.subject_kind == Given("kind")) & (t.subject_id == Given("id"))
        self._of = Statement(tables.db, t.select().where(mine).order_by(t.due_at, t.id))

    def make(self, subject: Subject, kind: Kind, span: str, started_at: datetime, due_at: datetime,
             next_at: datetime | None, regarding: int | None = None) -> Promise:  # fmt: skip
        id = self._insert.add({
            "subject_kind": subject.kind, "subject_id": subject.id, "kind": kind.value, "span": span,
            "started_at": us(started_at), "due_at": us(due_at), "state": State.OPEN.value,
            "next_at": maybe_us(next_at), "regarding": regarding,
        })  # fmt: skip
        return Promise(id, subject, kind, read_span(span), started_at, due_at, next_at=next_at, regarding=regarding)

    def of(self, subject: Subject) -> Sequence[Promise]:
        return [_promise(r) for r in self._of.rows(kind=subject.kind, id=subject.id)]

    def due(self, now: datetime, limit: int) -> Sequence[Promise]:
        t = self._t
        query = t.select().where((t.state == State.OPEN.value) & t.next_at.is_null(False) & (t.next_at <= us(now)))
        return [_promise(r) for r in query.order_by(t.next_at).limit(limit)]

    def save(self, promise: Promise) -> None:
        self._save.write(promise.id, {"step": promise.step, "next_at": maybe_us(promise.next_at),
                                      "span": str(promise.span), "started_at": us(promise.started_at),
                                      "acked_by": promise.acked_by, "quiet_until": maybe_us(promise.quiet_until),
                                      "due_at": us(promise.due_at)})  # fmt: skip

    def settle(self, promise: Promise, state: State, at: datetime) -> None:
        self._settle.write(promise.id, {"state": state.value, "next_at": None, "settled_at": us(at)})

    def next_at(self) -> datetime | None:
        t = self._t
        query = t.select(fn.MIN(t.next_at).alias("at")).where((t.state == State.OPEN.value) & t.next_at.is_null(False))
        return maybe_at(query.get()["at"])


def _case_row(c: Case) -> Row:
    return {
        "account_id": c.account_id, "contact": c.contact, "subject": c.subject, "stage": c.stage.value,
        "severity": c.severity.value, "confirmed": int(c.confirmed), "category": c.category, "area": c.area,
        "language": c.language, "owner": c.owner, "backup": c.backup, "impact": c.impact,
        "holds": " ".join(h.value for h in c.holds), "restricted": int(c.restricted), "trusted": int(c.trusted),
        "playbook": c.playbook, "revision": c.revision, "mailbox": c.mailbox,
        "told": " ".join(sorted(c.told)), "risk": c.risk,
    }  # fmt: skip


def _case(r: Row) -> Case:
    return Case(
        id=r["id"], account_id=r["account_id"], contact=r["contact"], subject=r["subject"], stage=Stage(r["stage"]),
        severity=Severity(r["severity"]), confirmed=bool(r["confirmed"]), category=r["category"], area=r["area"],
        language=r["language"], owner=r["owner"], backup=r["backup"], impact=r["impact"],
        holds=tuple(Hold(h) for h in words(r["holds"])), restricted=bool(r["restricted"]), trusted=bool(r["trusted"]),
        playbook=r["playbook"], opened_at=at(r["opened_at"]), revision=r["revision"], mailbox=r["mailbox"],
        told=frozenset(words(r["told"])), risk=r["risk"],
    )  # fmt: skip


def _promise(r: Row) -> Promise:
    return Promise(
        r["id"], subject_of(r), Kind(r["kind"]), read_span(r["span"]), at(r["started_at"]), at(r["due_at"]),
        State(r["state"]), r["step"], maybe_at(r["next_at"]), r["acked_by"], r["regarding"],
        maybe_at(r["settled_at"]),
        maybe_at(r["quiet_until"]),
    )  # fmt: skip

"""Escalations and what is owed on them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from peewee import JOIN, Expression, fn

from commsvc.adapters.store.alike import CaseWords
from commsvc.adapters.store.rows import (
    Given,
    Insert,
    Row,
    Statement,
    Tables,
    Update,
    at,
    literal,
    maybe_at,
    maybe_us,
    one,
    subject_of,
    us,
    words,
)
from commsvc.domain.case.case import Case, Stage
from commsvc.domain.case.search import Search
from commsvc.domain.playbook.span import read_span
from commsvc.domain.playbook.words import Hold, Kind, Severity
from commsvc.domain.promise.promise import Promise, State, Subject

OPEN_STAGES = [s.value for s in Stage if s.open]


class StoredCases:
    """`ports.Cases` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._t, t, self._words = tables, tables.escalation, CaseWords(tables)
        is_open = t.stage.in_(OPEN_STAGES)
        self._insert = Insert(tables.db, t)
        self._save = Update(tables.db, t)
        self._get = Statement(tables.db, t.select().where(t.id == Given("id")))
        self._load: dict[int, Statement] = {}
        self._all_open = Statement(
            tables.db, t.select().where(t.stage.in_([literal(s) for s in OPEN_STAGES])).order_by(t.id)
        )
        p = tables.promise
        owed = (p.subject_kind == "case") & (p.subject_id == t.id) & (p.state == State.OPEN.value)
        self._stalled = t.select().where(is_open & ~fn.EXISTS(p.select(p.id).where(owed))).order_by(t.id)
        newest = t.select().where((t.account_id == Given("account_id")) & is_open).order_by(t.id.desc())
        of_account = t.select().where(t.account_id == Given("account_id")).order_by(t.id.desc())
        resolved = of_account.where(t.stage == literal(Stage.RESOLVED.value))
        self._resolved_of = Statement(tables.db, resolved.limit(Given("limit")))
        self._of_account = Statement(tables.db, of_account.limit(Given("limit")))
        self._open_of = Statement(tables.db, newest.limit(Given("limit")))

    def open(self, case: Case) -> Case:
        return replace(case, id=self._insert.add({**_case_row(case), "opened_at": us(case.opened_at)}))

    def get(self, id: int) -> Case:
        return _case(one(self._get.rows(id=id), f"case {id}"))

    def save(self, case: Case) -> None:
        self._save.write(case.id, _case_row(case))
        self._words.keep(case)

    def alike(self, words: Sequence[str], limit: int) -> Sequence[Case]:
        t, ids = self._t.escalation, self._words.find(words, limit)
        over = (t.stage == Stage.RESOLVED.value) & (t.restricted == 0) & t.id.in_(ids)
        found = {r["id"]: _case(r) for r in t.select().where(over)} if ids else {}
        return [found[id] for id in ids if id in found]

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
        return [_case(r) for r in self._all_open.rows()]

    def stalled(self, limit: int) -> Sequence[Case]:
        return [_case(r) for r in self._stalled.limit(limit)]

    def open_of(self, account_id: str, limit: int = 50) -> Sequence[Case]:
        return [_case(r) for r in self._open_of.rows(account_id=account_id, limit=limit)]

    def of_account(self, account_id: str, limit: int = 50) -> Sequence[Case]:
        return [_case(r) for r in self._of_account.rows(account_id=account_id, limit=limit)]

    def resolved_of(self, account_id: str, limit: int = 50) -> Sequence[Case]:
        return [_case(r) for r in self._resolved_of.rows(account_id=account_id, limit=limit)]

    def found(self, search: Search, limit: int) -> Sequence[Case]:
        t, conditions = self._t.escalation, self._conditions(search)
        query = t.select().where(*conditions) if conditions else t.select()
        return [_case(r) for r in query.order_by(t.id.desc()).limit(limit)]

    def _conditions(self, search: Search) -> list[Expression]:
        t, found = self._t.escalation, []
        if words := search.words.strip():
            fits = t.subject.contains(words) | t.contact.contains(words) | (t.id == search.number)
            found.append(fits | t.account_id.in_(sorted(search.accounts)) if search.accounts else fits)
        if search.stages:
            found.append(t.stage.in_([s.value for s in search.stages]))
        named = (
            (t.severity, search.severity and search.severity.value),
            (t.owner, search.owner),
            (t.account_id, search.account),
        )
        found += [column == value for column, value in named if value]
        if search.person:
            found.append((t.owner == search.person) | (t.backup == search.person))
        if search.only:
            found.append(t.account_id.in_(sorted(search.only)))
        if search.before:
            found.append(t.id < search.before)
        return found + self._seen_by(search.reader)

    def _seen_by(self, reader: str) -> list[Expression]:
        t = self._t.escalation
        return [(t.restricted == 0) | (t.owner == reader) | (t.backup == reader)] if reader else []

    def owed_first(self, search: Search, limit: int) -> Sequence[Case]:
        t, p = self._t.escalation, self._t.promise
        is_owed = (p.state == State.OPEN.value) & (p.subject_kind == "case")
        first = (
            p.select(p.subject_id, fn.MIN(p.due_at).alias("due")).where(is_owed).group_by(p.subject_id).alias("first")
        )
        query = t.select().join(first, JOIN.LEFT_OUTER, on=(first.c.subject_id == t.id))
        query = query.where(t.stage.in_(OPEN_STAGES), *self._conditions(search))
        return [_case(r) for r in query.order_by(first.c.due.is_null(), first.c.due, t.id.desc()).limit(limit)]

    def stages(self, reader: str) -> Mapping[Stage, int]:
        t = self._t.escalation
        query = t.select(t.stage, fn.COUNT(t.id).alias("n"))
        query = query.where(*self._seen_by(reader)) if reader else query
        return {Stage(r["stage"]): r["n"] for r in query.group_by(t.stage)}

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
        waits = (t.state == literal(State.OPEN.value)) & t.next_at.is_null(False)
        due = t.select().where(waits & (t.next_at <= Given("now"))).order_by(t.next_at)
        self._due = Statement(tables.db, due.limit(Given("limit")))
        self._next = Statement(tables.db, t.select(fn.MIN(t.next_at).alias("at")).where(waits))

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

    def first_owed(self, cases: Sequence[int]) -> Mapping[int, Promise]:
        t = self._t
        theirs = (t.subject_kind == "case") & t.subject_id.in_(list(cases)) & (t.state == State.OPEN.value)
        rows = t.select().where(theirs).order_by(t.due_at.desc(), t.id.desc()) if cases else ()
        return {r["subject_id"]: _promise(r) for r in rows}

    def due(self, now: datetime, limit: int) -> Sequence[Promise]:
        return [_promise(r) for r in self._due.rows(now=us(now), limit=limit)]

    def save(self, promise: Promise) -> None:
        self._save.write(promise.id, {"step": promise.step, "next_at": maybe_us(promise.next_at),
                                      "span": str(promise.span), "started_at": us(promise.started_at),
                                      "acked_by": promise.acked_by, "quiet_until": maybe_us(promise.quiet_until),
                                      "due_at": us(promise.due_at)})  # fmt: skip

    def settle(self, promise: Promise, state: State, at: datetime) -> None:
        self._settle.write(promise.id, {"state": state.value, "next_at": None, "settled_at": us(at)})

    def next_at(self) -> datetime | None:
        return maybe_at(self._next.rows()[0]["at"])


def _case_row(c: Case) -> Row:
    return {
        "account_id": c.account_id, "contact": c.contact, "subject": c.subject, "stage": c.stage.value,
        "severity": c.severity.value, "confirmed": int(c.confirmed), "category": c.category, "area": c.area,
        "language": c.language, "owner": c.owner, "backup": c.backup, "impact": c.impact,
        "holds": " ".join(h.value for h in c.holds), "restricted": int(c.restricted), "trusted": int(c.trusted),
        "playbook": c.playbook, "revision": c.revision, "mailbox": c.mailbox,
        "told": " ".join(sorted(c.told)), "risk": c.risk, "merged_into": c.merged_into,
        "paused_until": maybe_us(c.paused_until), "pause": c.pause,
    }  # fmt: skip


def _case(r: Row) -> Case:
    return Case(
        id=r["id"], account_id=r["account_id"], contact=r["contact"], subject=r["subject"], stage=Stage(r["stage"]),
        severity=Severity(r["severity"]), confirmed=bool(r["confirmed"]), category=r["category"], area=r["area"],
        language=r["language"], owner=r["owner"], backup=r["backup"], impact=r["impact"],
        holds=tuple(Hold(h) for h in words(r["holds"])), restricted=bool(r["restricted"]), trusted=bool(r["trusted"]),
        playbook=r["playbook"], opened_at=at(r["opened_at"]), revision=r["revision"], mailbox=r["mailbox"],
        told=frozenset(words(r["told"])), risk=r["risk"], merged_into=r["merged_into"],
        paused_until=maybe_at(r["paused_until"]), pause=r["pause"],
    )  # fmt: skip


def _promise(r: Row) -> Promise:
    return Promise(
        r["id"], subject_of(r), Kind(r["kind"]), read_span(r["span"]), at(r["started_at"]), at(r["due_at"]),
        State(r["state"]), r["step"], maybe_at(r["next_at"]), r["acked_by"], r["regarding"],
        maybe_at(r["settled_at"]),
        maybe_at(r["quiet_until"]),
    )  # fmt: skip

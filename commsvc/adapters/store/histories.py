"""The past of many cases at once: one question a table, over the range of their numbers."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from peewee import Expression

from commsvc.adapters.store.rows import Row, Tables, at, maybe_at, us, words
from commsvc.domain.call.invitation import State as CallState
from commsvc.domain.case.case import Event, Stage
from commsvc.domain.learning.figures.past import Offer, Owed, Past, Pause, Said
from commsvc.domain.learning.figures.spans import CALL
from commsvc.domain.letter.letter import Audience, State
from commsvc.domain.playbook.words import Kind, Severity
from commsvc.domain.promise.handoff import State as HandoffState
from commsvc.domain.promise.promise import State as PromiseState
from commsvc.domain.promise.timeline import MOVED, RATED

_MOVES = ("resolved", MOVED, "paused", RATED)
_AGAIN = tuple(f"{stage.value} to {Stage.INVESTIGATE.value}" for stage in (Stage.RESOLVED, Stage.RECOVER))
"""How an entry says that a resolved case was opened again, by a mail or by a person."""
_EASED = tuple(f" to {stage.value}" for stage in (Stage.MITIGATE, Stage.MONITOR))
_UNTIL = re.compile(r"; no update until (\d{4}-\d\d-\d\d \d\d:\d\d) UTC$")
_KINDS = {k.value: k for k in Kind}
_STATES = {s.value: s for s in PromiseState}
_LEVELS = {s.value: s for s in Severity}
"""Looked up many thousand times for one page, where calling the enum is most of the work."""
Rows = dict[int, list[Row]]


class StoredHistories:
    """`ports.Histories` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables

    def received(self, since: datetime, until: datetime, reader: str, account: str = "") -> Sequence[Past]:
        e = self._t.escalation
        conditions = [e.opened_at >= us(since), e.opened_at < us(until), e.stage != Stage.QUEUED.value]
        conditions.append(e.account_id == account if account else e.account_id != "")
        if reader:
            conditions.append((e.restricted == 0) | (e.owner == reader) | (e.backup == reader))
        columns = (e.id, e.account_id, e.severity, e.area, e.opened_at, e.playbook, e.risk, e.told, e.merged_into)
        cases = list(e.select(*columns).where(*conditions).order_by(e.id))
        if not cases:
            return []
        first, last = cases[0]["id"], cases[-1]["id"]
        moves, letters, calls = self._moves(first, last), self._letters(first, last), self._calls(first, last)
        wrote, owed, offers = self._wrote(first, last), self._owed(first, last), self._offers(first, last)
        return [
            Past(
                r["id"], r["account_id"], _LEVELS[r["severity"]], r["area"], at(r["opened_at"]), r["playbook"], risk=r["risk"],
                told=frozenset(words(r["told"])), resolved=_resolved(moves[r["id"]]), reopened=_reopened(moves[r["id"]]),
                eased=_eased(moves[r["id"]]), paused=_paused(moves[r["id"]]), merged_into=r["merged_into"],
                judged=tuple(at(m["at"]) for m in moves[r["id"]] if m["what"] == RATED),
                wrote=tuple(at(m["received_at"]) for m in wrote[r["id"]]), said=_said(letters[r["id"]], calls[r["id"]]),
                owed=_owed(owed[r["id"]]), offers=tuple(offers[r["id"]]),
            ) for r in cases
        ]  # fmt: skip

    def _moves(self, first: int, last: int) -> Rows:
        t = self._t.timeline
        columns = (t.subject_id, t.at, t.what, t.said)
        return self._by_case(t, columns, first, last, t.what.in_(_MOVES))

    def _letters(self, first: int, last: int) -> Rows:
        t = self._t.letter
        went = (t.audience == Audience.CUSTOMER.value) & (t.state == State.SENT.value)
        return self._by_case(t, (t.subject_id, t.letter, t.rule, t.sent_at), first, last, went)

    def _calls(self, first: int, last: int) -> Rows:
        t = self._t.call
        return self._by_case(t, (t.subject_id, t.start_at), first, last, t.state == CallState.HELD.value)

    def _wrote(self, first: int, last: int) -> Rows:
        t = self._t.message
        return self._by_case(t, (t.subject_id, t.received_at), first, last, t.by_us == 0)

    def _owed(self, first: int, last: int) -> Rows:
        t = self._t.promise
        columns = (t.subject_id, t.kind, t.due_at, t.started_at, t.state, t.settled_at)
        return self._by_case(t, columns, first, last, t.id > 0)

    def _by_case(self, t: Any, columns: Iterable[Any], first: int, last: int, also: Expression) -> Rows:
        mine = (t.subject_kind == "case") & t.subject_id.between(first, last)
        return _grouped(t.select(*columns).where(mine & also).order_by(t.subject_id, t.id), "subject_id")

    def _offers(self, first: int, last: int) -> dict[int, list[Offer]]:
        h = self._t.handoff
        rows = list(h.select().where(h.case_id.between(first, last)).order_by(h.id))
        acted = self._acted({r["case_id"] for r in rows if r["answered_at"]})
        found: dict[int, list[Offer]] = defaultdict(list)
        for r in rows:
            after = [
                e["at"] for e in acted[r["case_id"]] if e["who"] == r["receiver"] and e["at"] > (r["answered_at"] or 0)
            ]
            found[r["case_id"]].append(Offer(
                r["giver"], r["receiver"], HandoffState(r["state"]), at(r["offered_at"]), maybe_at(r["answered_at"]),
                maybe_at(min(after, default=None)),
            ))  # fmt: skip
        return found

    def _acted(self, cases: set[int]) -> Rows:
        t = self._t.timeline
        if not cases:
            return defaultdict(list)
        mine = (t.subject_kind == "case") & t.subject_id.in_(sorted(cases)) & (t.who != "commsvc") & (t.who != "")
        return _grouped(t.select(t.subject_id, t.at, t.who).where(mine).order_by(t.id), "subject_id")


def _grouped(rows: Iterable[Row], key: str) -> Rows:
    found: Rows = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found


def _resolved(moves: Sequence[Row]) -> tuple[tuple[datetime, bool], ...]:
    return tuple((at(m["at"]), m["said"] == Event.CONFIRMED.value) for m in moves if m["what"] == "resolved")


def _reopened(moves: Sequence[Row]) -> tuple[datetime, ...]:
    return tuple(at(m["at"]) for m in moves if m["what"] == MOVED and m["said"].startswith(_AGAIN))


def _eased(moves: Sequence[Row]) -> tuple[datetime, ...]:
    """When somebody moved it there: `investigate to mitigate: orders go by the old queue`."""
    stages = (m for m in moves if m["what"] == MOVED and m["said"].partition(":")[0].endswith(_EASED))
    return tuple(at(m["at"]) for m in stages)


def _paused(moves: Sequence[Row]) -> tuple[Pause, ...]:
    found = ((m, _UNTIL.search(m["said"])) for m in moves if m["what"] == "paused")
    return tuple(
        Pause(at(m["at"]), datetime.strptime(until[1], "%Y-%m-%d %H:%M").replace(tzinfo=UTC), m["said"][: until.start()])
        for m, until in found if until
    )  # fmt: skip


def _said(letters: Sequence[Row], calls: Sequence[Row]) -> tuple[Said, ...]:
    found = [Said(x["letter"], at(x["sent_at"]), x["rule"] == "auto") for x in letters if x["sent_at"]]
    found += [Said(CALL, at(c["start_at"]), automatic=False) for c in calls if c["start_at"]]
    return tuple(sorted(found, key=lambda s: s.at))


def _owed(rows: Sequence[Row]) -> tuple[Owed, ...]:
    """A promise that is owed again because its letter came back counts once, as it stands now."""
    newest = {(r["kind"], r["started_at"], r["due_at"]): r for r in rows}
    return tuple(
        Owed(_KINDS[r["kind"]], at(r["due_at"]), _STATES[r["state"]], maybe_at(r["settled_at"]))
        for r in newest.values()
    )

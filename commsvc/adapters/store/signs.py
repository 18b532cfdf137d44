"""What is seen of the service itself: counts and times, in a handful of questions."""

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase, fn

from commsvc.adapters.store.rows import Tables, at, maybe_at, us
from commsvc.domain.health.vitals import MailboxSign, Trouble, Vitals
from commsvc.domain.letter.letter import State as LetterState
from commsvc.domain.promise.promise import State as PromiseState
from commsvc.ports.signs import TICK

_FRESH = timedelta(days=1)
_MOST = 2000
"""Arrivals that are read back: more teach nothing new."""
_OUTBOX = (LetterState.WANTED, LetterState.READY, LetterState.SENDING, LetterState.DOT)


class StoredSigns:
    """`ports.Signs` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables

    def leave(self, name: str, at: datetime) -> None:
        t = self._t.sign
        t.insert(name=name, at=us(at)).on_conflict(conflict_target=(t.name,), update={t.at: us(at)}).execute()

    def look(self, now: datetime) -> Vitals:
        t, m, p = self._t, self._t.raw_mail, self._t.promise
        signs = {r["name"]: at(r["at"]) for r in t.sign.select()}
        letters = _by_state(t.letter)
        is_open = p.state == PromiseState.OPEN.value
        return Vitals(
            now, self._seen(), _by_state(m), _count(m, (m.state == "quarantined") & (m.received_at > us(now - _FRESH))),
            letters, letters.get(LetterState.UNCERTAIN.value, 0), sum(letters.get(s.value, 0) for s in _OUTBOX),
            _count(p, is_open), _count(p, is_open & (p.due_at < us(now))),
            tuple(MailboxSign(r["name"], maybe_at(r["last_seen_at"] or None), signs.get(f"mailbox {r['name']}"), self._dated(r["name"]))
                  for r in t.mailbox.select().order_by(t.mailbox.name)),
            tuple(Trouble(r["source"], r["said"], at(r["at"])) for r in t.trouble.select().order_by(t.trouble.source)),
            signs.get(TICK), self._free(),
        )  # fmt: skip

    def arrivals(self, mailbox: str, since: datetime) -> Sequence[datetime]:
        t = self._t.raw_mail
        mine = (t.mailbox == mailbox) & (t.received_at >= us(since)) & (t.history == 0)
        newest = t.select(t.received_at).where(mine).order_by(t.received_at.desc()).limit(_MOST)
        return [at(r["received_at"]) for r in newest][::-1]

    def _dated(self, mailbox: str) -> datetime | None:
        t = self._t.raw_mail
        newest = t.select(t.received_at).where(t.mailbox == mailbox).order_by(t.received_at.desc()).limit(1)
        return next((at(r["received_at"]) for r in newest), None)

    def _seen(self) -> int:
        box = self._t.mailbox
        return int(box.select(fn.COALESCE(fn.SUM(box.taken), 0).alias("n")).get()["n"])

    def _free(self) -> int | None:
        """Bytes on the disk of a database that is a file of ours."""
        db = self._t.db
        if not isinstance(db, SqliteDatabase) or db.database == ":memory:":
            return None
        return shutil.disk_usage(Path(db.database).resolve().parent).free


def _by_state(table: Any) -> dict[str, int]:
    return {r["state"]: r["n"] for r in table.select(table.state, fn.COUNT(table.id).alias("n")).group_by(table.state)}


def _count(table: Any, where: Any) -> int:
    return int(table.select(fn.COUNT(table.id).alias("n")).where(where).get()["n"])

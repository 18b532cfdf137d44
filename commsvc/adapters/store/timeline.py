"""The timeline: entries that are only added, each sealed to the one before it (`domain/promise/seal.py`)."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime

from peewee import EXCLUDED

from commsvc.adapters.store.rows import Given, Row, Statement, Tables, at, subject_of, us
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.seal import Chain, Sealed, digest, link
from commsvc.domain.promise.timeline import Entry


class StoredTimeline:
    """`ports.Timeline` on tables. The row with the head of a chain is what two writers wait for each other at."""

    def __init__(self, tables: Tables) -> None:
        self._db, self._t, self._heads = tables.db, tables.timeline, tables.chain
        t = self._t
        columns = (
            "subject_kind",
            "subject_id",
            "at",
            "what",
            "who",
            "rule",
            "said",
            "evidence",
            "playbook",
            "salt",
            "digest",
            "link",
        )
        self._add = Statement(tables.db, t.insert({c: Given(c) for c in columns}))
        c = self._heads
        begun = c.insert({c.subject_kind: Given("kind"), c.subject_id: Given("id"), c.head: ""})
        key = (c.subject_kind, c.subject_id)
        held = begun.on_conflict(conflict_target=key, update={c.subject_id: EXCLUDED.subject_id}).returning(c.head)
        self._hold = Statement(tables.db, held)
        mine = (c.subject_kind == Given("kind")) & (c.subject_id == Given("id"))
        self._advance = Statement(tables.db, c.update({c.head: Given("head")}).where(mine))

    def write(self, entries: Sequence[Entry]) -> None:
        if self._db.in_transaction():
            self._append(entries)
            return
        with self._db.atomic():
            self._append(entries)

    def _append(self, entries: Sequence[Entry]) -> None:
        """`entries`, all about one subject, sealed one to the other."""
        kind, id = entries[0].subject.kind, entries[0].subject.id
        head, rows = self._hold.run(kind=kind, id=id).fetchall()[0][0], []
        for entry in entries:
            salt = secrets.token_hex(16)
            sealed = digest(entry, salt)
            head = link(head, sealed)
            rows.append({
                "subject_kind": kind, "subject_id": id, "at": us(entry.at), "what": entry.what, "who": entry.who,
                "rule": entry.rule, "said": entry.said, "evidence": entry.evidence, "playbook": entry.playbook,
                "salt": salt, "digest": sealed, "link": head,
            })  # fmt: skip
        self._add.run_each(rows)
        self._advance.run(kind=kind, id=id, head=head)

    def timeline(self, subject: Subject) -> Sequence[Entry]:
        t = self._t
        return [_entry(r) for r in t.select().where(self._of(subject)).order_by(t.id)]

    def changes_since(self, since: datetime) -> Sequence[Entry]:
        t = self._t
        return [_entry(r) for r in t.select().where(t.at >= us(since)).order_by(t.id)]

    def chain(self, subject: Subject) -> Chain:
        t, c = self._t, self._heads
        rows = list(t.select().where(self._of(subject)).order_by(t.id))
        heads = list(c.select(c.head).where((c.subject_kind == subject.kind) & (c.subject_id == subject.id)))
        return Chain(subject, [_sealed(r) for r in rows], heads[0]["head"] if heads else "")

    def chains(self) -> Iterator[Chain]:
        t, c = self._t, self._heads
        known = {subject_of(r) for r in c.select(c.subject_kind, c.subject_id)}
        known |= {subject_of(r) for r in t.select(t.subject_kind, t.subject_id).distinct()}
        return (self.chain(s) for s in sorted(known, key=lambda s: (s.kind, s.id)))

    def blank(self, subject: Subject, ids: Sequence[int]) -> None:
        t = self._t
        t.update(said="", evidence="", who="", salt="").where(self._of(subject) & t.id.in_(ids)).execute()

    def _of(self, subject: Subject) -> object:
        return (self._t.subject_kind == subject.kind) & (self._t.subject_id == subject.id)


def _entry(r: Row) -> Entry:
    return Entry(subject_of(r), at(r["at"]), r["what"], r["said"], r["who"], r["rule"], r["evidence"], r["playbook"])


def _sealed(r: Row) -> Sealed:
    return Sealed(r["id"], _entry(r), r["salt"], r["digest"], r["link"])

"""What is personal in each table of a case, and how it is taken out.

Whole: each text becomes a constant. For one person: only where their traces stand, and whole rows that are theirs.
Ids, times, states and rules stay, so that counts and the seal of the timeline go on holding.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from commsvc.adapters.store.rows import Row, Tables
from commsvc.domain.promise.promise import Subject

GONE = "erased"
"""Stands where a name, an address or a title stood."""


class Emptying:
    """`traces`: addresses and names of one person; none empties everything."""

    def __init__(self, tables: Tables, traces: Sequence[str] = ()) -> None:
        self._t, t = tables, tables
        self._traces = re.compile("|".join(map(re.escape, traces)), re.IGNORECASE) if traces else None
        self._personal: Mapping[Any, Row] = {
            t.escalation: {"contact": GONE, "subject": GONE, "impact": ""},
            t.message: {"message_id": "", "body_hash": "", "sender": GONE, "subject": GONE, "words": "",
                        "conversation": ""},
            t.letter: {"recipient": GONE, "wish_key": GONE, "note": "", "title": GONE, "body_text": "", "body_html": "",
                       "calendar": "", "twin": "", "in_reply_to": "", "refs": "", "reply_to": "", "why": ""},
            t.fact: {"statement": GONE, "source": GONE, "confirmed_by": GONE},
            t.command: {"argument": "", "outcome": ""},
            t.handoff: {"reason": ""},
            t.attendee: {"name": GONE, "address": GONE},
        }  # fmt: skip
        self._unique = {t.letter: "wish_key", t.attendee: "address"}
        self._theirs = {t.message: "sender", t.letter: "recipient", t.fact: "source", t.attendee: "address"}

    def case(self, subject: Subject) -> None:
        """Empty every table of one case, the timeline excepted."""
        t = self._t
        self.rows(t.escalation, t.escalation.id == subject.id)
        for table in (t.message, t.letter, t.fact, t.command):
            self.rows(table, of(table, subject))
        self.rows(t.handoff, t.handoff.case_id == subject.id)
        calls = t.call.select(t.call.id).where(of(t.call, subject))
        self.rows(t.attendee, t.attendee.call_id.in_(calls) & (t.attendee.customer == 1))

    def rows(self, table: Any, where: Any) -> None:
        """Empty the rows of one table."""
        for row in list(table.select().where(where)):
            if changed := self._emptied(table, row):
                table.update(**changed).where(table.id == row["id"]).execute()

    def _emptied(self, table: Any, row: Row) -> Row:
        personal = {name: value for name, value in self._personal[table].items() if row[name] is not None}
        if unique := self._unique.get(table):
            personal[unique] = f"{GONE} {row['id']}"
        owner = self._theirs.get(table)
        if self._traces is None or (owner and self._traces.fullmatch(row[owner])):
            return personal
        cleaned = {name: self._traces.sub(GONE, row[name]) for name in personal}
        return {name: text for name, text in cleaned.items() if text != row[name]}


def of(table: Any, subject: Subject) -> Any:
    """The rows of a table that belong to a subject."""
    return (table.subject_kind == subject.kind) & (table.subject_id == subject.id)

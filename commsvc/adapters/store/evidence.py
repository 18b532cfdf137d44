"""The record for those who may demand it, and its erasure."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from commsvc.adapters.store.rows import Tables, at, us
from commsvc.adapters.store.timeline import StoredTimeline
from commsvc.domain.letter.facts import Disclosure, Fact
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.seal import ERASED, Chain
from commsvc.evidence import Original

GONE = "erased"
"""Stands where a name, an address or words stood."""


class StoredEvidence:
    """`evidence.Evidence` on tables."""

    def __init__(self, tables: Tables, timeline: StoredTimeline) -> None:
        self._t, self._timeline = tables, timeline

    def chain(self, subject: Subject) -> Chain:
        return self._timeline.chain(subject)

    def chains(self) -> Iterable[Chain]:
        return self._timeline.chains()

    def originals(self, subject: Subject) -> Sequence[Original]:
        r, m = self._t.raw_mail, self._t.message
        rows = (
            m.select(r.id, r.received_at, r.sha256, r.body, m.sender, m.subject, m.words)
            .join(r, on=(m.raw_id == r.id))
            .where(_of(m, subject))
            .order_by(r.id)
        )
        return [Original(x["id"], at(x["received_at"]), x["sha256"], bytes(x["body"]), x["sender"], x["subject"], x["words"])
                for x in rows]  # fmt: skip

    def facts(self, subject: Subject) -> Sequence[Fact]:
        t = self._t.fact
        rows = t.select().where(_of(t, subject)).order_by(t.id)
        return [
            Fact(r["id"], subject, r["statement"], Disclosure(r["disclosure"]), r["source"], at(r["at"])) for r in rows
        ]

    def cases_with(self, address: str) -> Sequence[int]:
        e, m, x = self._t.escalation, self._t.message, self._t.letter
        wrote = m.select(m.subject_id).where((m.sender == address) & (m.subject_kind == "case"))
        got = x.select(x.subject_id).where((x.recipient == address) & (x.subject_kind == "case"))
        theirs = (e.contact == address) | e.id.in_(wrote) | e.id.in_(got)
        return [r["id"] for r in e.select(e.id).where(theirs).order_by(e.id)]

    def erase(self, case_id: int, at: datetime) -> Sequence[int]:
        subject = Subject("case", case_id)
        self._erase_mails(subject, at)
        self._erase_letters(subject)
        self._erase_calls(subject)
        t = self._t
        t.escalation.update(contact=GONE, subject=GONE, impact="").where(t.escalation.id == case_id).execute()
        t.fact.update(statement=GONE, source=GONE).where(_of(t.fact, subject)).execute()
        t.command.update(argument="", outcome="").where(_of(t.command, subject)).execute()
        written = [s.id for s in self.chain(subject).entries if s.salt and s.entry.what != ERASED]
        self._timeline.blank(subject, written)
        return written

    def _erase_mails(self, subject: Subject, now: datetime) -> None:
        r, m = self._t.raw_mail, self._t.message
        originals = [o for o in self.originals(subject) if o.raw]
        ids = [o.id for o in originals]
        Tombstones(self._t).add([o.sha256 for o in originals], now)
        emptied = {r.body: b"", r.rcpt_to: "", r.submitted_by: "", r.sha256: "", r.reason: ""}
        r.update(emptied).where(r.id.in_(ids)).execute()
        m.update(message_id="", body_hash="", sender=GONE, subject=GONE, words="", conversation="").where(
            _of(m, subject)
        ).execute()

    def _erase_letters(self, subject: Subject) -> None:
        x = self._t.letter
        for row in list(x.select(x.id).where(_of(x, subject))):
            x.update(recipient=GONE, wish_key=f"{GONE} {row['id']}", note="", title=GONE, body_text="", body_html="",
                     calendar="", twin="", in_reply_to="", refs="", reply_to="", why="").where(x.id == row["id"]).execute()  # fmt: skip

    def _erase_calls(self, subject: Subject) -> None:
        c, a = self._t.call, self._t.attendee
        for row in list(a.select(a.id).where(a.call_id.in_(c.select(c.id).where(_of(c, subject))) & (a.customer == 1))):
            a.update(name=GONE, address=f"{GONE} {row['id']}").where(a.id == row["id"]).execute()


class Tombstones:
    """Which mails were erased, as salted proofs: a mail can be recognised, not guessed back."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables.tombstone

    def add(self, digests: Iterable[str], now: datetime) -> None:
        salt = self._salt() or secrets.token_hex(16)
        for digest in dict.fromkeys(digests):
            row = {"salt": salt, "proof": _proof(salt, digest), "at": us(now)}
            self._t.insert(row).on_conflict_ignore().execute()

    def among(self, digests: Collection[str]) -> frozenset[str]:
        """Those of these SHA-256 digests whose mails were erased."""
        salt = self._salt()
        if not salt:
            return frozenset()
        proofs = {_proof(salt, d): d for d in digests}
        found = self._t.select(self._t.proof).where(self._t.proof.in_(list(proofs)))
        return frozenset(proofs[r["proof"]] for r in found)

    def _salt(self) -> str:
        rows = list(self._t.select(self._t.salt).limit(1))
        return rows[0]["salt"] if rows else ""


def _proof(salt: str, digest: str) -> str:
    return hmac.new(salt.encode(), digest.encode(), hashlib.sha256).hexdigest()


def _of(table: object, subject: Subject) -> object:
    return (table.subject_kind == subject.kind) & (table.subject_id == subject.id)  # type: ignore[attr-defined]

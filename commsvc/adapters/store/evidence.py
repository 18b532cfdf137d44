"""The record for those who may demand it, and its erasure."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from peewee import JOIN, SqliteDatabase, fn

from commsvc.adapters.store.alike import CaseWords
from commsvc.adapters.store.cases import OPEN_STAGES
from commsvc.adapters.store.emptying import GONE, Emptying, of
from commsvc.adapters.store.rows import Tables, at, subject_of, us
from commsvc.adapters.store.timeline import StoredTimeline
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.seal import ERASED, Chain
from commsvc.ports import Original


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
            .where(of(m, subject))
            .order_by(r.id)
        )
        return [Original(x["id"], at(x["received_at"]), x["sha256"], bytes(x["body"]), x["sender"], x["subject"], x["words"])
                for x in rows]  # fmt: skip

    def cases_with(self, address: str) -> Sequence[int]:
        e, m, x = self._t.escalation, self._t.message, self._t.letter
        wrote = m.select(m.subject_id).where((m.sender == address) & (m.subject_kind == "case"))
        got = x.select(x.subject_id).where((x.recipient == address) & (x.subject_kind == "case"))
        theirs = (e.contact == address) | e.id.in_(wrote) | e.id.in_(got)
        return [r["id"] for r in e.select(e.id).where(theirs).order_by(e.id)]

    def loose(self, address: str) -> Sequence[int]:
        r, m = self._t.raw_mail, self._t.message
        of_cases = m.select(m.raw_id).where(m.subject_kind == "case")
        rows = r.select(r.id).where((r.state != "new") & r.id.not_in(of_cases) & (fn.LENGTH(r.body) > 0)).order_by(r.id)
        named = address.lower().encode()
        return [x["id"] for x in rows if named in self._body(x["id"]).lower()]

    def _body(self, id: int) -> bytes:
        r = self._t.raw_mail
        return bytes(r.select(r.body).where(r.id == id).get()["body"])

    def erase(self, case_id: int, at: datetime, traces: Sequence[str] = ()) -> Sequence[int]:
        subject = Subject("case", case_id)
        self._overwrite()
        mails = [o.id for o in self.originals(subject) if not traces or _bears(traces, o.sender, _readable(o.raw))]
        self.erase_originals([*mails, *self._copies(mails)], at)
        Emptying(self._t, traces).case(subject)
        CaseWords(self._t).erase(case_id)
        written = [s for s in self.chain(subject).entries if s.salt and s.entry.what != ERASED]
        gone = [s.id for s in written if not traces or _bears(traces, s.entry.said, s.entry.evidence, s.entry.who)]
        self._timeline.blank(subject, gone)
        return gone

    def erase_originals(self, ids: Sequence[int], at: datetime) -> None:
        r = self._t.raw_mail
        self._overwrite()
        mine = r.id.in_(ids) & (fn.LENGTH(r.body) > 0)
        Tombstones(self._t).add([x["sha256"] for x in r.select(r.sha256).where(mine)], at)
        r.update(body=b"", rcpt_to="", submitted_by="", sha256="").where(mine).execute()

    def erase_loose(self, address: str, at: datetime) -> None:
        ids, m, x = self.loose(address), self._t.message, self._t.letter
        self.erase_originals(ids, at)
        empty = Emptying(self._t)
        empty.rows(m, m.raw_id.in_(ids) | ((m.sender == address) & (m.subject_kind != "case")))
        empty.rows(x, (x.recipient == address) & (x.subject_kind != "case"))
        self._t.learnt.delete().where(self._t.learnt.address == address).execute()
        self._t.left_list.delete().where(self._t.left_list.address == address).execute()

    def old_originals(self, before: datetime, after: int, limit: int) -> Sequence[tuple[int, Subject | None]]:
        r, m = self._t.raw_mail, self._t.message
        old = (r.received_at < us(before)) & (r.id > after) & r.state.not_in(["new", "quarantined"])
        rows = r.select(r.id, m.subject_kind, m.subject_id).join(m, JOIN.LEFT_OUTER, on=(m.raw_id == r.id))
        rows = rows.where(old & (fn.LENGTH(r.body) > 0)).order_by(r.id).limit(limit)
        return [(x["id"], subject_of(x) if x["subject_kind"] else None) for x in rows]

    def quiet_cases(self, before: datetime, after: int, limit: int) -> Sequence[int]:
        e, t = self._t.escalation, self._t.timeline
        newer = t.select(t.id).where((t.subject_kind == "case") & (t.subject_id == e.id) & (t.at >= us(before)))
        closed = e.stage.not_in(OPEN_STAGES) & (e.contact != GONE) & (e.opened_at < us(before)) & (e.id > after)
        return [x["id"] for x in e.select(e.id).where(closed & ~fn.EXISTS(newer)).order_by(e.id).limit(limit)]

    def _copies(self, ids: Sequence[int]) -> list[int]:
        """Mails that came a second time as these."""
        r = self._t.raw_mail
        return [x["id"] for x in r.select(r.id).where(r.reason.in_([f"a copy of mail {id}" for id in ids]))]

    def _overwrite(self) -> None:
        """SQLite is to overwrite what it frees, on this connection."""
        if isinstance(self._t.db, SqliteDatabase):
            self._t.db.execute_sql("PRAGMA secure_delete = ON")


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


def _bears(traces: Sequence[str], *texts: str) -> bool:
    return any(t.casefold() in text.casefold() for t in traces for text in texts)


def _readable(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")

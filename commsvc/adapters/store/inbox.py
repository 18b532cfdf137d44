"""Raw mail and what became of each; the messages of a case."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from peewee import fn

from commsvc.adapters.store.evidence import Tombstones
from commsvc.adapters.store.rows import (
    Claims,
    Given,
    Insert,
    Row,
    Statement,
    Tables,
    at,
    one,
    still_ours,
    subject_of,
    us,
    words,
    write_claimed,
)
from commsvc.domain.learning.replay import PastMail
from commsvc.domain.letter.letter import State as LetterState
from commsvc.domain.mail.arrival import Arrival, RawMail
from commsvc.domain.mail.mail import Mail
from commsvc.domain.promise.promise import Subject
from commsvc.ports import Claim, Message


class StoredInbox:
    """`ports.Inbox` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._t, t, m = tables, tables.raw_mail, tables.message
        self._arrived = Insert(tables.db, t, (t.mailbox, t.uidvalidity, t.uid))
        settled = t.update(state=Given("state"), reason=Given("reason"), lease_until=0)
        self._settle = Statement(tables.db, settled.where((t.id == Given("id")) & (t.fence == Given("fence"))))
        self._box = Statement(tables.db, tables.mailbox.select().where(tables.mailbox.name == Given("name")))
        self._claims = Claims(tables.db, tables.raw_mail, "new")
        self._message = Insert(tables.db, m)
        same = (m.message_id == Given("message_id")) & (m.body_hash == Given("body_hash"))
        self._known = Statement(tables.db, m.select(m.raw_id).where(same).limit(1))
        of_a_case = (m.message_id == Given("message_id")) & (m.subject_kind == "case")
        self._case_of = Statement(tables.db, m.select(m.message_id, m.subject_id).where(of_a_case).order_by(m.id))
        thread = (m.subject_kind == Given("kind")) & (m.subject_id == Given("id"))
        self._thread = Statement(tables.db, m.select().where(thread).order_by(m.id))

    def connect(self, mailbox: str, uidvalidity: int, now: datetime) -> tuple[datetime, str]:
        box = self._t.mailbox
        known = self._box.rows(name=mailbox)
        if not known:
            box.insert(name=mailbox, first_connected_at=us(now), uidvalidity=uidvalidity).on_conflict_ignore().execute()
        row = one(known or self._box.rows(name=mailbox), f"mailbox {mailbox}")
        last_uid = row["last_uid"]
        if row["uidvalidity"] != uidvalidity:
            box.update(uidvalidity=uidvalidity, last_uid=0).where(box.name == mailbox).execute()
            last_uid = 0
        return at(row["first_connected_at"]), str(last_uid)

    def began(self) -> datetime | None:
        box = self._t.mailbox
        rows = list(box.select(box.first_connected_at).order_by(box.first_connected_at).limit(1))
        return at(rows[0]["first_connected_at"]) if rows else None

    def add(self, arrivals: Sequence[Arrival], now: datetime) -> int:
        erased = Tombstones(self._t).among({a.sha256 for a in arrivals})
        first = {
            name: self.connect(name, validity, now)[0]
            for name, validity in {(a.mailbox, a.uidvalidity) for a in arrivals}
        }
        new = [
            a.mailbox for a in arrivals if a.sha256 not in erased and self._arrived.add({
                "mailbox": a.mailbox, "uidvalidity": a.uidvalidity, "uid": a.uid, "received_at": us(a.received_at),
                "sha256": a.sha256, "body": a.raw, "rcpt_to": " ".join(a.rcpt_to), "submitted_by": a.submitted_by,
                "history": int(a.received_at < first[a.mailbox]), "state": "new",
            })
        ]  # fmt: skip
        for name, count in Counter(new).items():
            box = self._t.mailbox
            box.update({box.taken: box.taken + count}).where(box.name == name).execute()
        self._advance(arrivals, now)
        return len(new)

    def _advance(self, arrivals: Sequence[Arrival], now: datetime) -> None:
        box, uids = self._t.mailbox, defaultdict(list)
        for a in arrivals:
            uids[a.mailbox].append(int(a.uid) if a.uid.isdigit() else 0)
        for name, last in ((name, max(seen)) for name, seen in uids.items()):
            box.update(last_uid=last, last_seen_at=us(now)).where((box.name == name) & (box.last_uid <= last)).execute()

    def claim(self, limit: int, now: datetime, lease: timedelta) -> Sequence[Claim[RawMail]]:
        rows = self._claims.take(now, limit, lease)
        return [Claim(_raw(r), r["attempts"], r["fence"]) for r in rows]

    def settle(self, claim: Claim[RawMail], state: str, reason: str, subject: Subject | None, mail: Mail | None,
               by_us: bool = False) -> None:  # fmt: skip
        id = claim.row.id
        still_ours(id, self._settle.changed(state=state, reason=reason, id=id, fence=claim.fence))
        if mail is not None:
            self._message.add({
                "raw_id": id, "message_id": mail.message_id, "body_hash": mail.body_hash,
                "subject_kind": subject.kind if subject else "", "subject_id": subject.id if subject else 0,
                "sender": mail.sender.address, "subject": mail.subject, "words": mail.reply_text or mail.text,
                "received_at": us(claim.row.arrival.received_at), "by_us": int(by_us),
                "conversation": mail.conversation,
            })  # fmt: skip

    def part(self, raw_id: int, reason: str) -> bool:
        t, m = self._t.raw_mail, self._t.message
        joined = (t.id == raw_id) & (t.state == "appended")
        again = {"state": "new", "reason": reason, "apart": 1, "attempts": 0, "lease_until": 0}
        if not t.update(**again).where(joined).execute():
            return False
        m.delete().where(m.raw_id == raw_id).execute()
        return True

    def release(self, claim: Claim[RawMail], reason: str, again_at: datetime) -> None:
        write_claimed(self._t.raw_mail, claim.row.id, claim.fence, {"reason": reason}, again_at)

    def known(self, mail: Mail) -> int | None:
        if not mail.message_id:
            return None
        rows = self._known.rows(message_id=mail.message_id, body_hash=mail.body_hash)
        return rows[0]["raw_id"] if rows else None

    def cases_of(self, message_ids: Sequence[str]) -> Mapping[str, int]:
        ids = {i for i in message_ids if i}
        found = [row for i in ids for row in self._case_of.rows(message_id=i)]
        return {r["message_id"]: r["subject_id"] for r in found}

    def cases_of_conversation(self, conversation: str) -> Sequence[int]:
        if not conversation:
            return []
        m = self._t.message
        mine = (m.conversation == conversation) & (m.subject_kind == "case")
        return list(
            dict.fromkeys(r["subject_id"] for r in m.select(m.subject_id).where(mine).order_by(m.id.desc()).limit(20))
        )

    def thread(self, subject: Subject) -> Sequence[Message]:
        return [
            Message(
                r["message_id"],
                r["sender"],
                r["subject"],
                r["words"],
                at(r["received_at"]),
                bool(r["by_us"]),
                r["conversation"],
            )
            for r in self._thread.rows(kind=subject.kind, id=subject.id)
        ]

    def past(self, since: datetime, after: int, limit: int) -> Sequence[PastMail]:
        t, m = self._t.raw_mail, self._t.message
        query = t.select().where((t.received_at >= us(since)) & (t.id > after)).order_by(t.id).limit(limit)
        rows = list(query)
        known = m.select(m.raw_id, m.subject_kind, m.subject_id).where(m.raw_id.in_([r["id"] for r in rows]))
        subjects = {r["raw_id"]: subject_of(r) for r in known if r["subject_kind"]}
        return [PastMail(_raw(r), r["state"], r["reason"], subjects.get(r["id"])) for r in rows]

    def ledger(self) -> Mapping[str, int]:
        t = self._t.raw_mail
        return {r["state"]: r["n"] for r in t.select(t.state, fn.COUNT(t.id).alias("n")).group_by(t.state)}

    def seen(self) -> int:
        box = self._t.mailbox
        return int(box.select(fn.COALESCE(fn.SUM(box.taken), 0).alias("n")).get()["n"])

    def quarantined(self) -> Sequence[tuple[int, str, datetime]]:
        t = self._t.raw_mail
        query = t.select(t.id, t.reason, t.received_at).where(t.state == "quarantined").order_by(t.id.desc()).limit(200)
        return [(r["id"], r["reason"], at(r["received_at"])) for r in query]

    def auto_answers_since(self, address: str, since: datetime) -> int:
        t = self._t.letter
        query = t.select(fn.COUNT(t.id).alias("n")).where(
            (t.recipient == address)
            & (t.rule == "auto")
            & (t.state == LetterState.SENT.value)
            & (t.sent_at >= us(since))
        )
        return int(query.get()["n"])


def _raw(row: Row) -> RawMail:
    arrival = Arrival(
        row["mailbox"], row["uidvalidity"], row["uid"], bytes(row["body"]), at(row["received_at"]),
        words(row["rcpt_to"]), row["submitted_by"],
    )  # fmt: skip
    return RawMail(row["id"], arrival, bool(row["history"]), bool(row["apart"]))

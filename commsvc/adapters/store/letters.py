"""Letters, from the wish to the last word about them, and whom we asked to approve which."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from commsvc.adapters.store.rows import (
    Insert,
    Row,
    Tables,
    at,
    claim,
    maybe_at,
    maybe_us,
    one,
    subject_of,
    us,
    words,
    write_claimed,
)
from commsvc.domain.letter.approval import Asked
from commsvc.domain.letter.letter import Audience, Letter, State, Wish, Words
from commsvc.domain.letter.situation import Counts
from commsvc.domain.promise.promise import Subject
from commsvc.ports import Claim

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


class StoredLetters:
    """`ports.Letters` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._t, self._db, self._asked, self._cases = tables.letter, tables.db, tables.asked, tables.escalation
        self._wished = Insert(tables.db, tables.letter, (tables.letter.wish_key,))

    def wish(self, wish: Wish, now: datetime) -> bool:
        return self._wished.add({
            "subject_kind": wish.subject.kind, "subject_id": wish.subject.id, "letter": wish.letter,
            "audience": wish.audience.value, "recipient": wish.to, "wish_key": wish.key, "promise_id": wish.promise_id,
            "regarding": wish.regarding, "note": wish.note, "state": State.WANTED.value, "created_at": us(now),
        }) > 0  # fmt: skip

    def get(self, id: int) -> Letter:
        return _letter(one(self._t.select().where(self._t.id == id), f"letter {id}"))

    def claim(self, state: State, now: datetime, limit: int, lease: timedelta) -> Sequence[Claim[Letter]]:
        t = self._t
        also = [t.send_at.is_null() | (t.send_at <= us(now))] if state is State.READY else []
        rows = claim(t, self._db, state.value, now, limit, lease, *also, first=[t.audience])
        return [Claim(_letter(r), r["attempts"], r["fence"]) for r in rows]

    def save(self, claim: Claim[Letter], letter: Letter) -> None:
        write_claimed(self._t, letter.id, claim.fence, _row(letter))

    def wait(self, claim: Claim[Letter], letter: Letter) -> None:
        write_claimed(self._t, letter.id, claim.fence, {**_row(letter), "attempts": 0})

    def change(self, letter: Letter, was: State) -> bool:
        t = self._t
        return bool(t.update(**_row(letter)).where((t.id == letter.id) & (t.state == was.value)).execute() == 1)

    def of(self, subject: Subject) -> Sequence[Letter]:
        return [_letter(r) for r in self._t.select().where(self._mine(subject)).order_by(self._t.id)]

    def last_to(self, subject: Subject, to: str) -> Letter | None:
        t = self._t
        went = t.state.in_([State.SENT.value, State.DOT.value, State.UNCERTAIN.value])
        rows = list(t.select().where(self._mine(subject) & (t.recipient == to) & went).order_by(t.id.desc()).limit(1))
        return _letter(rows[0]) if rows else None

    def drafted(self) -> Sequence[Letter]:
        return self._in(State.DRAFTED)

    def in_doubt(self) -> Sequence[Letter]:
        return self._in(State.UNCERTAIN)

    def came_back(self, address: str, since: datetime) -> datetime | None:
        t = self._t
        back = (t.recipient == address) & (t.state == State.BOUNCED.value) & (t.sent_at > us(since))
        return maybe_at(t.select(fn.MAX(t.sent_at).alias("at")).where(back).get()["at"])

    def counts(self, subject: Subject, to: str, now: datetime) -> Counts:
        t = self._t
        sent = (t.audience == Audience.CUSTOMER.value) & (t.state == State.SENT.value)
        consecutive = 0
        for row in t.select(t.rule).where(self._mine(subject) & sent).order_by(t.sent_at.desc(), t.id.desc()).limit(20):
            if row["rule"] != "auto":
                break
            consecutive += 1
        today = sent & (t.rule == "auto") & (t.sent_at > us(now - _DAY))
        hour = today & (t.sent_at > us(now - _HOUR))
        domain = t.recipient.endswith("@" + to.rpartition("@")[2])
        e = self._cases
        account = e.select(e.account_id).where(e.id == subject.id)
        theirs = (t.subject_kind == "case") & t.subject_id.in_(
            e.select(e.id).where((e.account_id == account) & (e.account_id != ""))
        )
        return Counts(consecutive, self._count(self._mine(subject) & today), self._count((t.recipient == to) & today),
                      self._count((t.recipient == to) & hour), self._count(domain & today), self._count(theirs & hour))  # fmt: skip

    def recover(self, now: datetime) -> int:
        t = self._t
        ours = (t.state == State.DOT.value) & (t.audience != Audience.CUSTOMER.value)
        t.update(state=State.READY.value, lease_until=0).where((t.state == State.SENDING.value) | ours).execute()
        return int(
            t.update(
                state=State.UNCERTAIN.value,
                lease_until=0,
                why=f"the daemon stopped after handing it over; found {now:%Y-%m-%d %H:%M} UTC",
            )
            .where(t.state == State.DOT.value)
            .execute()
        )

    def ask(self, letter_id: int, about: int, person: str, digest: str) -> None:
        self._asked.insert(letter_id=letter_id, about_letter=about, person=person, digest=digest).execute()

    def asked(self, letter_id: int) -> tuple[int, str, str] | None:
        rows = list(self._asked.select().where(self._asked.letter_id == letter_id).limit(1))
        return (rows[0]["about_letter"], rows[0]["person"], rows[0]["digest"]) if rows else None

    def approvers(self, about: int) -> Asked:
        rows = list(self._asked.select().where(self._asked.about_letter == about).order_by(self._asked.id.desc()))
        return Asked(rows[0]["digest"] if rows else "", frozenset(r["person"] for r in rows))

    def watched(self, since: datetime) -> Sequence[Letter]:
        t = self._t
        return [_letter(r) for r in t.select().where((t.state == State.WATCHED.value) & (t.created_at >= us(since)))]

    def _in(self, state: State) -> Sequence[Letter]:
        return [_letter(r) for r in self._t.select().where(self._t.state == state.value).order_by(self._t.id)]

    def _mine(self, subject: Subject) -> Any:
        return (self._t.subject_kind == subject.kind) & (self._t.subject_id == subject.id)

    def _count(self, where: Any) -> int:
        return int(self._t.select(fn.COUNT(self._t.id).alias("n")).where(where).get()["n"])


def _row(letter: Letter) -> Row:
    w = letter.words
    return {
        "state": letter.state.value, "title": w.title if w else None, "body_text": w.text if w else None,
        "body_html": w.html if w else None, "calendar": w.calendar if w else "", "twin": w.twin if w else "", "method": w.method if w else "",
        "rule": letter.rule, "revision": letter.revision, "approve_by": maybe_us(letter.approve_by),
        "expires_at": maybe_us(letter.expires_at), "approved_by": letter.approved_by,
        "approved_digest": letter.approved_digest, "send_at": maybe_us(letter.send_at),
        "names_update_at": maybe_us(letter.names_update_at), "message_id": letter.message_id,
        "in_reply_to": letter.in_reply_to, "refs": " ".join(letter.references), "reply_to": letter.reply_to,
        "why": letter.why, "sent_at": maybe_us(letter.sent_at), "released": "\n".join(letter.released),
    }  # fmt: skip


def _letter(r: Row) -> Letter:
    wish = Wish(r["letter"], subject_of(r), Audience(r["audience"]), r["recipient"], r["wish_key"], r["promise_id"],
                r["regarding"], r["note"])  # fmt: skip
    text = r["body_text"]
    content = None if text is None else Words(r["title"], text, r["body_html"], r["calendar"], r["method"], r["twin"])
    return Letter(
        r["id"], wish, State(r["state"]), at(r["created_at"]), content, r["rule"], r["revision"],
        maybe_at(r["approve_by"]), maybe_at(r["expires_at"]), r["approved_by"], r["approved_digest"],
        maybe_at(r["send_at"]), maybe_at(r["names_update_at"]), r["message_id"], r["in_reply_to"], words(r["refs"]),
        r["reply_to"], r["why"], r["attempts"], maybe_at(r["sent_at"]), tuple(r["released"].split("\n")) if r["released"] else (),
    )  # fmt: skip

"""Letters, from the wish to the last word about them, and whom we asked to approve which."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from peewee import fn

from commsvc.adapters.store.counting import Counting
from commsvc.adapters.store.rows import (
    Claims,
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
    still_ours,
    subject_of,
    us,
    words,
)
from commsvc.domain.letter.approval import Asked
from commsvc.domain.letter.letter import Audience, Letter, State, Wish, Words
from commsvc.domain.letter.situation import Check, Counts
from commsvc.domain.promise.promise import Subject
from commsvc.ports import Claim

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


class StoredLetters:
    """`ports.Letters` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._t, self._db, self._asked = tables.letter, tables.db, tables.asked
        t, db, given = tables.letter, tables.db, Given
        self._left = tables.left_list
        self._wished = Insert(db, t, (t.wish_key,))
        self._get = Statement(db, t.select().where(t.id == given("id")))
        mine = (t.subject_kind == given("kind")) & (t.subject_id == given("subject"))
        self._of = Statement(db, t.select().where(mine).order_by(t.id))
        went = t.state.in_([State.SENT.value, State.DOT.value, State.UNCERTAIN.value])
        to = t.recipient == given("to")
        self._last_to = Statement(db, t.select().where(mine & to & went).order_by(t.id.desc()).limit(1))
        back = to & (t.state == State.BOUNCED.value) & (t.sent_at > given("since"))
        self._came_back = Statement(db, t.select(fn.MAX(t.sent_at).alias("at")).where(back))
        self._moved = Update(db, t, t.state == given("was"))
        self._saved = Update(db, t, t.fence == given("held"))
        timely = t.send_at.is_null() | (t.send_at <= given("now"))
        self._claims = {s: Claims(db, t, s.value, timely if s is State.READY else None, ("audience",)) for s in State}
        self._inside = {s: Statement(db, t.select().where(t.state == literal(s.value)).order_by(t.id)) for s in State}
        self._counts = Counting(tables)

    def wish(self, wish: Wish, now: datetime) -> bool:
        return self._wished.add({
            "subject_kind": wish.subject.kind, "subject_id": wish.subject.id, "letter": wish.letter,
            "audience": wish.audience.value, "recipient": wish.to, "wish_key": wish.key, "promise_id": wish.promise_id,
            "regarding": wish.regarding, "note": wish.note, "state": State.WANTED.value, "created_at": us(now),
        }) > 0  # fmt: skip

    def get(self, id: int) -> Letter:
        return _letter(one(self._get.rows(id=id), f"letter {id}"))

    def claim(self, state: State, now: datetime, limit: int, lease: timedelta) -> Sequence[Claim[Letter]]:
        rows = self._claims[state].take(now, limit, lease)
        return [Claim(_letter(r), r["attempts"], r["fence"]) for r in rows]

    def save(self, claim: Claim[Letter], letter: Letter) -> None:
        self._write(claim, letter, {})

    def wait(self, claim: Claim[Letter], letter: Letter) -> None:
        self._write(claim, letter, {"attempts": 0})

    def _write(self, claim: Claim[Letter], letter: Letter, more: Row) -> None:
        row = {**_row(letter), "lease_until": 0, **more}
        still_ours(letter.id, self._saved.write(letter.id, row, held=claim.fence))

    def change(self, letter: Letter, was: State) -> bool:
        return self._moved.write(letter.id, _row(letter), was=was.value) == 1

    def of(self, subject: Subject) -> Sequence[Letter]:
        return [_letter(r) for r in self._of.rows(kind=subject.kind, subject=subject.id)]

    def last_to(self, subject: Subject, to: str) -> Letter | None:
        rows = self._last_to.rows(kind=subject.kind, subject=subject.id, to=to)
        return _letter(rows[0]) if rows else None

    def count(self, state: State) -> int:
        return int(self._t.select(fn.COUNT(self._t.id).alias("n")).where(self._t.state == state.value).get()["n"])

    def held_for_names(self) -> tuple[int, int]:
        t = self._t
        released = t.released != ""
        held = released | t.why.startswith(f"{Check.FOREIGN.name.lower()}: ")
        return tuple(int(t.select(fn.COUNT(t.id).alias("n")).where(w).get()["n"]) for w in (held, released))  # type: ignore[return-value]

    def leave(self, list_: str, address: str, at: datetime) -> None:
        self._left.insert(list=list_, address=address, at=us(at)).on_conflict_ignore().execute()

    def left(self, list_: str, address: str) -> bool:
        mine = (self._left.list == list_) & (self._left.address == address)
        return bool(self._left.select().where(mine).exists())

    def newest(self) -> int:
        return int(self._t.select(fn.MAX(self._t.id).alias("id")).get()["id"] or 0)

    def drafted(self) -> Sequence[Letter]:
        return self._in(State.DRAFTED)

    def in_doubt(self) -> Sequence[Letter]:
        return self._in(State.UNCERTAIN)

    def came_back(self, address: str, since: datetime) -> datetime | None:
        return maybe_at(self._came_back.rows(to=address, since=us(since))[0]["at"])

    def counts(self, subject: Subject, to: str, now: datetime) -> Counts:
        return self._counts.of(subject, to, now)

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

    def say_yes(self, about: int, person: str, digest: str, at: datetime) -> None:
        t = self._asked
        mine = (t.about_letter == about) & (t.person == person) & (t.digest == digest) & t.used_at.is_null()
        t.update(used_at=us(at)).where(mine).execute()

    def yes(self, about: int, digest: str) -> frozenset[str]:
        t = self._asked
        said = (t.about_letter == about) & (t.digest == digest) & t.used_at.is_null(False)
        return frozenset(r["person"] for r in t.select(t.person).where(said))

    def watched(self, since: datetime) -> Sequence[Letter]:
        t = self._t
        return [_letter(r) for r in t.select().where((t.state == State.WATCHED.value) & (t.created_at >= us(since)))]

    def _in(self, state: State) -> Sequence[Letter]:
        return [_letter(r) for r in self._inside[state].rows()]


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

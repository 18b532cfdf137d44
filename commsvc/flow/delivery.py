"""Ready → gate again → sending → dot → sent: each letter at most once past the final dot.

The state is committed before each step on the wire. A crash while `sending` is safe to repeat; a
crash after `dot` leaves a letter to a customer in doubt: listed, never sent again blindly. Internal letters
go at least once: the same Message-ID twice harms nobody (reliability.md, P5).

Temporary:  4xx, connection lost before the dot    again later, with growing pauses, for an hour
Permanent:  5xx                                    the owner is told
Uncertain:  no answer after the dot                listed; a person or the evidence decides
Standards:  RFC 5321 (4.2.1 replies), RFC 1047 (duplicates)
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from commsvc.desk import Desk
from commsvc.desk.sent import Sent
from commsvc.domain.case.case import Case
from commsvc.domain.letter import gate
from commsvc.domain.letter.effects import needless
from commsvc.domain.letter.letter import SUBSCRIPTIONS, Audience, Letter, State, Wish
from commsvc.domain.letter.mime import Letterhead, write
from commsvc.domain.letter.situation import Check, Refusal
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import Entry
from commsvc.errors import Permanent, Stale, Temporary, Uncertain
from commsvc.ports import Claim, Pager, Sender

log = structlog.get_logger(__name__)
BATCH = 50
LEASE = timedelta(minutes=10)
TRIES = 8
PAGE = "page"
"""The one letter that goes by pager instead of by mail."""
ALARM = "service_alarm"
"""Goes by pager where one reaches the operator: what stands wrong may be the mail itself."""
IN_DOUBT = (
    " A copy in the Sent folder or the journal settles it by itself. If you know: ARRIVED, or AGAIN and your reason."
)
OVERTAKEN = (Check.STALE, Check.PAST)


@dataclass(frozen=True)
class Delivery:
    desk: Desk
    sender: Sender
    pager: Pager | None = None
    lanes: int = 1
    """So many letters are on the wire at once; those about one subject never."""

    def run(self, now: datetime) -> int:
        """Send everything that may go now; returns how many letters were handled."""
        handled = 0
        while claims := self._claim(now):
            self._all(claims, now)
            handled += len(claims)
            if len(claims) < BATCH:
                break
        return handled

    def _all(self, claims: Sequence[Claim[Letter]], now: datetime) -> None:
        if self.lanes == 1:
            self._lane(claims, now)
            return
        with ThreadPoolExecutor(self.lanes) as pool:
            for done in [pool.submit(self._lane, lane, now) for lane in self._apart(claims)]:
                done.result()

    def _lane(self, claims: Sequence[Claim[Letter]], now: datetime) -> None:
        for claim in claims:
            self._guarded(claim, now)

    def _apart(self, claims: Sequence[Claim[Letter]]) -> list[list[Claim[Letter]]]:
        """The letters by lane, in their order: what is about one subject goes one after the other."""
        lanes: list[list[Claim[Letter]]] = [[] for _ in range(self.lanes)]
        for claim in claims:
            lanes[claim.row.wish.subject.id % self.lanes].append(claim)
        return [lane for lane in lanes if lane]

    def _claim(self, now: datetime) -> list[Claim[Letter]]:
        with self.desk.store.transaction():
            return list(self.desk.store.letters.claim(State.READY, now, BATCH, LEASE))

    def _guarded(self, claim: Claim[Letter], now: datetime) -> None:
        """One letter that breaks something of ours holds up no other, and is not left half-way."""
        try:
            self._one(claim, now)
        except Stale:
            log.warning("letter was taken by another worker", letter=claim.row.id)
        except Exception as why:
            log.exception("letter could not be handled", letter=claim.row.id)
            letter, said = self.desk.store.letters.get(claim.row.id), f"{type(why).__name__}: {why}"
            if letter.state is State.DOT and letter.wish.audience is Audience.CUSTOMER:
                self._failed(letter, State.UNCERTAIN, said, now)
            elif letter.state in (State.READY, State.SENDING, State.DOT):
                self._again(claim, said, now)

    def _one(self, claim: Claim[Letter], now: datetime) -> None:
        letter, letters = claim.row, self.desk.store.letters
        case = self.desk.store.cases.get(letter.wish.subject.id) if letter.wish.subject.kind == "case" else None
        if needless(letter, self.desk.store.promises.of(letter.wish.subject)):
            self._withdraw(claim, "what it announced has come, or is no longer owed", now)
            return
        refusal = gate.judge(letter, self.desk.situation(letter, case, now), sending=True)
        with self.desk.store.transaction(durable=refusal is not None):
            if refusal is not None and refusal.until is not None:
                self._waits(claim, refusal, refusal.until, now)
                return
            if refusal is not None:
                self._refused(claim, case, refusal, now)
                return
            answers, references = self._thread(letter.wish)
            letter = replace(letter, state=State.SENDING, in_reply_to=answers, references=references)
            letters.save(claim, letter)
        try:
            self._hand_over(letter, case, now)
        except Temporary as why:
            self._again(claim, str(why), now)
        except Permanent as why:
            self._failed(letter, State.FAILED, str(why), now)
        except Uncertain as why:
            if letter.wish.audience is Audience.CUSTOMER:
                self._failed(letter, State.UNCERTAIN, str(why), now)
            else:
                self._again(claim, str(why), now)
        else:
            self._sent(letter, case, now)

    def _hand_over(self, letter: Letter, case: Case | None, now: datetime) -> None:
        """To the wire, or to the pager. A page that was not taken is no harm to repeat: it wakes, and says no more."""
        mark = partial(self._mark, letter, State.DOT, State.SENDING)
        reached = self.pager is not None and self.pager.reaches(letter.wish.to)
        if letter.words is not None and (letter.wish.letter == PAGE or (letter.wish.letter == ALARM and reached)):
            if self.pager is None or not reached:
                raise Permanent(f"there is no way to page {letter.wish.to}; the mail beside it went")
            self.pager.page(letter.wish.to, letter.words.title, letter.words.text)
            mark()
            return
        self.sender.send(write(letter, self._head(letter, case), self._name(letter, case), now), at_dot=mark)

    def _mark(self, letter: Letter, to: State, was: State) -> None:
        with self.desk.store.transaction():
            self.desk.store.letters.change(replace(letter, state=to), was)

    def _thread(self, wish: Wish) -> tuple[str, tuple[str, ...]]:
        """In-Reply-To and References as of now: the customer's first mail, then our letters to this person."""
        letters, subject = self.desk.store.letters, wish.subject
        if subject.kind != "case":
            return "", ()
        last = letters.last_to(subject, wish.to)
        if wish.audience is not Audience.CUSTOMER:
            return (last.message_id, (*last.references[-18:], last.message_id)) if last else ("", ())
        theirs = [m.message_id for m in self.desk.store.inbox.thread(subject) if not m.by_us and m.message_id]
        root = theirs[:1]
        chain = (*last.references[1:][-17:], last.message_id) if last else ()
        newest = last.message_id if last and len(theirs) < 2 else (theirs[-1] if theirs else "")
        return newest, tuple(dict.fromkeys((*root, *chain, *theirs[-1:])))

    def _head(self, letter: Letter, case: Case | None) -> Letterhead:
        identity = self.desk.identity
        wish = letter.wish
        theirs = (
            [m for m in self.desk.store.inbox.thread(wish.subject) if not m.by_us]
            if wish.audience is Audience.CUSTOMER
            else []
        )
        on = SUBSCRIPTIONS.get(wish.letter)
        leave = f"{identity.brand.console_url}/leave/{identity.mint.leaving(on, wish.to)}" if on else ""
        return Letterhead(identity.brand.name, identity.mailbox, identity.mint.bounce_address(letter.id),
                          theirs[-1].conversation if theirs else "", self._plain(wish, case), leave)  # fmt: skip

    def _plain(self, wish: Wish, case: Case | None) -> bool:
        account = self.desk.directory.account(case.account_id) if case else None
        contact = account.contact(wish.to) if account else None
        return contact is not None and contact.plain

    def _name(self, letter: Letter, case: Case | None) -> str:
        person = self.desk.directory.person(letter.wish.to)
        account = self.desk.directory.account(case.account_id) if case else None
        contact = account.contact(letter.wish.to) if account else None
        return contact.name if contact else person.name if person else ""

    def _sent(self, letter: Letter, case: Case | None, now: datetime) -> None:
        with self.desk.store.transaction():
            self.desk.store.letters.change(replace(letter, state=State.SENT, sent_at=now), State.DOT)
            if case is not None:
                Sent(self.desk).happened(letter, self.desk.store.cases.get(case.id), now)

    def _refused(self, claim: Claim[Letter], case: Case | None, refusal: Refusal, now: datetime) -> None:
        letter, letters = claim.row, self.desk.store.letters
        if refusal.check in OVERTAKEN and case:
            self._withdraw(claim, str(refusal), now)
            letters.wish(replace(letter.wish, key=f"{letter.wish.key.partition('#')[0]}#{case.revision}"), now)
            return
        state = State.WATCHED if refusal.check is Check.WATCHING else State.REFUSED
        letters.save(claim, replace(letter, state=state, why=str(refusal)))
        if letter.wish.audience is Audience.CUSTOMER and state is State.REFUSED:
            self._tell(letter, f"The letter {letter.wish.letter} was stopped at the last moment: {refusal}.", now)

    def _withdraw(self, claim: Claim[Letter], why: str, now: datetime) -> None:
        letter = claim.row
        with self.desk.store.transaction():
            self.desk.store.letters.save(claim, replace(letter, state=State.VOID, why=why))
            said = f"the {letter.wish.letter} to {letter.wish.to} does not go: {why}"
            self._note(letter.wish.subject, now, "letter withdrawn", said, rule="gate", evidence=letter.digest)

    def _waits(self, claim: Claim[Letter], refusal: Refusal, until: datetime, now: datetime) -> None:
        """It keeps its place and goes later. What waits because of a cap is told to a person, once."""
        letter = claim.row
        self.desk.store.letters.wait(claim, replace(letter, send_at=until, why=str(refusal)))
        if letter.why != str(refusal):
            said = f"the {letter.wish.letter} to {letter.wish.to} waits until {until.astimezone(UTC):%d %b %H:%M} UTC: {refusal}"
            self._note(letter.wish.subject, now, "letter waits", said, rule="gate")
        if refusal.check is Check.CAP:
            self._tell(letter, f"The letter {letter.wish.letter} waits, and was not dropped: {refusal}.", now)

    def _again(self, claim: Claim[Letter], why: str, now: datetime) -> None:
        letter = claim.row
        if claim.attempts >= TRIES:
            self._failed(letter, State.FAILED, f"given up after {TRIES} tries: {why}", now)
            return
        pause = timedelta(minutes=min(2 ** (claim.attempts - 1), 15))
        with self.desk.store.transaction():
            again = replace(letter, state=State.READY, send_at=now + pause, why=why)
            if not self.desk.store.letters.change(again, State.SENDING):
                self.desk.store.letters.change(again, State.DOT)

    def _failed(self, letter: Letter, state: State, why: str, now: datetime) -> None:
        log.warning("letter did not go", letter=letter.id, state=state.value, why=why)
        with self.desk.store.transaction():
            for was in (State.READY, State.SENDING, State.DOT):
                self.desk.store.letters.change(replace(letter, state=state, why=why), was)
            self._note(
                letter.wish.subject, now, f"letter {state.value}", f"{letter.wish.letter} to {letter.wish.to}: {why}"
            )
            if letter.wish.audience is Audience.CUSTOMER:
                way_out = IN_DOUBT if state is State.UNCERTAIN else ""
                self._tell(
                    letter,
                    f"The letter {letter.wish.letter} to {letter.wish.to} is {state.value}: {why}.{way_out}",
                    now,
                )

    def _tell(self, letter: Letter, note: str, now: datetime) -> None:
        case = self.desk.store.cases.get(letter.wish.subject.id)
        key = f"trouble:{letter.id}:{letter.state.name}:{note[:40]}"
        self.desk.store.letters.wish(
            Wish(
                "needs_person", letter.wish.subject, Audience.INTERNAL, case.owner, key, regarding=letter.id, note=note
            ),
            now,
        )

    def _note(self, subject: Subject, now: datetime, what: str, said: str, rule: str = "", evidence: str = "") -> None:
        self.desk.store.records.write(Entry(subject, now, what, said, rule=rule, evidence=evidence))

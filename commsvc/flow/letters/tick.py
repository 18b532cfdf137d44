"""Give wished-for letters their words; put those that need a person before one.

A draft that a new mail, fact or owner has overtaken is void, and written anew within the same tick.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from commsvc.desk import Desk
from commsvc.desk.asking import Asking
from commsvc.domain.case.case import Case
from commsvc.domain.letter.effects import UPDATES, moot, update_letter
from commsvc.domain.letter.letter import Letter, State, Wish
from commsvc.domain.promise.timeline import Entry
from commsvc.flow.letters.compose import Composer
from commsvc.ports import Claim

log = structlog.get_logger(__name__)
BATCH = 50
LEASE = timedelta(minutes=5)
STRIKES = 3
VOIDS = 2
MOOT = "another letter said it, or nothing is owed any more"
EXPIRED = "it expired before anybody approved it"
MOVED_ON = "the case moved on"


@dataclass(frozen=True)
class Letters:
    desk: Desk

    def run(self, now: datetime) -> int:
        """Renew overtaken drafts, then write everything wished for; returns how many were written."""
        self._renew(now)
        written = 0
        while claims := self._claim(now):
            self._write(claims, now)
            written += len(claims)
            if len(claims) < BATCH:
                break
        return written

    def _claim(self, now: datetime) -> list[Claim[Letter]]:
        with self.desk.store.transaction():
            return list(self.desk.store.letters.claim(State.WANTED, now, BATCH, LEASE))

    def _write(self, claims: Sequence[Claim[Letter]], now: datetime) -> None:
        """All of a batch in one commit; one that fails, fails alone."""
        with self.desk.store.transaction():
            for claim in claims:
                self._one(claim, now)

    def _one(self, claim: Claim[Letter], now: datetime) -> None:
        try:
            with self.desk.store.savepoint():
                Composer(self.desk).write(claim, now)
        except Exception as why:
            log.exception("letter could not be written", letter=claim.row.id)
            if claim.attempts >= STRIKES:
                why_not = f"{type(why).__name__}: {why}"
                self.desk.store.letters.save(claim, replace(claim.row, state=State.REFUSED, why=why_not))

    def _renew(self, now: datetime) -> None:
        for letter in self.desk.store.letters.drafted():
            case = self.desk.store.cases.get(letter.wish.subject.id)
            if (why := self._overtaken(letter, case, now)) is not None:
                with self.desk.store.transaction():
                    self._void(letter, case, why, now)

    def _overtaken(self, letter: Letter, case: Case, now: datetime) -> str | None:
        """Why a draft may not wait any longer; None while it may."""
        subject = letter.wish.subject
        sent = [x for x in self.desk.store.letters.of(subject) if x.state is State.SENT and x.wish.to == letter.wish.to]
        if moot(letter, case, self.desk.store.promises.of(subject), sent):
            return MOOT
        if letter.expires_at is not None and now >= letter.expires_at:
            return EXPIRED
        return MOVED_ON if letter.revision != case.revision else None

    def _void(self, letter: Letter, case: Case, why: str, now: datetime) -> None:
        letters = self.desk.store.letters
        if letters.change(replace(letter, state=State.VOID, why=why), State.DRAFTED):
            Asking(self.desk).over(letter, now)
            said = f"the {letter.wish.letter} to {letter.wish.to} does not go: {why}"
            self.desk.store.records.write(Entry(letter.wish.subject, now, "letter withdrawn", said, rule="overtaken",
                                                evidence=letter.digest, playbook=case.playbook))  # fmt: skip
            if why is MOVED_ON:
                letters.wish(self._anew(letter, case), now)
                self._hold_on(letter, now)

    def _hold_on(self, letter: Letter, now: datetime) -> None:
        """The customer overtook a second draft of the same update: they hear now that we are at it (practice.md 3.5)."""
        stem, subject = letter.wish.key.partition("#")[0], letter.wish.subject
        wrote = [m.received_at for m in self.desk.store.inbox.thread(subject) if not m.by_us]
        voided = [x for x in self.desk.store.letters.of(subject)
                  if x.state is State.VOID and x.why == MOVED_ON and x.wish.key.partition("#")[0] == stem]  # fmt: skip
        overtaken = [x for x in voided if any(at > x.created_at for at in wrote)]
        if letter.wish.letter in UPDATES and letter.wish.promise_id and len(overtaken) == VOIDS:
            key = f"holding:{letter.wish.promise_id}"
            wish = Wish("holding_statement", subject, letter.wish.audience, letter.wish.to, key, letter.wish.promise_id)
            self.desk.store.letters.wish(wish, now)

    def _anew(self, letter: Letter, case: Case) -> Wish:
        """The same wish, for the case as it stands now; an update may have news to tell by now."""
        kind = letter.wish.letter
        if kind in UPDATES:
            news = any(f.for_customer for f in self.desk.store.facts.untold(letter.wish.subject))
            kind = update_letter(case.stage, news)
        return replace(
            letter.wish, letter=kind, to=case.contact, key=f"{letter.wish.key.partition('#')[0]}#{case.revision}"
        )

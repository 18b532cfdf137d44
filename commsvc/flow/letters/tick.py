"""Give wished-for letters their words; put those that need a person before one.

A draft that a new mail, fact or owner has overtaken is void, and written anew within the same tick.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from commsvc.desk import Desk
from commsvc.domain.letter.letter import Audience, Letter, State
from commsvc.asking import Asking
from commsvc.flow.letters.compose import Composer
from commsvc.ports import Claim

log = structlog.get_logger(__name__)
BATCH = 50
LEASE = timedelta(minutes=5)
STRIKES = 3


@dataclass(frozen=True)
class Letters:
    desk: Desk

    def run(self, now: datetime) -> int:
        """Renew overtaken drafts, then write everything wished for; returns how many were written."""
        self._renew(now)
        written = 0
        while claims := self._claim(now):
            for claim in claims:
                self._one(claim, now)
            written += len(claims)
            if len(claims) < BATCH:
                break
        return written

    def _claim(self, now: datetime) -> list[Claim[Letter]]:
        with self.desk.store.transaction():
            return list(self.desk.store.letters.claim(State.WANTED, now, BATCH, LEASE))

    def _one(self, claim: Claim[Letter], now: datetime) -> None:
        try:
            with self.desk.store.transaction():
                Composer(self.desk).write(claim, now)
        except Exception as why:
            log.exception("letter could not be written", letter=claim.row.id)
            if claim.attempts >= STRIKES:
                with self.desk.store.transaction():
                    self.desk.store.letters.save(claim, replace(claim.row, state=State.REFUSED, why=f"{type(why).__name__}: {why}"))

    def _renew(self, now: datetime) -> None:
        asking, letters = Asking(self.desk), self.desk.store.letters
        for letter in letters.drafted():
            case = self.desk.store.cases.get(letter.wish.subject.id)
            expired = letter.expires_at is not None and now >= letter.expires_at
            if letter.revision == case.revision and not expired:
                continue
            why = "it expired before anybody approved it" if expired else "the case moved on"
            with self.desk.store.transaction():
                if letters.change(replace(letter, state=State.VOID, why=why), State.DRAFTED):
                    asking.over(letter, now)
                    if letter.wish.audience is Audience.CUSTOMER and not expired:
                        letters.wish(replace(letter.wish, key=f"{letter.wish.key.partition('#')[0]}#{case.revision}"), now)

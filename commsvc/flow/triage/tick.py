"""Take up raw mail in batches; one bad mail never holds up the next.

Attempts are counted when a mail is claimed. After three, or at once when another could only say the
same (a mail over a cap), it is quarantined with its reason, its
bytes kept, for a person to look at and replay.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from commsvc.desk import Desk
from commsvc.domain.mail.arrival import RawMail
from commsvc.domain.mail.mail import Mail, Unread
from commsvc.errors import Stale
from commsvc.flow.triage.sort import Sorter, unseen
from commsvc.flow.triage.weighing import Witness
from commsvc.ports import Claim, Reader

log = structlog.get_logger(__name__)
BATCH = 100
LEASE = timedelta(minutes=5)
STRIKES = 3
WORN = 10
"""A mail claimed more often than this has ended the whole service each time: it is not tried again."""
PAUSE = timedelta(minutes=1)


@dataclass(frozen=True)
class Triage:
    desk: Desk
    reader: Reader
    authserv_id: str | None
    witness: Witness = unseen

    def run(self, now: datetime) -> int:
        """Work through one batch; returns how many mails were taken up."""
        store = self.desk.store
        with store.transaction():
            claims = store.inbox.claim(BATCH, now, LEASE)
        if not claims:
            return 0
        worn = [c for c in claims if c.attempts > WORN]
        with store.transaction():
            for claim in worn:
                self._struck(claim, f"taken up {claim.attempts} times without coming to an end", now)
        fresh = [c for c in claims if c.attempts <= WORN]
        read = self.reader.read([c.row.arrival.raw for c in fresh])
        sorter = Sorter(self.desk, self.authserv_id, self.witness)
        with store.transaction():
            for claim, mail in zip(fresh, read, strict=True):
                self._one(sorter, claim, mail, now)
        return len(claims)

    def _one(self, sorter: Sorter, claim: Claim[RawMail], mail: Mail | Unread, now: datetime) -> None:
        if isinstance(mail, Unread):
            self._struck(claim, mail.reason, now, certain=mail.certain)
            return
        try:
            with self.desk.store.savepoint():
                sorter.take(claim, mail, now)
        except Stale:
            log.warning("mail was taken by another worker", raw=claim.row.id)
        except Exception as why:
            log.exception("mail could not be handled", raw=claim.row.id)
            self._struck(claim, f"{type(why).__name__}: {why}", now)

    def _struck(self, claim: Claim[RawMail], reason: str, now: datetime, certain: bool = False) -> None:
        if certain or claim.attempts >= STRIKES:
            self.desk.store.inbox.settle(claim, "quarantined", reason, None, None)
        else:
            self.desk.store.inbox.release(claim, reason, now + PAUSE)

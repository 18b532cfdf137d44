"""One round over the calls that are wanted, offered or booked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from commsvc.desk import Desk
from commsvc.flow.calls.booking import Booking
from commsvc.flow.calls.keeping import Keeping
from commsvc.ports import Calendar

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=5)
MOST = 20


@dataclass(frozen=True)
class Calls:
    desk: Desk
    calendar: Calendar

    def run(self, now: datetime) -> int:
        """Book what is wanted and look after what is booked; returns how many calls something was done with."""
        with self.desk.store.transaction():
            claims = self.desk.store.calls.claim(now, MOST, LEASE)
        booking = Booking(self.desk, self.calendar)
        for claim in claims:
            try:
                booking.take(claim, now)
            except Exception:
                log.exception("a call could not be booked", call=claim.row.id)
        return len(claims) + Keeping(self.desk, self.calendar).run(now)

"""Mailbox → raw row ┊ acknowledged.

The raw bytes are committed first, many in one transaction, and only then is the mail filed at its
server. A crash between the two brings the same mail again; its identity makes it one row.

Temporary:  the mailbox or the database is away    nothing is filed, the next tick asks again
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.mail.arrival import Arrival
from commsvc.errors import Temporary
from commsvc.ports import Mailbox

BATCH = 200


@dataclass(frozen=True)
class Intake:
    desk: Desk
    _unmarked: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By mailbox: the validity, and the uid behind which mail was taken in that its server did not mark."""

    def begin(self, mailbox: str, uidvalidity: int, now: datetime) -> None:
        """Remember when mail could first come in here: what is older is history."""
        with self.desk.store.transaction():
            self.desk.store.inbox.connect(mailbox, uidvalidity, now)

    def accept(self, arrivals: Sequence[Arrival], now: datetime) -> int:
        """Commit arrivals; returns how many were new. When this returns they are safe."""
        with self.desk.store.transaction():
            return self.desk.store.inbox.add(arrivals, now)

    def pull(self, mailbox: Mailbox, now: datetime, again: bool = False) -> int:
        """Take in everything that waits in one mailbox; returns how many mails were new.

        When the uids change their validity meanwhile, the next call begins anew: the numbers mean other mails.

        `again`: the last batch is perhaps not filed, by a crash or a lost connection; it is asked for once more.
        """
        validity = mailbox.uidvalidity()
        with self.desk.store.transaction():
            first = now.replace(microsecond=0)  # servers date arrivals by the second
            _, after = self.desk.store.inbox.connect(mailbox.name, validity, first)
            live = self.desk.store.records.switches().mailbox_live(mailbox.name)
        if again and live:
            after = str(max(int(after) - BATCH, 0))
        known, after = int(after), self._resumed(mailbox.name, validity, after) if live else after
        new, failed = 0, None
        while (arrivals := mailbox.fetch(after, BATCH)) and arrivals[0].uidvalidity == validity:
            new += self.accept(arrivals, now)
            if live and failed is None and (failed := _filed(mailbox, arrivals)) is not None:
                self._unmarked[mailbox.name] = validity, int(after)
            after = str(max(int(arrivals[-1].uid), known if failed else 0))
        if failed is not None:
            raise failed
        self._unmarked.pop(mailbox.name, None)
        return new

    def _resumed(self, mailbox: str, validity: int, after: str) -> str:
        """Where to begin, so that what was not marked is marked now."""
        since, behind = self._unmarked.get(mailbox, (validity, int(after)))
        return str(min(int(after), behind)) if since == validity else after


def _filed(mailbox: Mailbox, arrivals: Sequence[Arrival]) -> Temporary | None:
    """Mark them as taken in; what went wrong, for a mailbox over its quota goes on being read."""
    try:
        mailbox.filed([a.uid for a in arrivals])
    except Temporary as why:
        return why
    return None

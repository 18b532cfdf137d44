"""Three faults that mail programs really had, each in place of one function of ours."""

from collections.abc import Callable
from datetime import datetime

from commsvc.adapters.store.inbox import StoredInbox
from commsvc.adapters.store.letters import StoredLetters
from commsvc.domain.letter.letter import State
from commsvc.flow.intake import BATCH, Intake
from commsvc.ports import Mailbox


def blind_resend() -> None:
    """After a crash a letter that was handed over is simply sent again."""

    def recover(self: StoredLetters, _now: datetime) -> int:
        lost = self._t.state.in_([State.SENDING.value, State.DOT.value])
        self._t.update(state=State.READY.value, lease_until=0).where(lost).execute()
        return 0

    StoredLetters.recover = recover  # type: ignore[method-assign]


def mark_before_commit() -> None:
    """A mail is marked as taken in before its bytes are safe."""

    def pull(self: Intake, mailbox: Mailbox, now: datetime, again: bool = False) -> int:
        new, after = 0, "0"
        with self.desk.store.transaction():
            self.desk.store.inbox.connect(mailbox.name, mailbox.uidvalidity(), now.replace(microsecond=0))
        while arrivals := mailbox.fetch(after, BATCH):
            mailbox.filed([a.uid for a in arrivals])
            new += self.accept(arrivals, now)
            after = arrivals[-1].uid
        return new

    Intake.pull = pull  # type: ignore[method-assign]


def no_dedupe() -> None:
    """No mail is ever recognised as a copy of another."""
    StoredInbox.known = lambda _self, _mail: None  # type: ignore[method-assign]


BUGS: dict[str, Callable[[], None]] = {f.__name__: f for f in (blind_resend, mark_before_commit, no_dedupe)}

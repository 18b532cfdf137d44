"""Every neighbour kept in memory: for stories, for `try`, and as the plainest model of each port."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from commsvc.domain.call.slots import Busy
from commsvc.domain.letter.mime import Envelope
from commsvc.domain.mail.arrival import Arrival
from commsvc.domain.mail.caps import TooBig
from commsvc.domain.mail.mail import Mail, Unread
from commsvc.domain.mail.parse import parse
from commsvc.errors import Temporary


class MemoryMailbox:
    """`ports.Mailbox`: mail put in by hand, filed in a set."""

    def __init__(self, name: str, validity: int = 1) -> None:
        self.name = name
        self.validity = validity
        self.done: set[str] = set()
        self._mail: list[Arrival] = []

    def put(self, raw: bytes, received_at: datetime, rcpt_to: tuple[str, ...] = (), submitted_by: str = "") -> None:
        uid = str(len(self._mail) + 1)
        self._mail.append(Arrival(self.name, self.validity, uid, raw, received_at, rcpt_to, submitted_by))

    def uidvalidity(self) -> int:
        return self.validity

    def fetch(self, after: str, limit: int) -> Sequence[Arrival]:
        waiting = [m for m in self._mail if m.uid not in self.done and int(m.uid) > int(after or 0)]
        return [replace(m, uidvalidity=self.validity) for m in waiting[:limit]]

    def filed(self, uids: Sequence[str]) -> None:
        self.done.update(uids)

    def wait(self, seconds: float) -> bool:  # noqa: ARG002  there is nobody to wait for
        return any(m.uid not in self.done for m in self._mail)

    def close(self) -> None:
        """Nothing is open."""


class MemorySender:
    """`ports.Sender`: keeps what was sent, in order."""

    def __init__(self) -> None:
        self.sent: list[Envelope] = []

    def send(self, envelope: Envelope, at_dot: Callable[[], None]) -> None:
        at_dot()
        self.sent.append(envelope)


class MemoryCalendar:
    """`ports.Calendar`: busy times set by hand; `closed` people's calendars cannot be read."""

    def __init__(self) -> None:
        self.taken: dict[str, list[Busy]] = {}
        self.closed: set[str] = set()
        self.events: dict[tuple[str, str], str] = {}

    def busy(self, address: str, start: datetime, end: datetime) -> Sequence[Busy]:
        if address in self.closed:
            raise Temporary(f"the calendar of {address} cannot be read")
        return [b for b in self.taken.get(address, []) if b.end > start and b.start < end]

    def put(self, address: str, uid: str, calendar: str) -> None:
        self.events[address, uid] = calendar


class DirectReader:
    """`ports.Reader` in this very process: for mail that we made ourselves."""

    def read(self, raws: Sequence[bytes]) -> Sequence[Mail | Unread]:
        out: list[Mail | Unread] = []
        for raw in raws:
            try:
                out.append(parse(raw))
            except Exception as why:  # whatever it is, it is this mail's reason and no other's
                out.append(Unread(str(why), certain=isinstance(why, TooBig)))
        return out

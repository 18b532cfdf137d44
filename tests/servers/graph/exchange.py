"""The mailboxes behind the double: folders, messages with numbers, changes in order, events."""

import email
import email.policy
import itertools
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import getaddresses

FOLDERS = ("inbox", "drafts", "sentitems", "archive", "deleteditems")
NUMBER, SIZE = "Integer 0xe23", "Integer 0xe08"


def stamp(at: datetime | None = None) -> str:
    return f"{at or datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


@dataclass
class Message:
    """One item of a mailbox. `number` is its number in its folder; a move gives another."""

    key: int
    folder: str
    number: int
    raw: bytes
    draft: bool
    received: str
    read: bool = False
    categories: list[str] = field(default_factory=list)
    size: int = 0

    def header(self, name: str) -> str:
        return str(email.message_from_bytes(self.raw, policy=email.policy.default)[name] or "")

    def recipients(self) -> list[str]:
        parsed = email.message_from_bytes(self.raw)
        return [a for _, a in getaddresses([v for n in ("To", "Cc", "Bcc") for v in parsed.get_all(n, [])])]


@dataclass
class Box:
    """One mailbox. `log` holds (key, folder, is it there) for every change; a delta token is a place in it."""

    address: str
    folders: dict[str, str] = field(default_factory=lambda: {f: f for f in FOLDERS})
    messages: dict[int, Message] = field(default_factory=dict)
    log: list[tuple[int, str, bool]] = field(default_factory=list)
    numbers: dict[str, itertools.count] = field(default_factory=dict)
    events: dict[str, dict] = field(default_factory=dict)
    epoch: int = 1

    def folder_id(self, folder: str) -> str:
        return f"AQMk-{self.address.partition('@')[0]}-{folder}-{self.epoch}="

    def in_folder(self, folder: str) -> list[Message]:
        return sorted((m for m in self.messages.values() if m.folder == folder), key=lambda m: m.number)


class Exchange:
    """Every mailbox, under one lock. `unnumbered` folders tell no article number."""

    def __init__(self, addresses: tuple[str, ...]) -> None:
        self.lock = threading.RLock()
        self.boxes = {a: Box(a) for a in addresses}
        self.delivered: list[tuple[str, bytes]] = []
        self.unnumbered: set[int] = set()
        self._keys = itertools.count(1)

    def put(self, box: Box, folder: str, raw: bytes, *, draft: bool = False) -> Message:
        with self.lock:
            number = next(box.numbers.setdefault(folder, itertools.count(1)))
            made = Message(next(self._keys), folder, number, raw, draft, stamp(), size=len(raw))
            box.messages[made.key] = made
            box.log.append((made.key, folder, True))
            return made

    def touch(self, box: Box, message: Message) -> None:
        box.log.append((message.key, message.folder, True))

    def move(self, box: Box, message: Message, folder: str) -> None:
        with self.lock:
            box.log.append((message.key, message.folder, False))
            message.folder, message.number = folder, next(box.numbers.setdefault(folder, itertools.count(1)))
            box.log.append((message.key, folder, True))

    def remove(self, box: Box, message: Message) -> None:
        with self.lock:
            del box.messages[message.key]
            box.log.append((message.key, message.folder, False))

    def send(self, box: Box, message: Message) -> None:
        """Out to everybody in its headers, with a copy among those sent."""
        with self.lock:
            trace = b"Received: from exchange.test by exchange.test; " + message.received.encode() + b"\r\n"
            for to in message.recipients():
                self.delivered.append((to, trace + message.raw))
                if to in self.boxes:
                    self.put(self.boxes[to], "inbox", trace + message.raw)
            message.draft = False
            self.move(box, message, "sentitems")

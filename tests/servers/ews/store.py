"""What lies in the mailboxes of the double: folders, mails with the numbers Exchange gives them, and what happened to them."""

import base64
import email
import email.policy
import itertools
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import getaddresses

from tests.servers.ews.markup import Wrong

SERVER = "ex01.support.test"
FOLDERS = {
    "root": "", "msgfolderroot": "Top of Information Store", "inbox": "Inbox", "sentitems": "Sent Items", "drafts": "Drafts",
    "deleteditems": "Deleted Items", "junkemail": "Junk Email", "outbox": "Outbox", "calendar": "Calendar",
    "contacts": "Contacts", "tasks": "Tasks",
}  # fmt: skip
KINDS = {"calendar": "CalendarFolder", "contacts": "ContactsFolder", "tasks": "TasksFolder"}
ABOVE = {"root": "", "msgfolderroot": "root"}
ids = itertools.count(1)


def new_id(kind: str) -> str:
    """Long, and good for nothing but to be handed back, as those of Exchange are."""
    return base64.b64encode(f"AAMk{kind}{next(ids):012d}".encode() + b"\0" * 24).decode()


@dataclass
class Item:
    """A mail or an event. `told_size`, `told_received`: what the server says of it; `broken`: it cannot be made MIME of."""

    kind: str
    mime: bytes = b""
    received: datetime = field(default_factory=lambda: datetime.now(UTC))
    draft: bool = False
    read: bool = False
    categories: list[str] = field(default_factory=list)
    told_size: int = 0
    told_received: str = ""
    broken: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    own: dict[tuple[str, ...], str] = field(default_factory=dict)
    id: str = ""
    change: int = 0
    number: int | None = None

    @property
    def key(self) -> str:
        """The ChangeKey: another one after every change."""
        return base64.b64encode(f"CQ{self.change:010d}".encode()).decode()

    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.mime, policy=email.policy.default)  # type: ignore[return-value]

    def addresses(self, header: str) -> list[str]:
        return [a.lower() for _, a in getaddresses([str(v) for v in self.message().get_all(header, [])]) if a]

    def recipients(self) -> list[str]:
        return [a for header in ("to", "cc", "bcc") for a in self.addresses(header)]


@dataclass
class Folder:
    name: str
    distinguished: str = ""
    above: "Folder | None" = None
    id: str = field(default_factory=lambda: new_id("folder"))
    items: dict[str, Item] = field(default_factory=dict)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def kind(self) -> str:
        return KINDS.get(self.distinguished, "Folder")


class Box:
    """The mailbox of one person. `delegates` may open it; `impersonators` may act as its owner.

    `hidden_from`: who may not even see when its owner is busy.
    """

    def __init__(self, address: str, password: str) -> None:
        self.address, self.password = address, password
        self.delegates: set[str] = set()
        self.impersonators: set[str] = set()
        self.hidden_from: set[str] = set()
        self.folders: dict[str, Folder] = {}
        for distinguished, name in FOLDERS.items():
            above = ABOVE.get(distinguished, "msgfolderroot")
            self.add(Folder(name, distinguished, self.named(above) if above else None))

    def add(self, folder: Folder) -> Folder:
        self.folders[folder.id] = folder
        return folder

    def named(self, distinguished: str) -> Folder:
        for folder in self.folders.values():
            if folder.distinguished == distinguished:
                return folder
        raise Wrong("ErrorFolderNotFound", "The specified folder could not be found in the store.")

    def mails(self, folder: str = "inbox") -> list[Item]:
        """What lies in a folder, by its distinguished name or its name, oldest first."""
        return next(list(f.items.values()) for f in self.folders.values() if folder in (f.distinguished, f.name))

    def holder(self, item: Item) -> Folder:
        return next(f for f in self.folders.values() if item.id in f.items)

    def item(self, id: str) -> Item:
        for folder in self.folders.values():
            if id in folder.items:
                return folder.items[id]
        raise Wrong("ErrorItemNotFound", "The specified object was not found in the store.")


@dataclass(frozen=True)
class Event:
    kind: str
    folder: Folder
    item: Item


@dataclass
class Subscription:
    box: Box
    folders: set[str]
    kinds: set[str]
    events: list[Event] = field(default_factory=list)


class Exchange:
    """All mailboxes. `outside`: (recipient, bytes) of what left for elsewhere."""

    def __init__(self) -> None:
        self.boxes: dict[str, Box] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.outside: list[tuple[str, bytes]] = []
        self.happened = threading.Condition(threading.RLock())
        self._changes = itertools.count(1)

    def put(self, box: Box, folder: Folder, item: Item) -> Item:
        """Lay an item into a folder: it has another id there, and the folder's next number."""
        item.id, item.number = new_id("item"), next(folder.numbers)
        folder.items[item.id] = item
        return self.touch(box, folder, item, "NewMailEvent" if folder.distinguished == "inbox" else "CreatedEvent")

    def touch(self, box: Box, folder: Folder, item: Item, kind: str = "ModifiedEvent") -> Item:
        with self.happened:
            item.change = next(self._changes)
            for each in self.subscriptions.values():
                if each.box is box and folder.id in each.folders and kind in each.kinds:
                    each.events.append(Event(kind, folder, item))
            self.happened.notify_all()
        return item

    def deliver(self, address: str, raw: bytes, above: bytes = b"") -> Item:
        """A mail for a mailbox of ours; `above`: what the transport writes over its headers."""
        box = self.boxes[address]
        return self.put(box, box.named("inbox"), Item("Message", above + raw))

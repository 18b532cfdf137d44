"""What only the demo's console can do: look into mailboxes, write as a customer, move the clock.

Under `run` there is no such thing: the console is created without controls, and none of the pages
or the one-click sign-in exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Scribe:
    """Somebody the user can be: a customer's contact or one of our people."""

    name: str
    address: str
    company: str
    ours: bool


class DemoControls(Protocol):
    """The demo behind the console."""

    def scribes(self) -> Sequence[Scribe]: ...
    def mailboxes(self) -> Sequence[tuple[str, int]]:
        """Addresses that have received mail, with how many."""

    def mails(self, address: str) -> Sequence[EmailMessage]:
        """What this address received, newest first."""

    def write(self, sender: str, to: str, subject: str, text: str, answering: str = "") -> None:
        """Send a mail through the listener, as `sender`'s own mail program would."""

    def forward(self, minutes: int) -> None:
        """Let time pass, minute by minute; returns when it has."""

    def now(self) -> datetime: ...

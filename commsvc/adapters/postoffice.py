"""Outgoing mail into a folder: one Maildir for each recipient, as a mail server would deliver it.

The embedded default and the demo's whole outside world. A Maildir delivery is atomic (tmp, then a
rename into new), so a letter is there once or not at all.

Permanent:  an address that is no file name
"""

import mailbox
import re
from collections.abc import Callable
from pathlib import Path

from commsvc.domain.letter.mime import Envelope
from commsvc.errors import Permanent, Temporary

_PLAIN = re.compile(r"[a-z0-9][a-z0-9.+_'-]*@[a-z0-9.-]+")


class PostOffice:
    """`ports.Sender` on a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, envelope: Envelope, at_dot: Callable[[], None]) -> None:
        to = envelope.rcpt_to.lower()
        if not _PLAIN.fullmatch(to):
            raise Permanent(f"{to!r} is not an address the post office delivers to")
        try:
            box = self._box(to)
            at_dot()
            box.add(envelope.data)
        except OSError as why:
            raise Temporary(f"the post office folder did not take it: {why}") from why

    def addresses(self) -> list[str]:
        """Everybody who has received mail."""
        return sorted(p.name for p in self.folder.iterdir() if p.is_dir()) if self.folder.is_dir() else []

    def _box(self, address: str) -> mailbox.Maildir:
        self.folder.mkdir(parents=True, exist_ok=True)
        return mailbox.Maildir(self.folder / address, create=True)

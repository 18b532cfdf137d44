"""Reads what the demo left behind, with Python's own `mailbox` alone: nothing of ours is imported.

So a bug in the engine cannot hide in the checker.
"""

import email
import email.policy
import mailbox
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_NAMED = re.compile(
    r"(\d{1,2})\.? ?(\w{3})\w*\.? (\d{4}), (\d\d):(\d\d) (?:UTC|\S+ \((?:(\d{1,2})\.? (\w{3})\w*\.? )?(\d\d):(\d\d) UTC\))"
)
_MONTHS = {"nov": 11}


@dataclass(frozen=True)
class Letter:
    """One mail in somebody's Maildir."""

    at: datetime
    subject: str
    text: str
    id: str
    answers: str
    references: tuple[str, ...]
    list_id: str
    calendar: str

    @property
    def promised(self) -> datetime | None:
        """The time named in the status bar, in UTC."""
        found = _NAMED.search(self.text.splitlines()[0])
        if not found:
            return None
        day, month, year, hour, minute, utc_day, _, utc_hour, utc_minute = found.groups()
        number = _MONTHS[month.lower()[:3]]
        return datetime(
            int(year), number, int(utc_day or day), int(utc_hour or hour), int(utc_minute or minute), tzinfo=UTC
        )


def read(folder: Path, address: str) -> list[Letter]:
    """The mails of one address, oldest first."""
    box = mailbox.Maildir(folder / "post" / address, create=False)
    return sorted((_letter(box.get_bytes(key)) for key in box.iterkeys()), key=lambda x: (x.at, x.id))


def addresses(folder: Path) -> list[str]:
    return sorted(p.name for p in (folder / "post").iterdir())


def _letter(raw: bytes) -> Letter:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    body = mail.get_body(("plain",))
    parts = [p for p in mail.walk() if p.get_content_type() == "text/calendar"]
    return Letter(
        mail["Date"].datetime.astimezone(UTC),
        str(mail["Subject"]).strip(),
        body.get_content() if body else "",
        str(mail["Message-ID"]),
        str(mail["In-Reply-To"] or ""),
        tuple(str(mail["References"] or "").split()),
        str(mail["List-Id"] or ""),
        str(parts[0].get_content()) if parts else "",
    )

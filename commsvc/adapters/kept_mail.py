"""Mail that lies in files: a Maildir, a folder of .eml files, an mbox, or one mail. Nothing in them is changed.

A file that holds no mail is named with the reason, and the others are read on.

Standards:  RFC 4155 (mbox), RFC 5322 (3.6.7 trace fields); Maildir as its author describes it
Seen in practice: an mbox escapes `From ` at the beginning of a line as `>From `, and nobody can tell which ones
            were written so; they stay as they lie there
"""

import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from commsvc.domain.mail.instead import LARGEST, too_big
from commsvc.errors import Permanent

_HEAD = 64_000
_LONGEST_DATE = 100
_HEADERS = re.compile(rb"(?:From |[!-9;-~]+[ \t]*:)")
_RECEIVED = re.compile(rb"(?im)^received:[^\n]*(?:\n[ \t][^\n]*)*")
_DATE = re.compile(rb"(?im)^date:([^\n]*(?:\n[ \t][^\n]*)*)")


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail as it lies there. `received_at`: by its trace, else its date, else its file's time."""

    where: str
    raw: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Broken:
    """What could not be read as a mail, and why."""

    where: str
    why: str


class KeptMail:
    """The mails at a path, in an order that stays: `len` of it, and each `Kept` or `Broken`.

    Raises Permanent when there is no mail at all.
    """

    def __init__(self, path: Path) -> None:
        self._mbox = mailbox.mbox(path, create=False) if _is_mbox(path) else None
        self._path, self._files = path, [] if self._mbox is not None else _files(path)
        if not len(self):
            raise Permanent(f"{path} holds no mail: expected a Maildir, a folder of .eml files, an mbox or one mail")

    def __len__(self) -> int:
        return len(self._files) if self._mbox is None else len(self._mbox)

    def __iter__(self) -> Iterator[Kept | Broken]:
        return map(_read, self._files) if self._mbox is None else self._messages(self._mbox)

    def _messages(self, box: "mailbox.mbox") -> Iterator[Kept | Broken]:
        written = _written(self._path)
        for number, key in enumerate(box.keys(), 1):
            yield _mail(f"{self._path.name}, mail {number}", box.get_bytes(key), written)


def _is_mbox(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(5) == b"From "
    except IsADirectoryError:
        return False
    except OSError as why:
        raise Permanent(f"{path} cannot be read: {why.strerror}") from why


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if (path / "cur").is_dir():
        return sorted(f for part in ("new", "cur") for f in (path / part).iterdir() if f.is_file())
    return sorted(f for f in path.rglob("*.eml") if f.is_file())


def _read(file: Path) -> Kept | Broken:
    try:
        if (size := file.stat().st_size) > LARGEST:
            return Broken(str(file), too_big(size))
        return _mail(str(file), file.read_bytes(), _written(file))
    except OSError as why:
        return Broken(str(file), f"it cannot be read: {why.strerror}")


def _mail(where: str, raw: bytes, written: datetime) -> Kept | Broken:
    if not _HEADERS.match(raw):
        return Broken(where, "it is empty" if not raw else "it does not begin with a mail's headers")
    if len(raw) > LARGEST:
        return Broken(where, too_big(len(raw)))
    return Kept(where, raw, _traced(raw) or written)


def _traced(raw: bytes) -> datetime | None:
    """When its last server received it, or else when it was written; None when neither can be read."""
    head = raw[:_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    trace, date = _RECEIVED.search(head), _DATE.search(head)
    said = [trace[0].rpartition(b";")[2]] if trace else []
    return next((at for s in [*said, *([date[1]] if date else [])] if (at := _instant(s))), None)


def _instant(said: bytes) -> datetime | None:
    try:
        at = parsedate_to_datetime(said[:_LONGEST_DATE].decode("ascii", "replace").strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _written(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)

"""Take mail from a mailbox on an Exchange Server that people read too.

Nothing a person would notice is changed: a mail is handed out as MIME, which does not mark it as read, and what was taken in gets
a category (or is moved), after the caller's commit. In watch mode nothing is written at all.

Temporary:  as session.py says
Permanent:  sign-in or access refused, no such folder: a person is told
A mail that is too big, or that the server cannot make MIME of, arrives as its headers and a note.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any
from zlib import crc32

from exchangelib import Q
from exchangelib.errors import ErrorItemNotFound

from commsvc.adapters.exchange.faults import pause
from commsvc.adapters.exchange.folders import PAGE, folder_made, folder_of, lying
from commsvc.adapters.exchange.mime import MimeOf, received_at
from commsvc.adapters.exchange.moments import plain
from commsvc.adapters.exchange.session import ExchangeSession
from commsvc.adapters.exchange.waiting import Stream
from commsvc.domain.mail.arrival import Arrival
from commsvc.domain.mail.instead import HEADER_BYTES, LARGEST, NOT_HANDED_OUT, instead
from commsvc.domain.mail.internal import submitter
from commsvc.errors import Temporary, Trouble

BATCH_BYTES = 8_000_000
_PATIENCE = 3


class ExchangeMailbox:
    """`ports.Mailbox` by Exchange Web Services. One thread at a time.

    `folder`: inbox, sentitems, or a path of names. `filed`: "category:NAME" marks mail that was taken in, "move:FOLDER" moves it.
    `servers`: the full names of the organisation's own servers, by which its people are known (domain/mail/internal.py).
    """

    def __init__(self, name: str, session: ExchangeSession, *, folder: str = "inbox", read_only: bool = False,
                 filed: str = "category:commsvc", servers: Collection[str] = ()) -> None:  # fmt: skip
        self.name, self._servers = name, servers
        self._session, self._named, self._read_only = session, folder, read_only
        self._how, _, self._where = filed.partition(":")
        if self._how not in ("category", "move") or not self._where:
            raise ValueError(f'filed must be "category:NAME" or "move:FOLDER", not "{filed}"')
        self._stream = Stream()
        self._folder: Any = None
        self._asking: Sequence[int] = ()
        self._broke: Counter[int] = Counter()
        self._validity = self._highest = 0

    def uidvalidity(self) -> int:
        with self._open() as folder:
            return _validity(folder)

    def fetch(self, after: str, limit: int) -> Sequence[Arrival]:
        last = int(after or 0)
        with self._open() as folder:
            self._validity = _validity(folder)
            found: Sequence[Arrival] = ()
            while not found and (mails := list(islice(self._unfiled(folder, last), limit))):
                found = self._arrivals(folder, mails)
                last = int(found[-1].uid) if found else mails[-1].number  # else all were taken away meanwhile
            self._highest = max(self._highest, last)
            if not found and (nameless := folder.filter(number__exists=False).count()):
                raise Temporary(f"mailbox {self.name}: Exchange tells no number for {nameless} mails in {self._named}, so that "
                                "they could not be known again; move them out of the folder and back")  # fmt: skip
            return found

    def filed(self, uids: Sequence[str]) -> None:
        if self._read_only or not uids:
            return
        wanted = {int(uid) for uid in uids}
        with self._open() as folder:
            if self._validity not in (0, _validity(folder)):
                return  # the same numbers name other mails now
            near = lying(folder, Q(number__gte=min(wanted)), Q(number__lte=max(wanted)))
            self._file(folder.account, [mail for mail in near if mail.number in wanted])

    def wait(self, seconds: float) -> bool:
        """Sleep until mail may have arrived (True), or this time has passed (False)."""
        with self._open() as folder:
            return self._stream.wait(folder, seconds, lambda: any(True for _ in self._unfiled(folder, self._highest)))

    def close(self) -> None:
        """Let go of the connection; the next call opens a new one."""
        self._session.close()

    @contextmanager
    def _open(self) -> Iterator[Any]:
        """The folder. A server may fail at one mail again and again, so after a fault those asked for are asked for one by one."""
        try:
            with self._session.asking() as account:
                if self._folder is None or self._folder.account is not account:
                    self._folder = folder_of(account, self._named)
                yield self._folder
        except Trouble as why:
            if why.__cause__ is not None and not pause(why.__cause__):
                self._broke.update(self._asking)
            raise
        finally:
            self._asking = ()

    def _unfiled(self, folder: Any, after: int) -> Iterator[Any]:
        """What lies there after this number, lowest first, page by page."""
        for mail in lying(folder, Q(number__gt=after)):
            if self._how != "category" or self._where not in (mail.categories or ()):
                yield mail

    def _arrivals(self, folder: Any, mails: Sequence[Any]) -> list[Arrival]:
        """The first of these mails, as many as fit in one batch of bytes."""
        if any(self._broke[mail.number] for mail in mails):
            mails = mails[:1]
        if self._broke[mails[0].number] >= _PATIENCE:
            where = self._place(mails[0].number)
            return [self._arrival(mails[0], instead(b"", NOT_HANDED_OUT, where))]
        batch = _batch(mails)
        self._asking = [mail.number for mail in batch]
        given = MimeOf(folder.account, batch)
        found = []
        for mail in batch:
            if mail.id not in given.gone:
                found.append(self._arrival(mail, given.raw(mail, self._place(mail.number))))
            del self._broke[mail.number]
        return found

    def _arrival(self, mail: Any, raw: bytes) -> Arrival:
        at = plain(mail.datetime_received) if mail.datetime_received else received_at(raw)
        return Arrival(self.name, self._validity, str(mail.number), raw, at, submitted_by=submitter(raw, self._servers))

    def _place(self, number: int) -> str:
        return f"mailbox {self.name}, folder {self._named}, number {number}"

    def _file(self, account: Any, mails: Sequence[Any]) -> None:
        if self._how == "move":
            answers = account.bulk_move(mails, folder_made(account, self._where), chunk_size=PAGE) if mails else []
        else:
            for mail in mails:
                mail.categories = [*(c for c in mail.categories or () if c != self._where), self._where]
            answers = account.bulk_update([(mail, ["categories"]) for mail in mails], chunk_size=PAGE) if mails else []
        for answer in answers:
            if isinstance(answer, Exception) and not isinstance(answer, ErrorItemNotFound):
                raise answer


def _validity(folder: Any) -> int:
    """From the id of the folder: one that was made anew has another."""
    return crc32(folder.id.encode()) or 1


def _batch(mails: Sequence[Any]) -> list[Any]:
    """As many as fit in `BATCH_BYTES`, at least one. What is too big costs only its headers."""
    batch: list[Any] = []
    total = 0
    for mail in mails:
        total += HEADER_BYTES if mail.size > LARGEST else mail.size
        if batch and total > BATCH_BYTES:
            break
        batch.append(mail)
    return batch

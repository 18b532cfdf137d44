"""Take mail from a mailbox in Exchange Online that people read too.

A delta query tells what is new, changed or gone in one folder; the MIME of a mail is fetched as it came, and that does not
mark it as read. Mail that was taken in gets a category or is moved, after the caller's commit; in watch mode nothing is written.

The uid is the number that Exchange itself gives a mail in its folder (decision 20); what we know of the folder lies in
memory and is asked for anew after a start, or when the server has forgotten where we were (410).

Temporary:  as session.py says
Permanent:  sign-in or access refused: a person is told
A mail that is too big, or that the server cannot hand out, arrives as its headers and a note.
Seen in practice: the size that Exchange tells is not that of the MIME, so the bytes are counted as well.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from commsvc.adapters.graph.answers import NUMBER, SIZE, Change, Changes, Thing, Things
from commsvc.adapters.graph.session import GraphSession, Refused, Unanswered
from commsvc.domain.mail.arrival import Arrival
from commsvc.domain.mail.instead import HEADER_BYTES, LARGEST, NOT_HANDED_OUT, instead, too_big
from commsvc.errors import Temporary

BATCH_BYTES = 8_000_000
PAGE = 200
_PATIENCE = 9
"""So many faults of the server, or a third as many refusals, and a mail is given up."""
_GONE = 410
_NOT_THERE = 404
_WANTED = {
    "$select": "id,receivedDateTime,categories",
    "$expand": f"singleValueExtendedProperties($filter=id eq 'Integer 0x{NUMBER:04X}' or id eq 'Integer 0x{SIZE:04X}')",
}


@dataclass(frozen=True, slots=True)
class _Mail:
    """A mail that lies in the folder and is not filed."""

    id: str
    size: int
    received_at: datetime
    categories: tuple[str, ...]


class GraphMailbox:
    """`ports.Mailbox` by Microsoft Graph. One thread at a time.

    `folder`: a well-known name (inbox, sentitems, archive) or an id. `poll`: seconds between two looks while waiting.
    `filed`: "category:NAME" marks mail that was taken in, "move:FOLDER" moves it there.
    """

    def __init__(self, name: str, session: GraphSession, *, folder: str = "inbox", read_only: bool = False,
                 filed: str = "category:commsvc", poll: float = 15.0,
                 clock: Callable[[], float] = time.monotonic) -> None:  # fmt: skip
        self.name = name
        self._session, self._folder, self._read_only = session, folder, read_only
        self._how, _, self._where = filed.partition(":")
        if self._how not in ("category", "move") or not self._where:
            raise ValueError(f'filed must be "category:NAME" or "move:FOLDER", not "{filed}"')
        self._poll, self._clock = poll, clock
        self._validity, self._delta, self._target = 0, "", ""
        self._waiting: dict[int, _Mail] = {}
        self._uids: dict[str, int] = {}
        self._nameless: set[str] = set()
        self._broke: Counter[str] = Counter()
        self._highest = 0

    def uidvalidity(self) -> int:
        if not self._validity:
            folder = self._session.ask_for(Thing, "GET", f"mailFolders/{self._folder}", params={"$select": "id"})
            self._validity = crc32(folder.id.encode()) or 1
        return self._validity

    def fetch(self, after: str, limit: int) -> Sequence[Arrival]:
        self.uidvalidity()
        self._catch_up()
        self._highest = max(self._highest, int(after or 0))
        found: list[Arrival] = []
        size = 0
        for uid in sorted(uid for uid in self._waiting if uid > int(after or 0)):
            mail = self._waiting[uid]
            expected = HEADER_BYTES if mail.size > LARGEST else mail.size
            if len(found) == limit or (found and size + expected > BATCH_BYTES):
                break
            if (raw := self._raw(uid, mail)) is not None:
                found.append(Arrival(self.name, self._validity, str(uid), raw, mail.received_at))
                self._highest, size = max(self._highest, uid), size + max(len(raw), expected)
        if not found and self._nameless:
            raise Temporary(f"mailbox {self.name}: Exchange tells no number for {len(self._nameless)} mails in {self._folder}, "
                            "so that they could not be known again; move them out of the folder and back")  # fmt: skip
        return found

    def filed(self, uids: Sequence[str]) -> None:
        if self._read_only or not uids:
            return
        self._catch_up()  # the categories as they are now: people set them too
        for uid in map(int, uids):
            if (mail := self._waiting.get(uid)) is not None:
                self._file(mail)
                self._drop(mail.id)

    def wait(self, seconds: float) -> bool:
        """Look again and again until mail has arrived (True), or this time has passed (False)."""
        end = self._clock() + seconds
        while True:
            self._catch_up()
            if any(uid > self._highest for uid in self._waiting):
                return True
            if (left := end - self._clock()) <= 0:
                return False
            time.sleep(min(left, self._poll))

    def close(self) -> None:
        """Let go of the connection; the next call opens a new one and goes on where this one was."""
        self._session.close()

    # --- what lies in the folder ------------------------------------------------------------------

    def _catch_up(self) -> None:
        """Learn what changed since the last look; all that lies there, the first time. Half a round is asked again."""
        link = self._delta or self._begin()
        while link:
            fresh = "://" not in link
            reply = self._session.ask("GET", link, params=_WANTED if fresh else None,
                                      prefer=[f"odata.maxpagesize={PAGE}"], also=() if fresh else [_GONE])  # fmt: skip
            if reply.status == _GONE:
                link = self._begin()
                continue
            page = self._session.read(Changes, reply)
            for change in page.value:
                self._learn(change)
            self._delta, link = page.delta or self._delta, page.next
        if not self._delta:
            raise Temporary(f"mailbox {self.name}: Graph does not say where its changes go on")

    def _begin(self) -> str:
        """Forget what lies there; where to ask for all of it. Raises Temporary where the folder is another one now."""
        self._delta, self._waiting, self._uids, self._nameless = "", {}, {}, set()
        was, self._validity = self._validity, 0
        if self.uidvalidity() != was:
            raise Temporary(f"mailbox {self.name}: {self._folder} is another folder now; all is asked for anew")
        return f"mailFolders/{self._folder}/messages/delta"

    def _learn(self, change: Change) -> None:
        self._drop(change.id)
        if change.removed is not None or (self._how == "category" and self._where in change.categories):
            return
        uid = change.integer(NUMBER)
        if uid is None or change.received_date_time is None:
            self._nameless.add(change.id)
            return
        size = change.integer(SIZE) or 0
        self._uids[change.id] = uid
        self._waiting[uid] = _Mail(change.id, size, change.received_date_time, change.categories)

    def _drop(self, id: str) -> None:
        self._nameless.discard(id)
        self._broke.pop(id, None)
        if (uid := self._uids.pop(id, None)) is not None:
            del self._waiting[uid]

    # --- one mail ---------------------------------------------------------------------------------

    def _raw(self, uid: int, mail: _Mail) -> bytes | None:
        """Its bytes, or what stands in for it; None when it was taken away a moment ago."""
        if self._broke[mail.id] >= _PATIENCE:
            return instead(b"", NOT_HANDED_OUT, self._place(uid))
        most = HEADER_BYTES if mail.size > LARGEST else LARGEST
        try:
            reply = self._session.ask("GET", f"messages/{mail.id}/$value", also=[_NOT_THERE], at_most=most)
        except (Refused, Unanswered) as why:
            self._broke[mail.id] += 3 if isinstance(why, Refused) else bool(why.status)
            raise Temporary(f"mailbox {self.name}: mail {uid} was not handed out: {why}") from why
        if reply.status == _NOT_THERE:
            self._drop(mail.id)
            return None
        if reply.whole:
            return reply.body
        head = reply.body[:HEADER_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        return instead(head, too_big(max(mail.size, len(reply.body))), self._place(uid))

    def _place(self, uid: int) -> str:
        return f"mailbox {self.name}, folder {self._folder}, number {uid}"

    def _file(self, mail: _Mail) -> None:
        if self._how == "category":
            marked = {"categories": [*mail.categories, self._where]}
            self._session.ask("PATCH", f"messages/{mail.id}", json=marked, also=[_NOT_THERE])
        else:
            there = {"destinationId": self._destination()}
            self._session.ask("POST", f"messages/{mail.id}/move", json=there, also=[_NOT_THERE])

    def _destination(self) -> str:
        """The id of the folder that mail is moved to; it is made where it is missing."""
        if not self._target:
            named = {"$filter": "displayName eq '" + self._where.replace("'", "''") + "'", "$select": "id"}
            there = self._session.ask_for(Things, "GET", "mailFolders", params=named).value
            made = {"displayName": self._where}
            self._target = (there[0] if there else self._session.ask_for(Thing, "POST", "mailFolders", json=made)).id
        return self._target

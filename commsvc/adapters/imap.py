r"""Take mail from an IMAP mailbox that people read too.

Nothing a person would notice is changed: bodies are fetched with PEEK, \Seen is never set, and mail
that was taken in gets a keyword (or is moved) in one command a batch, after the caller's commit. In
watch mode the folder is opened read-only and nothing is changed at all.

Temporary:  connection lost, server away, command refused   the connection is dropped; the next call opens
            a new one, after a growing pause when that fails as well
Permanent:  name or password refused, or the server lacks what the settings need: a person is told
A mail that is too big, or that the server cannot hand out, arrives as its headers and a note.

Standards:  RFC 3501, RFC 2177 (IDLE), RFC 6851 (MOVE), RFC 5530 (response codes)
Seen in practice: `SEARCH n:*` past the end finds the last mail; imapclient's `idle_check` answers "nothing"
            at once, for ever, on a dead connection; a loss while logging in is shown as a LoginError;
            imaplib refuses a line over 1 MB, so a SEARCH must not find more than some 80,000 mails; a SEARCH
            does not see what arrived since the last command ended, and announces it only then.
"""

import imaplib
import ssl
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Literal

from imapclient import IMAPClient
from imapclient.exceptions import CapabilityError, IMAPClientError, LoginError

from commsvc.domain.mail.arrival import Arrival
from commsvc.domain.mail.instead import HEADER_BYTES, LARGEST, NOT_HANDED_OUT, instead, too_big
from commsvc.errors import Permanent, Temporary, Trouble
from commsvc.ports import Tokens

Tls = Literal["tls", "starttls", "none"]
BATCH_BYTES = 9_000_000
PLAIN = 40_000
"""Bytes; the size of a mail that is no larger is not asked for: a batch of 200 such mails fits well."""
_WINDOW = 80_000
_LONGEST_IDLE = 25.0
"""Seconds; then the server has to answer, so that with `timeout` a dead connection is noticed within a minute."""
_LONGEST_LITERAL = 2 * LARGEST
"""Bytes that a server may announce; the memory for them is taken before the first one comes."""
_LONGEST_PAUSE = 60.0
_PATIENCE = 3
_FACTS = ("RFC822.SIZE", "INTERNALDATE")


class ImapMailbox:
    """`ports.Mailbox` over IMAP. One thread at a time.

    `filed`: "keyword:NAME" marks mail that was taken in, "move:FOLDER" moves it there. `tokens` are used instead of a password.
    """

    def __init__(self, name: str, host: str, port: int, user: str, password: str, *, tls: Tls = "tls",
                 context: ssl.SSLContext | None = None, folder: str = "INBOX", read_only: bool = False,
                 filed: str = "keyword:$commsvc", tokens: Tokens | None = None, timeout: float = 30.0,
                 idle: float = _LONGEST_IDLE,
                 clock: Callable[[], float] = time.monotonic) -> None:  # fmt: skip
        self.name = name
        self._host, self._port, self._user, self._password, self._tokens = host, port, user, password, tokens
        self._tls, self._context, self._timeout, self._clock = tls, context, timeout, clock
        self._idle = idle
        self._folder, self._read_only = folder, read_only
        self._how, _, self._where = filed.partition(":")
        if self._how not in ("keyword", "move") or not self._where:
            raise ValueError(f'filed must be "keyword:NAME" or "move:FOLDER", not "{filed}"')
        self._not_filed = ["UNKEYWORD", self._where] if self._how == "keyword" else []
        self._client: Any = None
        self._asking: Sequence[int] = ()
        self._broke: Counter[int] = Counter()
        self._validity = self._next = self._highest = 0
        self._fetched_under = 0
        self._ahead: list[int] = []
        """What the last search found and nobody asked for yet, behind the uid `_given`."""
        self._given = 0
        self._large: frozenset[int] = frozenset()
        self._weighs = True
        self._failures, self._not_before = 0, 0.0
        self._last: Trouble | None = None

    def uidvalidity(self) -> int:
        with self._session():
            return self._validity

    def fetch(self, after: str, limit: int) -> Sequence[Arrival]:
        with self._session() as client:
            self._fetched_under = self._validity
            last = int(after or 0)
            while uids := self._listed(client, last):
                if found := self._arrivals(client, uids[:limit]):
                    self._given = int(found[-1].uid)
                    self._ahead = uids[bisect_right(uids, self._given) :]
                    self._highest = max(self._highest, self._given)
                    return found
                last = uids[:limit][-1]  # all of these were deleted between the two commands
            self._highest = max(self._highest, last)
            return []

    def filed(self, uids: Sequence[str]) -> None:
        if self._read_only or not uids:
            return
        with self._session() as client:
            if self._fetched_under not in (0, self._validity):
                return  # the same numbers name other mails now
            numbers = [int(uid) for uid in uids]
            if self._how == "keyword":
                client.add_flags(numbers, [self._where], silent=True)
            else:
                self._move(client, numbers)

    def wait(self, seconds: float) -> bool:
        """Sleep until mail may have arrived (True), or this time has passed (False)."""
        deadline = self._clock() + seconds
        with self._session() as client:
            if self._news(client, self._highest) or _swallowed(client):
                return True
            if not client.has_capability("IDLE"):
                time.sleep(seconds)
                return bool(self._news(client, self._highest))
            while (left := deadline - self._clock()) > 0:
                client.idle()
                heard = client.idle_check(timeout=min(left, self._idle))
                _, more = client.idle_done()  # raises when nobody is there any more; idle_check does not
                if any(answer[1:2] == (b"EXISTS",) for answer in [*heard, *more]):
                    return True
            client.noop()
            return False

    def close(self) -> None:
        """Let go of the connection; the next call opens a new one."""
        client, self._client = self._client, None
        self._ahead = []
        if client is not None:
            with suppress(IMAPClientError, OSError):
                client.shutdown()

    # --- the connection ---------------------------------------------------------------------------

    @contextmanager
    def _session(self) -> Iterator[Any]:
        """The open mailbox. Whatever goes wrong in here drops the connection and is said plainly."""
        try:
            if self._client is None:
                self._reconnect()
            yield self._client
        except (CapabilityError, LoginError) as why:
            raise self._failed(why, Permanent) from why
        except (IMAPClientError, OSError, ValueError, LookupError) as why:  # the last two: no IMAP at all
            raise self._failed(why, Temporary) from why

    def _reconnect(self) -> None:
        if self._last is not None and self._clock() < self._not_before:
            raise type(self._last)(str(self._last))
        self._failures += 1
        context = (self._context or ssl.create_default_context()) if self._tls != "none" else None
        self._client = IMAPClient(
            self._host, self._port, ssl=self._tls == "tls", ssl_context=context, timeout=self._timeout
        )
        _bound(self._client)
        self._client.normalise_times = False  # else INTERNALDATE comes naive, in our own zone
        if self._tls == "starttls":
            self._client.starttls(context)
        self._login(self._client)
        answer = self._client.select_folder(self._folder, readonly=self._read_only)
        if not answer.get(b"UIDVALIDITY"):
            raise IMAPClientError("it tells no UIDVALIDITY, so that no mail can be known again")
        if answer[b"UIDVALIDITY"] != self._validity:
            self._broke.clear()
        self._validity, self._next, self._highest = answer[b"UIDVALIDITY"], answer.get(b"UIDNEXT", 0), 0
        self._failures, self._last = 0, None

    def _login(self, client: Any) -> None:
        try:
            if self._tokens is not None:
                self._by_token(client, self._tokens)
            elif self._password.isascii():
                client.login(self._user, self._password)
            else:
                client.plain_login(self._user, self._password)  # LOGIN cannot carry other letters
        except LoginError as why:
            if isinstance(why.__context__, imaplib.IMAP4.abort) or "[UNAVAILABLE]" in str(why):
                raise IMAPClientError(str(why)) from why
            raise

    def _by_token(self, client: Any, tokens: Tokens) -> None:
        """XOAUTH2; a token that is not taken may be an old one, so once it is tried with another."""
        try:
            try:
                client.oauth2_login(self._user, tokens.token())
            except LoginError:
                tokens.spoilt()
                client.oauth2_login(self._user, tokens.token())
        except Trouble as why:
            raise self._failed(why, type(why)) from why

    def _failed(self, why: Exception, kind: type[Trouble]) -> Trouble:
        self.close()
        self._broke.update(self._asking)
        self._asking = ()
        if self._failures:
            pause = min(2.0 ** min(self._failures - 1, 9), _LONGEST_PAUSE)
            self._not_before = self._clock() + pause
        said = "refuses the sign-in of " + self._user if isinstance(why, LoginError) else "cannot be read"
        self._last = kind(f"mailbox {self.name} at {self._host} {said}: {why or type(why).__name__}")
        return self._last

    # --- fetching ---------------------------------------------------------------------------------

    def _listed(self, client: Any, after: int) -> list[int]:
        """The uids after this one, lowest first; searched for when what the last search found is used up."""
        if self._ahead and after == self._given:
            return self._ahead
        if found := self._news(client, after):
            self._large = self._larger(client, found)
        return found

    def _larger(self, client: Any, uids: Sequence[int]) -> frozenset[int]:
        """Those whose size has to be asked for: all, where the server hangs up when it is to weigh a mail it cannot read."""
        if not self._weighs:
            return frozenset(uids)
        self._weighs = False
        found = client.search(["UID", f"{uids[0]}:{uids[-1]}", *self._not_filed, "LARGER", str(PLAIN)])
        self._weighs = True
        return frozenset(found)

    def _news(self, client: Any, after: int) -> list[int]:
        """The next uids after this one, lowest first, those that came a moment ago too."""
        if found := self._waiting(client, after):
            return found
        client.noop()
        _swallowed(client)
        return self._waiting(client, after)

    def _waiting(self, client: Any, after: int) -> list[int]:
        first = after + 1
        while True:
            last = first + _WINDOW - 1
            to_the_end = last >= self._next
            found = client.search(["UID", f"{first}:{'*' if to_the_end else last}", *self._not_filed])
            fresh = sorted(uid for uid in found if uid > after)
            if fresh or to_the_end:
                return fresh
            first = last + 1

    def _arrivals(self, client: Any, uids: Sequence[int]) -> list[Arrival]:
        """The first of these mails, as many as fit in one batch of bytes.

        A server may hang up whenever it is asked for one broken mail. So after a loss the mails of that
        batch are asked for one by one, and one that breaks the connection again and again is given up.
        """
        if any(self._broke[uid] for uid in uids):
            uids = uids[:1]
        if self._broke[uids[0]] >= _PATIENCE:
            return [self._arrival(uids[0], {}, self._instead(b"", uids[0], 0))]
        self._asking = uids
        facts = _ask(client, [uid for uid in uids if uid in self._large], _FACTS)
        sizes = {uid: int(facts[uid].get(b"RFC822.SIZE", 0)) if uid in facts else PLAIN
                 for uid in uids if uid in facts or uid not in self._large}  # fmt: skip
        batch = _batch(sizes)
        raws = _ask(client, [uid for uid in batch if sizes[uid] <= LARGEST], ["BODY.PEEK[]", "INTERNALDATE"])
        found = []
        for uid in batch:
            raw = raws.get(uid, {}).get(b"BODY[]")
            if raw is None and (uid in raws or sizes[uid] > LARGEST):
                facts |= _ask(client, [uid], _FACTS)
                raw = self._instead(_header(client, uid), uid, sizes[uid])
            if raw is not None:  # else it was deleted a moment ago
                found.append(self._arrival(uid, facts.get(uid) or raws[uid], raw))
            del self._broke[uid]
        self._asking = ()
        return found

    def _arrival(self, uid: int, fact: Mapping[bytes, Any], raw: bytes) -> Arrival:
        received: datetime = fact.get(b"INTERNALDATE") or datetime.now(UTC)
        return Arrival(self.name, self._validity, str(uid), raw, received.astimezone(UTC))

    def _instead(self, header: bytes, uid: int, size: int) -> bytes:
        """What stands in for a mail that is not taken in whole: its headers and a line for people."""
        why = too_big(size) if size > LARGEST else NOT_HANDED_OUT
        return instead(header, why, f"mailbox {self.name}, folder {self._folder}, UID {uid}")

    def _move(self, client: Any, uids: Sequence[int]) -> None:
        try:
            client.move(uids, self._where)
        except CapabilityError:
            raise
        except IMAPClientError as why:
            if "TRYCREATE" not in str(why):
                raise
            client.create_folder(self._where)
            client.move(uids, self._where)


def _batch(sizes: Mapping[int, int]) -> list[int]:
    """As many as fit in `BATCH_BYTES`, at least one. What is too big costs only its headers."""
    batch: list[int] = []
    total = 0
    for uid, size in sizes.items():
        total += HEADER_BYTES if size > LARGEST else size
        if batch and total > BATCH_BYTES:
            break
        batch.append(uid)
    return batch


def _ask(client: Any, uids: Sequence[int], what: Sequence[str]) -> dict[int, dict[bytes, Any]]:
    """FETCH; a mail that the server cannot read comes with nothing, and does not spoil the others."""
    if not uids:
        return {}
    try:
        return dict(client.fetch(list(uids), list(what)))
    except imaplib.IMAP4.abort:
        raise
    except IMAPClientError:
        if len(uids) == 1:
            return {uids[0]: {}}
        middle = len(uids) // 2
        return _ask(client, uids[:middle], what) | _ask(client, uids[middle:], what)


def _header(client: Any, uid: int) -> bytes:
    fact = _ask(client, [uid], [f"BODY.PEEK[HEADER]<0.{HEADER_BYTES}>"]).get(uid, {})
    return next((value for key, value in fact.items() if key.startswith(b"BODY[HEADER]") and value), b"")


def _bound(client: Any) -> None:
    """No literal is read that is larger than any mail we ask for: a server lies, or is no server."""
    wire = client._imap  # noqa: SLF001 - imapclient has no setting for it
    read = wire.read

    def bounded(size: int) -> Any:
        if size > _LONGEST_LITERAL:
            raise imaplib.IMAP4.abort(f"it announces {size:,} bytes in one piece, more than any mail that is taken")
        return read(size)

    wire.read = bounded


def _swallowed(client: Any) -> bool:
    """Did the server announce mail during a command that was not about it? Asking forgets it."""
    return bool(client._imap.response("EXISTS")[1] != [None])  # noqa: SLF001 - imapclient shows it nowhere

"""Replay recorded mail under other rules: the real triage over a store in memory, at the times on record.

Nothing is written to the record and nothing is sent; two replays differ by their rules alone. The directory is
today's. Mail that joined a case by its proofs is not replayed: no rule decides that.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from commsvc.adapters.store.store import connect
from commsvc.desk import Desk
from commsvc.domain.case.case import Case, Stage
from commsvc.domain.learning.comparison import Comparison, Pair
from commsvc.domain.learning.replay import Clocked, Deeds, PastMail, Result, clocked
from commsvc.domain.letter.letter import Audience
from commsvc.domain.mail.mail import Mail, Unread
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.promise.promise import Subject
from commsvc.flow.triage import Triage
from commsvc.ports import Reader, Store

BATCH = 200


@dataclass(frozen=True)
class OneVersion:
    """`ports.Playbooks` with a single version."""

    playbook: Playbook

    def current(self, account_id: str = "") -> Playbook:  # noqa: ARG002  one for all
        return self.playbook

    def version(self, digest: str) -> Playbook:  # noqa: ARG002  there is no other
        return self.playbook

    def remember(self, files: Mapping[str, str]) -> Playbook:  # noqa: ARG002
        return self.playbook


@dataclass(frozen=True)
class AlreadyRead:
    """`ports.Reader` for mails that were read before: a replay reads each once."""

    mails: dict[bytes, Mail]

    def read(self, raws: Sequence[bytes]) -> Sequence[Mail | Unread]:
        return [self.mails[raw] for raw in raws]


@dataclass(frozen=True)
class History:
    """Mail on record that rules decide about, and what people did about it."""

    mails: tuple[PastMail, ...]
    read: dict[bytes, Mail]
    deeds: dict[int, Deeds]
    """By the mail that opened the case."""
    refs: dict[int, str]
    unread: int


def simulate(desk: Desk, reader: Reader, new: Playbook, since: datetime, now: datetime, authserv_id: str | None,
             old: Playbook | None = None) -> Comparison:  # fmt: skip
    """Compare what `old` (the rules in force when left out) and `new` make of the mail received since then."""
    history = recall(desk.store, reader, since, now)
    results = [
        Replay(desk, playbook, history, now, authserv_id).run() for playbook in (old or desk.playbooks.current(), new)
    ]
    pairs = tuple(Pair(*pair) for pair in zip(*results, strict=True))
    unknown = sum(p.new.severity is not None and p.new.mail not in history.deeds for p in pairs)
    return Comparison(pairs, history.unread, unknown)


def recall(store: Store, reader: Reader, since: datetime, until: datetime) -> History:
    """Read the record between two instants. A mail whose bytes are erased or unreadable is only counted."""
    mails, unread = [], 0
    read: dict[bytes, Mail] = {}
    deeds: dict[int, Deeds] = {}
    refs: dict[int, str] = {}
    known: set[Subject] = set()
    for batch in _batches(store, since, until):
        for past, mail in zip(batch, reader.read([p.raw.arrival.raw for p in batch]), strict=True):
            if isinstance(mail, Unread) or not past.raw.arrival.raw:
                unread += 1
                continue
            if past.subject and past.subject not in known:
                known.add(past.subject)
                _remember(store, past, deeds, refs)
            if past.state != "appended" or not mail.answers:
                mails.append(past)
                read[past.raw.arrival.raw] = mail
    mails.sort(key=lambda p: (p.raw.arrival.received_at, p.raw.id))
    return History(tuple(mails), read, deeds, refs, unread)


def _batches(store: Store, since: datetime, until: datetime) -> Iterator[Sequence[PastMail]]:
    after = 0
    while batch := store.inbox.past(since, after, BATCH):
        after = batch[-1].raw.id
        yield [p for p in batch if not p.raw.history and p.state != "new" and p.raw.arrival.received_at <= until]


def _remember(store: Store, past: PastMail, deeds: dict[int, Deeds], refs: dict[int, str]) -> None:
    if past.subject is None or past.subject.kind != "case":
        return
    case = store.cases.get(past.subject.id)
    refs[past.raw.id] = case.ref
    if case.stage is not Stage.QUEUED:
        deeds[past.raw.id] = Deeds.of(store.promises.of(past.subject), case.stage.open)


class Replay:
    """One pass over the history under one playbook."""

    def __init__(
        self, desk: Desk, playbook: Playbook, history: History, until: datetime, authserv_id: str | None
    ) -> None:
        self._desk = replace(desk, store=connect(":memory:"), playbooks=OneVersion(playbook))
        self._playbook, self._history, self._until = playbook, history, until
        self._triage = Triage(self._desk, AlreadyRead(history.read), authserv_id)
        self._ends: list[tuple[datetime, int, Subject]] = []
        self._opened: dict[Subject, int] = {}

    def run(self) -> list[Result]:
        """What becomes of each mail, in order of arrival."""
        store = self._desk.store
        if self._history.mails:
            first = self._history.mails[0].raw.arrival.received_at
            with store.transaction():
                for name, validity in {(p.raw.arrival.mailbox, p.raw.arrival.uidvalidity) for p in self._history.mails}:
                    store.inbox.connect(name, validity, first)
        return [self._one(past, id) for id, past in zip(count(1), self._history.mails)]

    def _one(self, past: PastMail, id: int) -> Result:
        at, store = past.raw.arrival.received_at, self._desk.store
        self._end(at)
        with store.transaction():
            store.inbox.add([past.raw.arrival], at)
        self._triage.run(at)
        (became,) = store.inbox.past(at, id - 1, 1)
        ref, about = self._history.refs.get(past.raw.id, f"mail {past.raw.id}"), self._about(past)
        if became.subject is None or became.subject.kind != "case":
            return Result(past.raw.id, ref, about, became.reason, None, "", account=self._account(past))
        case = store.cases.get(became.subject.id)
        if became.subject in self._opened:
            return Result(
                past.raw.id,
                ref,
                about,
                f"joins {self._joined(became.subject)}",
                None,
                case.owner,
                account=case.account_id,
            )
        self._opened[became.subject] = past.raw.id
        return self._case(past, case, ref, about)

    def _case(self, past: PastMail, case: Case, ref: str, about: str) -> Result:
        subject, deeds = self._desk.subject(case), self._history.deeds.get(past.raw.id)
        if deeds and deeds.ended:
            heapq.heappush(self._ends, (deeds.ended, case.id, subject))
        letters = [x.wish.letter for x in self._desk.store.letters.of(subject) if x.wish.audience is Audience.CUSTOMER]
        ran = self._clocked(case, subject, deeds) if deeds else Clocked(0, (), ())
        severity = None if case.stage is Stage.QUEUED else case.severity
        said = tuple(self._approved(letter, case) for letter in letters)
        return Result(
            past.raw.id,
            ref,
            about,
            case.category,
            severity,
            case.owner,
            (*said, *ran.drafts),
            ran.nights,
            ran.late,
            case.account_id,
        )

    def _clocked(self, case: Case, subject: Subject, deeds: Deeds) -> Clocked:
        return clocked(self._desk.store.promises.of(subject), deeds, self._playbook, self._desk.calendar(case.account_id),
                       lambda places, at: self._desk.people(places, case, frozenset(), at), self._until)  # fmt: skip

    def _approved(self, letter: str, case: Case) -> str:
        who = self._playbook.approval(letter, case.severity)
        return f"{letter} ({'by rule' if who == 'auto' else 'approved by ' + who.replace('|', ' or ')})"

    def _end(self, now: datetime) -> None:
        """Cases that were over by then no longer weigh on their owners, nor are they told again."""
        store = self._desk.store
        while self._ends and self._ends[0][0] <= now:
            case = store.cases.get(heapq.heappop(self._ends)[1])
            with store.transaction():
                store.cases.save(replace(case, stage=Stage.RESOLVED))

    def _joined(self, subject: Subject) -> str:
        opener = self._opened[subject]
        return self._history.refs.get(opener, f"the case of mail {opener}")

    def _account(self, past: PastMail) -> str:
        """The account of a mail that is in no case, by whoever sent it; "" for a stranger."""
        sender, directory = self._history.read[past.raw.arrival.raw].sender, self._desk.directory
        known = directory.known_contact(sender.address)
        account = known[0] if known else directory.by_domain(sender.domain)
        return account.id if account else ""

    def _about(self, past: PastMail) -> str:
        mail = self._history.read[past.raw.arrival.raw]
        account = self._desk.directory.known_contact(mail.sender.address)
        return f"{account[0].name if account else mail.sender.address} “{mail.subject[:60]}”"

"""What the flow asks of the outside world. Each contract is written here, once.

Every method may raise `Temporary`; what else it raises stands at the method. Instants are aware UTC.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from commsvc.domain.call.invitation import Call
from commsvc.domain.call.slots import Busy
from commsvc.domain.case.case import Case
from commsvc.domain.learning.replay import PastMail
from commsvc.domain.letter.approval import Asked
from commsvc.domain.letter.command import Command
from commsvc.domain.letter.facts import Disclosure, Fact
from commsvc.domain.letter.gate import Counts
from commsvc.domain.letter.letter import Letter, Wish
from commsvc.domain.letter.letter import State as LetterState
from commsvc.domain.letter.mime import Envelope
from commsvc.domain.letter.switches import Switch, Switches
from commsvc.domain.mail.arrival import Arrival, RawMail
from commsvc.domain.mail.mail import Mail, Unread
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.playbook.version import KeptPlaybook
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.promise import Promise, Subject
from commsvc.domain.promise.promise import State as PromiseState
from commsvc.domain.promise.timeline import Entry
from commsvc.evidence import Evidence
from commsvc.people import Staff

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Claim(Generic[T]):
    """A row that this worker holds until its lease ends. Writing with an old fence raises `Stale`."""

    row: T
    attempts: int
    fence: int


@dataclass(frozen=True, slots=True)
class Message:
    """A mail that was recorded, as a thread shows it. `by_us`: a person of ours wrote it."""

    message_id: str
    sender: str
    subject: str
    words: str
    received_at: datetime
    by_us: bool


# --- the outside world ---------------------------------------------------------------------------


class Mailbox(Protocol):
    """A place where mail for us lies, that is asked for it."""

    name: str

    def uidvalidity(self) -> int:
        """The validity of the uids; another value means that all uids are new."""

    def fetch(self, after: str, limit: int) -> Sequence[Arrival]:
        """Mail not yet filed, oldest first, after this uid. Fetching changes nothing."""

    def filed(self, uids: Sequence[str]) -> None:
        """Mark mail as taken in, never as read by a person. Filing twice is not an error."""


class Sender(Protocol):
    """Hands finished letters to the wire."""

    def send(self, envelope: Envelope, at_dot: Callable[[], None]) -> None:
        """Send one message. `at_dot` is called when all but the final dot has been handed over;
        before it, failing is safe to repeat. Raises Permanent, or Uncertain after the dot.
        """


class Calendar(Protocol):
    """Who is busy when, and where we write the calls we book."""

    def busy(self, address: str, start: datetime, end: datetime) -> Sequence[Busy]:
        """Busy times of a person; raises Temporary when their calendar cannot be read."""

    def put(self, address: str, uid: str, calendar: str) -> None:
        """Write an event on a person's calendar, replacing the one with this uid."""


class Stationery(Protocol):
    """The templates of our letters."""

    def letters(self) -> Iterable[str]:
        """The letters there are templates for."""

    def has(self, letter: str, language: str, overrides: Sequence[str] = ()) -> bool:
        """Is there a template of this letter in this language?"""

    def disclosure(self, letter: str) -> Disclosure:
        """The most private class of slot that a letter may hold."""

    def slots(self, letter: str) -> Sequence[str]:
        """The slots a letter declares; a trailing `?` marks one that may be empty."""

    def render(
        self, letter: str, language: str, slots: Mapping[str, object], overrides: Sequence[str] = ()
    ) -> tuple[str, str, str]:
        """Title, text and HTML. Falls back to English. `overrides`: folders with words of their own, first wins."""

    def plain(self, text: str, title: str, language: str) -> str:
        """The HTML of a text that a person wrote instead of the template's."""


class Reader(Protocol):
    """Reads hostile bytes at a safe distance."""

    def read(self, raws: Sequence[bytes]) -> Sequence[Mail | Unread]:
        """Each mail read, or why it cannot be."""


class Playbooks(Protocol):
    """The rules in force."""

    def current(self) -> Playbook:
        """The playbook for new cases."""

    def version(self, digest: str) -> Playbook:
        """The playbook a case started with; the current one when that is not kept any more."""


# --- the store -----------------------------------------------------------------------------------


class Inbox(Protocol):
    """Raw mail, and what became of each."""

    def connect(self, mailbox: str, uidvalidity: int, now: datetime) -> tuple[datetime, str]:
        """When we first connected to this mailbox, and the last uid seen under this validity."""

    def add(self, arrivals: Sequence[Arrival], now: datetime) -> int:
        """Keep raw mail. Mail known by its uid is left as it is. Returns how many were new."""

    def claim(self, limit: int, now: datetime, lease: timedelta) -> Sequence[Claim[RawMail]]: ...

    def settle(self, claim: Claim[RawMail], state: str, reason: str, subject: Subject | None, mail: Mail | None,
               by_us: bool = False) -> None:  # fmt: skip
        """Write what became of a mail: recorded, appended, ignored or quarantined."""

    def release(self, claim: Claim[RawMail], reason: str, again_at: datetime) -> None:
        """Give a mail back for another try, not before this time."""

    def known(self, mail: Mail) -> int | None:
        """The raw mail with this Message-ID and body, or None. An empty id matches nothing."""

    def cases_of(self, message_ids: Sequence[str]) -> Mapping[str, int]:
        """The cases that mail with these Message-IDs belongs to."""

    def cases_of_conversation(self, conversation: str) -> Sequence[int]:
        """The cases with a mail of this Outlook conversation, newest first. "" is in none."""

    def thread(self, subject: Subject) -> Sequence[Message]:
        """The mails of a subject, oldest first."""

    def past(self, since: datetime, after: int, limit: int) -> Sequence[PastMail]:
        """Mail received since then, in the order of ids, from the one after `after` on."""

    def ledger(self) -> Mapping[str, int]:
        """How many mails stand in each state."""

    def seen(self) -> int:
        """How many mails were ever taken in, counted when they came."""

    def quarantined(self) -> Sequence[tuple[int, str, datetime]]:
        """Mails set aside: id, reason, when they came."""

    def auto_answers_since(self, address: str, since: datetime) -> int:
        """Automatic letters to this address since then."""


class Cases(Protocol):
    def open(self, case: Case) -> Case:
        """Write a new case; returns it with its id."""

    def get(self, id: int) -> Case: ...
    def save(self, case: Case) -> None: ...
    def load(self, owners: Sequence[str]) -> Mapping[str, int]:
        """How many open cases each of these owners has; one who has none is left out."""

    def all_open(self) -> Sequence[Case]: ...
    def open_of(self, account_id: str, limit: int = 50) -> Sequence[Case]:
        """The open cases of one account, newest first."""

    def of_account(self, account_id: str, limit: int = 50) -> Sequence[Case]:
        """The cases of one account, open or not, newest first."""

    def listed(self, limit: int = 200) -> Sequence[Case]:
        """The newest cases, newest first."""


class Promises(Protocol):
    def make(self, subject: Subject, kind: Kind, span: str, started_at: datetime, due_at: datetime,
             next_at: datetime | None, regarding: int | None = None) -> Promise: ...  # fmt: skip

    def of(self, subject: Subject) -> Sequence[Promise]: ...
    def due(self, now: datetime, limit: int) -> Sequence[Promise]:
        """Open promises whose next step may be due, earliest first. A hint: judge again."""

    def save(self, promise: Promise) -> None: ...
    def settle(self, promise: Promise, state: PromiseState, at: datetime) -> None: ...
    def next_at(self) -> datetime | None:
        """When the next step of any chain may be due."""


class Letters(Protocol):
    def wish(self, wish: Wish, now: datetime) -> bool:
        """Write a wish; False when one with its key exists already."""

    def get(self, id: int) -> Letter: ...
    def claim(self, state: LetterState, now: datetime, limit: int, lease: timedelta) -> Sequence[Claim[Letter]]:
        """Letters in this state for this worker: those to customers first, then the oldest."""

    def save(self, claim: Claim[Letter], letter: Letter) -> None:
        """Write all that may change. Raises Stale when the claim is no longer ours."""

    def change(self, letter: Letter, was: LetterState) -> bool:
        """Write `letter` if it is still in the state `was`; False when it is not."""

    def of(self, subject: Subject) -> Sequence[Letter]: ...
    def last_to(self, subject: Subject, to: str) -> Letter | None:
        """The last letter sent to this person about this subject."""

    def drafted(self) -> Sequence[Letter]: ...
    def in_doubt(self) -> Sequence[Letter]: ...
    def counts(self, subject: Subject, to: str, now: datetime) -> Counts: ...
    def recover(self, now: datetime) -> int:
        """After a crash: what was `sending` is ready again, what was at the `dot` is uncertain.
        Returns how many are uncertain.
        """

    def ask(self, letter_id: int, about: int, person: str, digest: str) -> None:
        """Remember whom we asked about which words."""

    def asked(self, letter_id: int) -> tuple[int, str, str] | None:
        """For an internal letter: the letter it asks about, the person, the digest they saw."""

    def approvers(self, about: int) -> Asked: ...
    def watched(self, since: datetime) -> Sequence[Letter]: ...


class Records(Protocol):
    """Timeline, facts, calls, commands, switches, playbooks, troubles: rows that are only added to."""

    def write(self, entry: Entry) -> None: ...
    def timeline(self, subject: Subject) -> Sequence[Entry]: ...
    def changes_since(self, since: datetime) -> Sequence[Entry]: ...
    def add_fact(self, subject: Subject, statement: str, disclosure: Disclosure, source: str, at: datetime) -> None: ...
    def untold(self, subject: Subject) -> Sequence[Fact]:
        """Facts that no sent letter has told yet."""

    def told(self, subject: Subject, letter_id: int, written_at: datetime) -> None:
        """Mark the facts known when a letter was written as told by it."""

    def order(self, command: Command) -> int: ...
    def claim_commands(self, now: datetime, limit: int, lease: timedelta) -> Sequence[Claim[Command]]: ...
    def carried_out(self, claim: Claim[Command], outcome: str) -> None: ...
    def outcome(self, command_id: int) -> str:
        """What became of a command; "" while nobody has carried it out."""

    def switches(self) -> Switches: ...
    def turn(self, switch: Switch, at: datetime) -> None: ...
    def keep_playbook(self, playbook: Playbook, files: Mapping[str, str], at: datetime) -> None: ...
    def playbook_files(self, digest: str) -> Mapping[str, str] | None: ...
    def playbooks(self) -> Sequence[KeptPlaybook]:
        """Every version that was ever in force, oldest first."""

    def trouble(self, source: str, said: str, at: datetime) -> None:
        """Show a standing problem of one source; "" clears it."""

    def troubles(self) -> Sequence[tuple[str, str]]: ...


class Calls(Protocol):
    def want(self, call: Call) -> None:
        """Ask for a call; one with its uid is left as it is."""

    def claim(self, now: datetime, limit: int, lease: timedelta) -> Sequence[Claim[Call]]: ...
    def get(self, id: int) -> Call: ...
    def by_uid(self, uid: str) -> Call | None: ...
    def of(self, subject: Subject) -> Sequence[Call]: ...
    def book(self, claim: Claim[Call], call: Call) -> bool:
        """Write the booking and reserve everybody's time; False when somebody's was just taken."""

    def save(self, call: Call) -> None: ...
    def reserved(self, person: str, start: datetime, end: datetime) -> Sequence[Busy]: ...


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in, and the token their forms must carry."""

    person: str
    csrf: str


class Sessions(Protocol):
    """Who is signed in to the console. Secrets are kept as hashes only."""

    def invite(self, person: str, now: datetime, lasts: timedelta) -> str:
        """Make a one-time secret for a link; returns it."""

    def accept(self, secret: str, now: datetime) -> str | None:
        """Use up a one-time secret; the person it was made for, or None when it is spent or over."""

    def begin(self, person: str, now: datetime, lasts: timedelta) -> str:
        """Begin a session; returns the value for the cookie."""

    def find(self, token: str, now: datetime) -> Session | None: ...
    def end(self, token: str) -> None: ...


class Store(Protocol):
    """The durable record. What happens inside `transaction` is written whole or not at all."""

    inbox: Inbox
    cases: Cases
    promises: Promises
    letters: Letters
    records: Records
    evidence: Evidence
    calls: Calls
    staff: Staff
    sessions: Sessions

    def transaction(self) -> AbstractContextManager[None]: ...
    def savepoint(self) -> AbstractContextManager[None]:
        """A part of a transaction that can fail alone."""

    def free(self) -> None:
        """Give back every row that a worker held when it died. Only for the one daemon, at its start."""

"""The world around us: where mail lies and leaves, calendars, templates, rules, the reader of hostile bytes, pagers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from commsvc.domain.call.slots import Busy
from commsvc.domain.letter.facts import Disclosure
from commsvc.domain.letter.mime import Envelope
from commsvc.domain.mail.arrival import Arrival
from commsvc.domain.mail.mail import Mail, Unread
from commsvc.domain.playbook.rules import Playbook


class Mailbox(Protocol):
    """A place where mail for us lies, that is asked for it."""

    name: str

    def uidvalidity(self) -> int:
        """The validity of the uids; another value means that all uids are new."""

    def fetch(self, after: str, limit: int) -> Sequence[Arrival]:
        """Mail not yet filed, oldest first, after this uid. Fetching changes nothing."""

    def filed(self, uids: Sequence[str]) -> None:
        """Mark mail as taken in, never as read by a person. Filing twice is not an error."""

    def wait(self, seconds: float) -> bool:
        """Return early, true, when new mail may have come. Raises Temporary when the connection is gone."""

    def close(self) -> None:
        """Let go of the connection; the next call opens another. Never raises."""


class Sender(Protocol):
    """Hands finished letters to the wire."""

    def send(self, envelope: Envelope, at_dot: Callable[[], None]) -> None:
        """Send one message. `at_dot` is called when all but the final dot has been handed over;
        before it, failing is safe to repeat. Raises Permanent, or Uncertain after the dot.
        """


class Tokens(Protocol):
    """Proof towards a server that we may act, instead of a password."""

    def token(self) -> str:
        """An access token that is good for some minutes. Raises Permanent when the sign-in is refused."""

    def spoilt(self) -> None:
        """The server did not take the last one: the next is fetched anew."""


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

    def current(self, account_id: str = "") -> Playbook:
        """The playbook for new cases of an account: the one in force, or that of a pilot it takes part in."""

    def version(self, digest: str) -> Playbook:
        """The playbook a case started with; the current one when that is not kept any more."""

    def remember(self, files: Mapping[str, str]) -> Playbook:
        """Take back a version that the store kept; returns it. Raises Misconfigured when it cannot be read any more."""


class Pager(Protocol):
    """Reaches a person faster than mail does."""

    def reaches(self, address: str) -> bool:
        """Is there a way to page this person?"""

    def page(self, address: str, title: str, text: str) -> None:
        """Page one person. Raises Temporary when the message was not taken."""

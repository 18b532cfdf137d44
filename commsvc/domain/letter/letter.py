"""A letter: something we say to one person, from the wish to say it to the word that it arrived.

States, in order; a letter never goes back from `dot` (reliability.md, rule 5):

  wanted → drafted → ready → sending → dot → sent → bounced
             ↓         ↓                  ↘ uncertain → sent | not sent, by evidence or by a person
          refused, void                     failed

`wanted` is written with the state change that caused it; words come later, so that they are fresh.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from commsvc.domain.promise.promise import Subject


class State(Enum):
    """Where a letter stands."""

    WANTED = "wanted"
    DRAFTED = "waits for approval"
    READY = "ready to send"
    SENDING = "being sent"
    DOT = "handed over, no answer yet"
    SENT = "sent"
    UNCERTAIN = "perhaps sent"
    BOUNCED = "came back"
    FAILED = "refused by the receiving server"
    REFUSED = "stopped by a check"
    WATCHED = "would have been sent"
    VOID = "no longer right"


class Audience(Enum):
    """To whom we speak."""

    CUSTOMER = "customer"
    INTERNAL = "internal"
    OPERATOR = "operator"


SUBSCRIPTIONS = {"exec_daily": "briefing", "exec_weekly": "briefing", "survey": "survey"}
"""The letters that a reader may do without, by the list they are on."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A letter somebody is owed: what, to whom, about what. Written in one transaction with its cause.

    `key` makes it unique for ever: the same wish twice is one letter.
    """

    letter: str
    subject: Subject
    audience: Audience
    to: str
    key: str
    promise_id: int | None = None
    regarding: int | None = None
    """Another row it speaks of: the letter to approve, the call to join."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A letter's content: what an approval is bound to, together with its recipient."""

    title: str
    text: str
    html: str
    calendar: str = ""
    method: str = ""
    twin: str = ""
    """The English text from the same slots, for an approver, where the letter is in another language."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as it stands."""

    id: int
    wish: Wish
    state: State
    created_at: datetime
    words: Words | None = None
    rule: str = ""
    """Who or what allows it: `auto`, or the roles that must approve."""
    revision: int = 0
    """The revision of the case when the words were written."""
    approve_by: datetime | None = None
    expires_at: datetime | None = None
    approved_by: str = ""
    approved_digest: str = ""
    send_at: datetime | None = None
    names_update_at: datetime | None = None
    """The time of the next update that the words promise."""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: str = ""
    why: str = ""
    attempts: int = 0
    sent_at: datetime | None = None
    released: tuple[str, ...] = ()
    """Names of other accounts, in lower case, that a person let through in this letter, with a reason."""

    @property
    def digest(self) -> str:
        """What an approval is bound to: these words, to this person, at this state of the case."""
        if self.words is None:
            return ""
        w = self.words
        parts = (self.wish.to, w.title, w.text, w.html, w.calendar, str(self.revision))
        return hashlib.sha256("\x00".join(parts).encode()).hexdigest()

    @property
    def under_way(self) -> bool:
        """Is it being written, approved or sent?"""
        return self.state in (State.WANTED, State.DRAFTED, State.READY, State.SENDING)

    @property
    def automatic(self) -> bool:
        return self.rule == "auto"

    def with_words(self, words: Words) -> "Letter":
        return replace(self, words=words)

"""What a person asked for, however they asked: by mail, on a page, by the command line."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from commsvc.domain.letter.approval import Verb
from commsvc.domain.promise.promise import Subject


class Channel(Enum):
    MAIL = "mail"
    PAGE = "page"
    CLI = "command line"
    API = "API"


@dataclass(frozen=True, slots=True)
class Command:
    """One order of one of our people, not yet carried out. `letter_id`: the letter it speaks of;
    `digest`: what that letter was when the person saw it.
    """

    verb: Verb
    argument: str
    person: str
    channel: Channel
    subject: Subject
    at: datetime
    letter_id: int | None = None
    digest: str = ""
    id: int = 0

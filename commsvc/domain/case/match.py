"""Which case does this mail belong to?

A mail joins a case only with two proofs: something only our letter could have told it (a MAC'd
reply token, or a Message-ID of ours), and a sender who belongs to that account and is not refused
by authentication; or when the playbook's duplicate rule is certain (`duplicate.py`). One proof alone
asks a person. A number in the subject and the thread that Outlook names prove nothing (T3).
"""

from dataclasses import dataclass
from enum import Enum

from commsvc.domain.mail.authentic import Authenticity


class Why(Enum):
    """Why a mail joins, or does not join, a case."""

    REPLY_TOKEN = "our reply token, and a sender of that account"  # noqa: S105  the reason, not a secret
    REFERENCE = "it answers a message of ours or of that case, and the sender is of that account"
    DUPLICATE = "an authenticated sender of that account tells the same facts again"
    STRANGER = "it points to a case, but the sender is not of that account"
    UNPROVEN = "it points to a case, but the sender is not authenticated"
    NOTHING = "nothing links it to a case"

    @property
    def joins(self) -> bool:
        return self in (Why.REPLY_TOKEN, Why.REFERENCE, Why.DUPLICATE)

    @property
    def again(self) -> bool:
        """Is it told again by somebody, rather than an answer in the thread?"""
        return self is Why.DUPLICATE

    @property
    def asks(self) -> bool:
        """Should a person decide, because only one of two proofs is there?"""
        return self in (Why.STRANGER, Why.UNPROVEN)


@dataclass(frozen=True, slots=True)
class Match:
    case_id: int | None
    why: Why


@dataclass(frozen=True, slots=True)
class Pointer:
    """A case that a mail points to, and the account it belongs to."""

    case_id: int
    account_id: str
    by: Why


def match(pointers: tuple[Pointer, ...], account_id: str, sender: Authenticity) -> Match:
    """Decide over the pointers found in a mail, surest first.

    `account_id` is the account the sender belongs to, "" for a stranger.
    """
    if not pointers:
        return Match(None, Why.NOTHING)
    for pointer in pointers:
        if not account_id or pointer.account_id != account_id:
            continue
        if sender is Authenticity.FAIL:
            return Match(pointer.case_id, Why.UNPROVEN)
        return Match(pointer.case_id, pointer.by)
    return Match(pointers[0].case_id, Why.STRANGER)

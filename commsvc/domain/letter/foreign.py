"""Another account's name, id or domain in a letter: the worst thing we could send (reliability.md, T26).

Some names are words as well (Orange, Target): an account declares them `ambiguous`, and then they count
only as a name is written, inside a sentence. Whom a letter to an account may name (its partner, its
own supplier) is declared there too, as `may_mention`.
"""

import re

from commsvc.domain.case.directory import Account, Directory

_SENTENCE_START = re.compile(r"(?:^|[.!?:\n|>“„«「–-])\W*$")
_NEARBY = 8


def foreign(text: str, own: Account | None, directory: Directory, released: frozenset[str] = frozenset()) -> str:
    """The first name of another account in a text for `own`; "" for none.

    `released`: names, in lower case, that a person let through in this very letter.
    """
    permitted = released | _names(own) | ({n.lower() for n in own.may_mention} if own else set())
    for name, start, account in directory.names.found(text):
        known_as = {name.lower(), account.id.lower(), account.name.lower()}
        if (own is None or account.id != own.id) and not known_as & permitted and _meant(name, start, account, text):
            return name
    return ""


def _names(account: Account | None) -> set[str]:
    return {n.lower() for n in account.names} if account else set()


def _meant(name: str, start: int, account: Account, text: str) -> bool:
    """Is it the account, and not the word? A word is a name only as it is spelled, and inside a sentence."""
    if name not in account.ambiguous:
        return True
    return text.startswith(name, start) and _SENTENCE_START.search(text[max(0, start - _NEARBY) : start]) is None

"""What mails teach us about the people who write: a new contact, their language, how they want to be written to.

Nothing of it counts until a person of ours has said ADD. What was refused is not asked again.
Source: practice.md, S56; features.md, row 39.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from commsvc.domain.case.directory import Account, Contact, Directory
from commsvc.domain.mail.authentic import Authenticity
from commsvc.domain.mail.mail import Auto, Mail


class What(Enum):
    """What was learnt."""

    CONTACT = "contact"
    LANGUAGE = "language"
    PLAIN = "plain text"
    DAILY = "one update a day"


class State(Enum):
    """How far it is."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Learnt:
    """One thing learnt about one address. `value`: the name of a contact, the code of a language, else "".

    `evidence` is what the mail says; `asked` is the address of the colleague who decides.
    """

    account_id: str
    address: str
    what: What
    value: str
    evidence: str
    case_id: int
    asked: str
    at: datetime
    state: State = State.PROPOSED
    decided_by: str = ""
    id: int = 0

    @property
    def wish_key(self) -> str:
        """Of the letter that asks."""
        return f"learnt:{self.id}"


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something that a mail shows about its writer."""

    what: What
    value: str
    evidence: str


_SHOWS = {"wants_plain": What.PLAIN, "wants_daily": What.DAILY}
_ENOUGH = 120
"""So many letters tell a language."""


def noticed(mail: Mail, account: Account | None, contact: Contact | None, proof: Authenticity,
            told: dict[str, str], languages: Iterable[str]) -> Iterator[Noticed]:  # fmt: skip
    """What a customer's mail shows about its writer that the directory does not have.

    `told`: the words behind each fact of the mail. An unlisted writer is only noticed when our server vouches for them.
    """
    if account is None or mail.auto is not Auto.NONE:
        return
    if contact is None:
        if proof is Authenticity.PASS:
            yield Noticed(What.CONTACT, mail.sender.name or mail.sender.address, mail.sender.domain)
        return
    if proof is Authenticity.FAIL:
        return
    usual = contact.language or account.language
    if mail.language in set(languages) - {usual} and len(mail.reply_text) >= _ENOUGH:
        yield Noticed(What.LANGUAGE, mail.language or "", mail.reply_text[:80])
    have = {What.PLAIN: contact.plain, What.DAILY: contact.daily}
    for fact, what in _SHOWS.items():
        if fact in told and not have[what]:
            yield Noticed(what, "", told[fact])


def question(learnt: Learnt, name: str) -> str:
    """What our colleague is asked. `name`: of the contact, as the directory has it."""
    match learnt.what:
        case What.CONTACT:
            return (f"{learnt.value} <{learnt.address}> wrote for the first time, from {learnt.evidence}; our mail server vouches "
                    "for the address, and nobody has told us about it. Are they a contact of this account? Until you "
                    "say so they get the fixed receipt and nothing else.")  # fmt: skip
        case What.LANGUAGE:
            return f"{name} wrote in the language “{learnt.value}”. Do we write to them in it from now on?"
        case What.PLAIN:
            return f"{name} wants text without HTML (“{learnt.evidence}”). Do we write so from now on?"
        case What.DAILY:
            return f"For {name} one update a day is enough (“{learnt.evidence}”). Is that agreed? A SEV1 keeps its own pace."


def taught(directory: Directory, learnt: Sequence[Learnt]) -> Directory:
    """The directory with what people have confirmed, in the order in which it was."""
    if not learnt:
        return directory
    of_account: defaultdict[str, list[Learnt]] = defaultdict(list)
    for one in learnt:
        of_account[one.account_id].append(one)
    accounts = (_account(a, of_account[a.id], directory) if a.id in of_account else a for a in directory.accounts)
    return Directory(tuple(accounts), directory.people)


def _account(account: Account, learnt: Sequence[Learnt], directory: Directory) -> Account:
    contacts = {c.address: c for c in account.contacts}
    for one in learnt:
        known = contacts.get(one.address)
        if known is not None:
            contacts[one.address] = _contact(known, one)
        elif one.what is What.CONTACT and not _somebodys(one.address, directory):
            contacts[one.address] = Contact(one.value, one.address)
    return replace(account, contacts=tuple(contacts.values()))


def _contact(contact: Contact, one: Learnt) -> Contact:
    match one.what:
        case What.LANGUAGE:
            return replace(contact, language=one.value)
        case What.PLAIN:
            return replace(contact, plain=True)
        case What.DAILY:
            return replace(contact, daily=True)
        case What.CONTACT:
            return contact


def _somebodys(address: str, directory: Directory) -> bool:
    """Is it a person of ours, or a contact that some account already has?"""
    return directory.person(address) is not None or directory.known_contact(address) is not None

"""The account at a glance, for our own people: what the directory says, and what else is or was wrong there.

Unknown is said, never guessed. A restricted case is not named, and no other account's cases are (practice.md S22).
"""

from collections.abc import Iterable, Sequence

from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Account, Contact
from commsvc.domain.letter.facts import Disclosure, Fact, Topic, latest

RELATED = 5
_UNKNOWN = "unknown"


def card(account: Account | None, contact: str) -> list[str]:
    """The account, and the person who wrote: one line a matter. `contact`: an address."""
    if account is None:
        return ["The account is not known."]
    return [
        f"{account.name}: {account.segment.value}, {account.zone}, language {account.language}",
        f"Uses: {account.uses or _UNKNOWN}",
        f"Renewal: {account.renewal.isoformat() if account.renewal else _UNKNOWN}",
        f"Account manager: {account.account_manager or _UNKNOWN}",
        f"Who wrote: {_person(account.contact(contact), account)}",
        f"Executives there: {', '.join(c.name for c in account.contacts if c.executive) or _UNKNOWN}",
    ]


def _person(contact: Contact | None, account: Account) -> str:
    if contact is None:
        return "not one of its known contacts"
    wishes = [f"writes {contact.language or account.language}"]
    wishes += [f"between {contact.hours[0]:%H:%M} and {contact.hours[1]:%H:%M}"] if contact.hours else []
    wishes += ["text without HTML"] if contact.plain else []
    wishes += ["nothing is to be written to them"] if contact.silent else []
    return f"{contact.name}, {contact.role or 'role unknown'}, {', '.join(wishes)}"


def related(cases: Iterable[Case], about: Case) -> list[Case]:
    """The last five other cases of the account that may be named: the open ones, then those of the same area, newest first."""
    others = [c for c in cases if c.id != about.id and c.account_id == about.account_id and not c.restricted]
    return sorted(others, key=lambda c: (not c.stage.open, not about.area or c.area != about.area, -c.id))[:RELATED]


def told(case: Case, facts: Sequence[Fact]) -> str:
    """One related case in a line, with its cause and what helped where somebody of ours stands by it."""
    ends = "".join(f"; {said}" for said in worked(facts))
    return (
        f"{case.ref}, {case.severity.value}, {case.stage.value}, opened {case.opened_at:%d %b %Y}: {case.subject}{ends}"
    )


def worked(facts: Sequence[Fact]) -> list[str]:
    """The cause and what helped, where somebody of ours stands by it."""
    known = [f for f in facts if f.confirmed_by and f.disclosure is not Disclosure.RESTRICTED]
    ends = (("cause", latest(known, Topic.CAUSE)), ("what helped", latest(known, Topic.WORKAROUND)))
    return [f"{name}: {fact.said}" for name, fact in ends if fact]


def helped(past: Case, known: Sequence[str], *, own: bool) -> str:
    """A past case that is like another one, in a line. `own`: it is the same account's, whose words may be shown."""
    about = past.subject if own else f"another account, {past.area.replace('_', ' ') or 'area unknown'}"
    return f"{past.ref}, {past.severity.value}, {past.opened_at:%b %Y}, {about}; {'; '.join(known)}"

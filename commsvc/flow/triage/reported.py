"""A delivery report that came to none of our letters' own addresses: Exchange puts in a return address of its own.

Whoever is in the thread knows the Message-ID, so by it alone no letter counts as lost: its owner is asked to look, once a letter.
"""

from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.letter.letter import Audience, Letter, Wish
from commsvc.domain.mail.arrival import RawMail
from commsvc.domain.mail.mail import Mail
from commsvc.domain.promise.timeline import Entry
from commsvc.ports import Claim


def perhaps_lost(desk: Desk, claim: Claim[RawMail], mail: Mail, now: datetime) -> None:
    """Settle the report; the owner is told where it names a letter of ours to a customer."""
    letter = _named(desk, mail)
    if letter is None:
        desk.store.inbox.settle(claim, "ignored", "a delivery report about no letter of ours", None, mail)
        return
    subject, said = letter.wish.subject, f"{letter.wish.letter} to {letter.wish.to}"
    note = f"A delivery report says that {said} did not arrive. Please look at it, and phone when it is so."
    owner = desk.store.cases.get(subject.id).owner
    if desk.store.letters.wish(
        Wish("needs_person", subject, Audience.INTERNAL, owner, f"report:{letter.id}", regarding=letter.id, note=note),
        now,
    ):
        desk.store.records.write(Entry(subject, now, "delivery report", f"{said}: a person looks", rule="N4_bounce"))
    desk.store.inbox.settle(claim, "appended", "N4_bounce", subject, mail)


def _named(desk: Desk, mail: Mail) -> Letter | None:
    """The letter of a case, to a customer, that the report answers."""
    mint = desk.identity.mint
    id = next((n for answered in mail.answers if (n := mint.letter_of(answered)) is not None), None)
    letter = desk.store.letters.get(id) if id is not None else None
    ours = letter is not None and letter.wish.audience is Audience.CUSTOMER and letter.wish.subject.kind == "case"
    return letter if ours else None

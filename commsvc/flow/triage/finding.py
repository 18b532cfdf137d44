"""Which case a mail points to, and which it only resembles. Looks things up; `case/match.py` and
`case/duplicate.py` decide.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from commsvc.desk import Desk
from commsvc.domain.case.case import Case
from commsvc.domain.case.duplicate import Twin, twin
from commsvc.domain.case.match import Match, Pointer, Why
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.mail.arrival import RawMail
from commsvc.domain.mail.mail import Mail
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import Entry
from commsvc.errors import Missing
from commsvc.flow.triage.opening import Sender
from commsvc.flow.triage.weighing import Weighed

Row = TypeVar("Row")


@dataclass(frozen=True)
class Finder:
    desk: Desk

    def pointers(self, raw: RawMail, mail: Mail) -> tuple[Pointer, ...]:
        """The cases this mail points to: by our reply token, by our letters, by mail we recorded."""
        store, mint = self.desk.store, self.desk.identity.mint
        addresses = [*raw.arrival.rcpt_to, *(a.address for a in (*mail.to, *mail.cc))]
        by_token = [(n, Why.REPLY_TOKEN) for a in addresses if (n := mint.case_of(a)) is not None]
        numbers = [n for i in mail.answers if (n := mint.letter_of(i)) is not None]
        letters = [x for n in numbers if (x := kept(store.letters.get, n)) is not None]
        by_letter = [(x.wish.subject.id, Why.REFERENCE) for x in letters if x.wish.subject.kind == "case"]
        by_mail = [(n, Why.REFERENCE) for n in store.inbox.cases_of(mail.answers).values()]
        unique = dict(reversed([*by_token, *by_letter, *by_mail]))
        ordered = sorted(unique.items(), key=lambda found: found[1] is not Why.REPLY_TOKEN)
        cases = [(self._answering(case), why) for n, why in ordered if (case := kept(store.cases.get, n)) is not None]
        return tuple(Pointer(case.id, case.account_id, why) for case, why in cases)

    def _answering(self, case: Case) -> Case:
        """The case that answers for this one: itself, unless it was merged."""
        while case.merged_into:
            case = self.desk.store.cases.get(case.merged_into)
        return case

    def twin(self, weighed: Weighed, open_cases: Sequence[Case], now: datetime) -> Twin | None:
        """The one of the account's `open_cases` that this mail seems to tell again."""
        rule, sender = weighed.rules.escalation.duplicate, weighed.sender
        if rule is None or not sender.account_id or not weighed.reading.facts:
            return None
        return twin(weighed.reading.facts, weighed.verdict, sender.proof, open_cases, rule, now)

    def propose(self, case: Case, mail: Mail, found: Twin | None, now: datetime) -> None:
        """Tell the owner of a case that a new one resembles; nothing is joined."""
        if found is not None:
            alike = f"it tells the same ({', '.join(found.shared)}), but {found.why}"
            self._tell(self.desk.store.cases.get(found.case_id), case, alike, now)
            return
        for number in self.desk.store.inbox.cases_of_conversation(mail.conversation):
            other = self.desk.store.cases.get(number)
            if number != case.id and other.account_id and other.account_id == case.account_id:
                self._tell(other, case, "Outlook gives it the same conversation, which proves nothing", now)
                return

    def joined(self, twin: Twin, sender: Sender, now: datetime) -> Match:
        """Write down how a certain duplicate came to a case, and how it leaves it again."""
        rule = self.desk.playbooks.current(sender.account_id).escalation.duplicate
        self.desk.store.records.write(Entry(
            Subject("case", twin.case_id), now, "duplicate joined",
            f"{sender.address.address} tells the same again: {', '.join(twin.shared)}.",
            rule=rule.id if rule else "", evidence=", ".join(twin.shared)))  # fmt: skip
        return Match(twin.case_id, Why.DUPLICATE)

    def _tell(self, case: Case, newcomer: Case, why: str, now: datetime) -> None:
        note = f"{newcomer.ref} by {newcomer.contact} may belong to {case.ref}: {why}."
        subject = self.desk.subject(case)
        self.desk.store.records.write(Entry(subject, now, "perhaps the same", note, rule="duplicate"))
        wish = Wish("needs_person", subject, Audience.INTERNAL, case.owner, f"alike:{newcomer.id}", note=note)
        self.desk.store.letters.wish(wish, now)


def kept(get: Callable[[int], Row], id: int) -> Row | None:
    """A row that an old token of ours names; None when a restored database has it no more."""
    try:
        return get(id)
    except Missing:
        return None

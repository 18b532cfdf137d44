"""OPEN contact: words. One of ours took a call; the case is opened as if the contact had written these words.

Whoever says it is proven to be ours and has a role that may; the contact stands in the directory. No automatic letter goes:
the customer has not written, so a person answers them.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.case.case import Case
from commsvc.domain.case.match import Match, Why
from commsvc.domain.case.plan import as_planned
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.mail.arrival import RawMail
from commsvc.domain.mail.authentic import Authenticity
from commsvc.domain.mail.mail import Address, Mail
from commsvc.domain.promise.timeline import Entry
from commsvc.flow.triage.finding import Finder
from commsvc.flow.triage.opening import Opening, Sender
from commsvc.flow.triage.weighing import Weigher, Witness, open_cases
from commsvc.ports import Claim

_WHO = re.compile(r"<?([^\s<>:,;]+@[^\s<>:,;]+)>?[\s:,;-]*(.*)", re.DOTALL)
_TITLE = 80


@dataclass(frozen=True)
class Phoned:
    desk: Desk
    witness: Witness

    def take(self, claim: Claim[RawMail], mail: Mail, said: str, now: datetime) -> str:
        """Open the case and answer; returns "", or why nothing was opened."""
        sender, words = self._caller(said)
        if sender is None or not words:
            return "OPEN is followed by a contact of the directory and what they said, as in OPEN ada@customer.example: nothing goes out."
        allowed = self.desk.playbooks.current(sender.account_id).ownership.may_say("OPEN")
        if not {*allowed} & (self.desk.roles(mail.sender.address) or frozenset()):
            return f"OPEN is for the {', '.join(allowed).replace('_', ' ')}."
        case = self._open(claim, mail, sender, words, now)
        subject = self.desk.subject(case)
        self.desk.store.inbox.settle(claim, "recorded", "phoned in", subject, mail, by_us=True)
        note = f"OPEN: {case.ref} is open, {case.severity.value}, and its owner is {case.owner}"
        wish = Wish("outcome", subject, Audience.INTERNAL, mail.sender.address, f"phoned:{claim.row.id}", note=note)
        self.desk.store.letters.wish(wish, now)
        return ""

    def _caller(self, said: str) -> tuple[Sender | None, str]:
        """Who phoned, where the directory knows them, and what they said."""
        found = _WHO.match(said.strip())
        known = self.desk.directory.known_contact(found[1].lower()) if found else None
        if found is None or known is None:
            return None, ""
        account, contact = known
        return Sender(Address(contact.name, contact.address), account, contact, Authenticity.PASS, "phoned_in"), found[
            2
        ].strip()

    def _open(self, claim: Claim[RawMail], mail: Mail, sender: Sender, words: str, now: datetime) -> Case:
        title = words.splitlines()[0][:_TITLE]
        told = replace(mail, sender=sender.address, subject=title, text=words, reply_text=words, quoted_text="", forwarded=(),
                       in_reply_to=None, references=())  # fmt: skip
        rules, at = self.desk.playbooks.current(sender.account_id), claim.row.arrival.received_at
        finder, others = Finder(self.desk), open_cases(self.desk, sender)
        weighed = Weigher(self.desk, rules).weigh(told, sender, Match(None, Why.NOTHING), at, on_behalf=True)
        self.witness(claim.row, weighed)
        twin = finder.twin(weighed, others, now)
        verdict = replace(as_planned(weighed.verdict, weighed.plan), receipt="")
        case = Opening(self.desk, rules).open(
            claim.row, told, weighed.reading, verdict, sender, "", now, weighed.plan.risk
        )
        self.desk.store.records.write(Entry(self.desk.subject(case), now, "phoned in", f"by {sender.address.address}",
                                            mail.sender.address, playbook=case.playbook))  # fmt: skip
        finder.propose(case, told, twin, now)
        return case

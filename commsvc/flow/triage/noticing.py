"""What a mail shows about its writer is put to the account manager, once (practice.md, S56)."""

from dataclasses import dataclass
from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.case.case import Case
from commsvc.domain.case.facts import Reading
from commsvc.domain.case.learnt import Learnt, noticed, question
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.mail.mail import Mail
from commsvc.domain.promise.timeline import Entry
from commsvc.flow.triage.opening import Sender


@dataclass(frozen=True)
class Noticing:
    desk: Desk

    def look(self, case: Case, mail: Mail, sender: Sender, reading: Reading, now: datetime) -> None:
        """Propose what is new. Nothing of it counts before somebody has said ADD."""
        account = sender.account
        if account is None or sender.basis == "partner_of_record":
            return
        told = {hit.fact: hit.evidence for hit in reading.found}
        languages = self.desk.playbooks.current().phrases.languages
        for found in noticed(mail, account, sender.contact, sender.proof, told, languages):
            asked = self.desk.person_for("account_manager", case, now)
            learnt = Learnt(account.id, sender.address.address, found.what, found.value, found.evidence, case.id,
                            asked.address if asked else case.owner, now)  # fmt: skip
            if written := self.desk.store.learnt.propose(learnt):
                self._ask(written, case, sender, now)

    def _ask(self, learnt: Learnt, case: Case, sender: Sender, now: datetime) -> None:
        subject, said = self.desk.subject(case), question(learnt, sender.contact.name if sender.contact else "")
        self.desk.store.letters.wish(
            Wish("may_we_add", subject, Audience.INTERNAL, learnt.asked, learnt.wish_key, note=said), now
        )
        self.desk.store.records.write(
            Entry(
                subject, now, "noticed", f"{learnt.address}: {learnt.what.value}", evidence=learnt.evidence, rule="S56"
            )
        )

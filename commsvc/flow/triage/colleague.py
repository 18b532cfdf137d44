"""Mail of our own people: an order in answer to an internal letter, or words to the customer.

An order counts only with all of: the token of the letter it answers, that letter's own recipient as
sender, proof that it is them (SMTP AUTH, or our server's authentication), a human mail, and a first
line that is exactly one order (reliability.md, rule 9). Anything less is answered with the way to
the console.
"""

from dataclasses import dataclass
from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.case.facts import read
from commsvc.domain.case.verdict import judge
from commsvc.domain.letter.approval import Order, Verb, read_order
from commsvc.domain.letter.command import Channel, Command
from commsvc.domain.letter.letter import Audience, Letter, Wish
from commsvc.domain.mail.arrival import RawMail
from commsvc.domain.mail.authentic import Authenticity, authenticity
from commsvc.domain.mail.mail import Auto, Mail
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import Entry
from commsvc.flow.triage.opening import Opening, Sender
from commsvc.ports import Claim

NOT_PROVEN = "An answer in your name could not be verified as yours, so nothing was done. Please decide on the console."
NOT_READ = "Your answer did not begin with one of our words, so nothing was done. The words: "


@dataclass(frozen=True)
class Colleague:
    desk: Desk
    authserv_id: str | None

    def take(self, claim: Claim[RawMail], mail: Mail, now: datetime) -> None:
        """Turn an answer into a command, keep a copy on its case, or open a case to look at."""
        mint = self.desk.identity.mint
        addresses = [*claim.row.arrival.rcpt_to, *(a.address for a in (*mail.to, *mail.cc))]
        internal = next((n for a in addresses if (n := mint.internal_letter_of(a)) is not None), None)
        on_case = next((n for a in addresses if (n := mint.case_of(a)) is not None), None)
        if internal is not None:
            self._answer(claim, mail, self.desk.store.letters.get(internal), now)
        elif on_case is not None:
            self._copy(claim, mail, Subject("case", on_case), now)
        elif mail.auto is not Auto.NONE:
            self.desk.store.inbox.settle(claim, "ignored", "automatic mail of a colleague", None, mail, by_us=True)
        else:
            self._request(claim, mail, now)

    def _answer(self, claim: Claim[RawMail], mail: Mail, letter: Letter, now: datetime) -> None:
        subject, me = letter.wish.subject, mail.sender.address
        settle = self.desk.store.inbox.settle
        if mail.auto is not Auto.NONE:
            settle(claim, "appended", "an automatic answer is nobody's answer", subject, mail, by_us=True)
        elif not self._proven(claim.row, mail) or me != letter.wish.to:
            self._tell(subject, letter.wish.to, NOT_PROVEN, f"unproven:{claim.row.id}", now)
            self.desk.store.records.write(
                Entry(subject, now, "answer refused", f"{me}: not proven to be {letter.wish.to}")
            )
            settle(claim, "appended", "not proven to be the person we asked", subject, mail, by_us=True)
        elif (order := read_order(mail.reply_text or mail.text)) is None:
            self._tell(subject, me, NOT_READ + ", ".join(v.value for v in Verb), f"unread:{claim.row.id}", now)
            settle(claim, "appended", "no order in it", subject, mail, by_us=True)
        else:
            self._order(order, letter, me, now)
            settle(claim, "appended", f"order {order.verb.value}", subject, mail, by_us=True)

    def _order(self, order: Order, letter: Letter, person: str, now: datetime) -> None:
        asked = self.desk.store.letters.asked(letter.id)
        about, digest = (asked[0], asked[2]) if asked else (letter.id, "")
        self.desk.store.records.order(
            Command(order.verb, order.argument, person, Channel.MAIL, letter.wish.subject, now, about, digest)
        )

    def _copy(self, claim: Claim[RawMail], mail: Mail, subject: Subject, now: datetime) -> None:
        """A colleague wrote to the customer with our case address in copy: it belongs to the record."""
        self.desk.store.records.write(
            Entry(
                subject, now, "colleague wrote", mail.subject, who=mail.sender.address, evidence=mail.reply_text[:300]
            )
        )
        self.desk.store.inbox.settle(claim, "appended", "a colleague's letter", subject, mail, by_us=True)

    def _request(self, claim: Claim[RawMail], mail: Mail, now: datetime) -> None:
        """A colleague writes to an alias: a case for a person to look at, no letter to any customer."""
        reading = read(mail, self.desk.playbooks.current().phrases)
        verdict = judge(reading, self.desk.playbooks.current())
        sender = Sender(mail.sender, None, None, authenticity(mail, self.authserv_id))
        hint = "A colleague asks for it. Which account is it, and who writes to them?"
        case = Opening(self.desk).open(claim.row, mail, reading, verdict, sender, hint, now)
        self.desk.store.inbox.settle(
            claim, "recorded", "E8_internal_request", self.desk.subject(case), mail, by_us=True
        )

    def _proven(self, raw: RawMail, mail: Mail) -> bool:
        if raw.arrival.submitted_by:
            return raw.arrival.submitted_by == mail.sender.address
        return authenticity(mail, self.authserv_id) is Authenticity.PASS

    def _tell(self, subject: Subject, to: str, note: str, key: str, now: datetime) -> None:
        self.desk.store.letters.wish(Wish("outcome", subject, Audience.INTERNAL, to, key, note=note), now)

"""Mail of our own people: an order in answer to an internal letter, or words to the customer.

An order counts only with all of: the token of the letter it answers, that letter's own recipient as
sender, proof that it is them (SMTP AUTH, or our server's authentication), a human mail, and a first
line that is exactly one order (reliability.md, rule 9). Anything less is answered with the way to
the console.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from commsvc.desk import Desk
from commsvc.desk.calling import Calling
from commsvc.domain.call.answers import weigh
from commsvc.domain.call.invitation import Call
from commsvc.domain.case.absence import Absence, Told, first_moment, through
from commsvc.domain.case.match import Match, Pointer, Why
from commsvc.domain.case.plan import as_planned
from commsvc.domain.letter.approval import Order, Verb, read_order
from commsvc.domain.letter.command import Channel, Command
from commsvc.domain.letter.editing import between_marks
from commsvc.domain.letter.letter import Audience, Letter, Wish
from commsvc.domain.mail.arrival import RawMail
from commsvc.domain.mail.authentic import Authenticity, authenticity, signed_in
from commsvc.domain.mail.away import absence as stated
from commsvc.domain.mail.mail import Auto, CalendarMail, Forwarded, Mail
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import Entry
from commsvc.flow.triage.copied import Copied
from commsvc.flow.triage.failing import report_failed
from commsvc.flow.triage.finding import Finder, kept
from commsvc.flow.triage.opening import Opening, Sender
from commsvc.flow.triage.phoned import Phoned
from commsvc.flow.triage.weighing import Weigher, Witness
from commsvc.ports import Claim

NOT_PROVEN = "An answer in your name could not be verified as yours, so nothing was done. Please decide on the console."
OBJECTION = 500
"""So much is kept of an objection to a version of the rules."""
NOT_READ = "Your answer did not begin with one of our words, so nothing was done. The words: "


@dataclass(frozen=True)
class Colleague:
    desk: Desk
    authserv_id: str | None
    witness: Witness

    def take(self, claim: Claim[RawMail], mail: Mail, now: datetime) -> None:
        """Turn an answer into a command, keep a copy on its case, or open a case to look at."""
        mint = self.desk.identity.mint
        addresses = [*claim.row.arrival.rcpt_to, *(a.address for a in (*mail.to, *mail.cc))]
        store = self.desk.store
        letters = [x for a in addresses if (n := mint.internal_letter_of(a)) and (x := kept(store.letters.get, n))]
        cases = [c for a in addresses if (n := mint.case_of(a)) and (c := kept(store.cases.get, n))]
        call = store.calls.by_uid(mail.calendar.uid) if mail.calendar else None
        if call is not None and mail.calendar is not None:
            self._answer_to_call(claim, mail, call, mail.calendar, now)
        elif letters:
            self._answer(claim, mail, letters[0], now)
        elif cases and self._not_refused(claim.row, mail):
            Copied(self.desk).take(claim, mail, cases[0], self._proven(claim.row, mail), now)
        elif mail.auto is not Auto.NONE:
            self._away(claim.row, mail, now)
            self.desk.store.inbox.settle(claim, "ignored", "automatic mail of a colleague", None, mail, by_us=True)
        elif (order := _order_in(mail)) and order.verb is Verb.OPEN and self._proven(claim.row, mail):
            self._phoned(claim, mail, order, now)
        else:
            self._request(claim, mail, now)

    def _answer_to_call(
        self, claim: Claim[RawMail], mail: Mail, call: Call, answer: CalendarMail, now: datetime
    ) -> None:
        """What one of ours, who is invited, answers from their calendar."""
        case, me = self.desk.store.cases.get(call.subject.id), mail.sender.address
        most = self.desk.rules(case).calls.most_declines
        found = weigh(call, answer, me, self._proven(claim.row, mail), most)
        self.desk.store.inbox.settle(claim, "appended", "an answer to an invitation", call.subject, mail, by_us=True)
        if found.status:
            Calling(self.desk).answered(call, case, me, found, "", now)

    def _phoned(self, claim: Claim[RawMail], mail: Mail, order: Order, now: datetime) -> None:
        if refused := Phoned(self.desk, self.witness).take(claim, mail, order.argument, now):
            self._request(claim, mail, now, refused)

    def _answer(self, claim: Claim[RawMail], mail: Mail, letter: Letter, now: datetime) -> None:
        subject, me = letter.wish.subject, mail.sender.address
        settle = self.desk.store.inbox.settle
        if mail.auto is not Auto.NONE:
            self._away(claim.row, mail, now)
            settle(claim, "appended", "an automatic answer is nobody's answer", subject, mail, by_us=True)
        elif not self._proven(claim.row, mail) or me != letter.wish.to:
            self._tell(subject, letter.wish.to, NOT_PROVEN, f"unproven:{claim.row.id}", now)
            self.desk.store.records.write(
                Entry(subject, now, "answer refused", f"{me}: not proven to be {letter.wish.to}")
            )
            settle(claim, "appended", "not proven to be the person we asked", subject, mail, by_us=True)
        elif (order := _order_in(mail) or _objection(mail, letter)) is None:
            self._tell(subject, me, NOT_READ + ", ".join(v.value for v in Verb), f"unread:{claim.row.id}", now)
            settle(claim, "appended", "no order in it", subject, mail, by_us=True)
        elif order.verb is Verb.OPEN:
            self._phoned(claim, mail, order, now)
        else:
            self._order(order, letter, me, now)
            settle(claim, "appended", f"order {order.verb.value}", subject, mail, by_us=True)

    def _away(self, raw: RawMail, mail: Mail, now: datetime) -> None:
        """Their own automatic answer says until when they are away, and whom of ours to ask instead."""
        said, me = stated(mail), self.desk.directory.person(mail.sender.address)
        if said is None or said.until is None or me is None or not self._proven(raw, mail):
            return
        staff, until = self.desk.store.staff, through(said.until, me.zone)
        since = max(now, first_moment(said.since, me.zone)) if said.since else now
        ours = (a for a in said.deputies if a != me.address and self.desk.directory.person(a))
        known = any(a.person == me.address and a.until == until for a in staff.absences(now))
        if since < until and not known:
            staff.learn(Absence(me.address, since, until, next(ours, ""), Told.ANSWER))

    def _order(self, order: Order, letter: Letter, person: str, now: datetime) -> None:
        asked = self.desk.store.letters.asked(letter.id)
        about, digest = (asked[0], asked[2]) if asked else (letter.wish.regarding or letter.id, "")
        self.desk.store.records.order(
            Command(order.verb, order.argument, person, Channel.MAIL, letter.wish.subject, now, about, digest)
        )

    def _request(self, claim: Claim[RawMail], mail: Mail, now: datetime, refused: str = "") -> None:
        """A colleague writes to an alias: a case for a person to look at, no automatic letter to any customer.

        What they pass on is a case on behalf of the customer who wrote it.
        """
        sender = Sender(mail.sender, None, None, authenticity(mail, self.authserv_id))
        hint, told = refused or "A colleague asks for it. Which account is it, and who writes to them?", mail
        inner = self._passed_on(mail)
        if inner is not None and not self._not_refused(claim.row, mail):
            hint = f"It names {mail.sender.address}, who is not proven to have sent it, and {inner[0].address.address}."
        elif inner is not None:
            sender, told = inner
            hint = self._hint(mail, sender, Finder(self.desk).pointers(claim.row, mail))
        rules, at = self.desk.playbooks.current(sender.account_id), claim.row.arrival.received_at
        weighed = Weigher(self.desk, rules).weigh(told, sender, Match(None, Why.NOTHING), at, on_behalf=True)
        self.witness(claim.row, weighed)
        verdict = replace(as_planned(weighed.verdict, weighed.plan), receipt="")
        case = Opening(self.desk, rules).open(
            claim.row, told, weighed.reading, verdict, sender, hint, now, weighed.plan.risk
        )
        report_failed(self.desk, weighed, self.desk.subject(case), now)
        self.desk.store.inbox.settle(
            claim, "recorded", "E8_internal_request", self.desk.subject(case), mail, by_us=True
        )

    def _passed_on(self, mail: Mail) -> tuple[Sender, Mail] | None:
        """The customer whose mail a colleague passes on, and that mail: a known contact before a stranger."""
        directory = self.desk.directory
        found: list[tuple[bool, bool, int, Sender, Forwarded]] = []
        for inner in mail.forwarded:
            if directory.person(inner.sender.address) or inner.sender.domain == self.desk.identity.mint.domain:
                continue
            account, contact = directory.known_contact(inner.sender.address) or (None, None)
            account = account or directory.by_domain(inner.sender.domain)
            sender = Sender(
                inner.sender, account, contact, authenticity(mail, self.authserv_id), "forwarded_inner_from"
            )
            found.append((contact is None, account is None, len(found), sender, inner))
        if not found:
            return None
        *_, sender, first = min(found, key=lambda f: f[:3])
        words = "\n\n".join(f.text for f in mail.forwarded if f.sender.address == first.sender.address)
        return sender, replace(mail, sender=first.sender, subject=first.subject or mail.subject, text=words, reply_text=words,
                               in_reply_to=None, references=())  # fmt: skip

    def _hint(self, mail: Mail, sender: Sender, pointers: tuple[Pointer, ...]) -> str:
        who = sender.account.name if sender.account else "no account of ours"
        known = f" It points to ESC-{pointers[0].case_id}." if pointers else ""
        return (f"{mail.sender.address} passed it on from {sender.address.address} ({who}). Nothing automatic goes to the "
                f"customer: a person answers.{known}")  # fmt: skip

    def _not_refused(self, raw: RawMail, mail: Mail) -> bool:
        """Signed in, vouched for by our server, or in an installation where nobody can be."""
        refused = authenticity(mail, self.authserv_id) is Authenticity.FAIL
        return self._proven(raw, mail) or not refused or signed_in(mail, self.authserv_id)

    def _proven(self, raw: RawMail, mail: Mail) -> bool:
        if raw.arrival.submitted_by:
            return raw.arrival.submitted_by == mail.sender.address
        return authenticity(mail, self.authserv_id) is Authenticity.PASS

    def _tell(self, subject: Subject, to: str, note: str, key: str, now: datetime) -> None:
        if subject.kind == "case":
            self.desk.store.letters.wish(Wish("outcome", subject, Audience.INTERNAL, to, key, note=note), now)


def _objection(mail: Mail, letter: Letter) -> Order | None:
    """What somebody says instead of ACK to a version of the rules; None for any other letter."""
    said = " ".join((mail.reply_text or mail.text).split())
    return Order(Verb.NOTE, said[:OBJECTION]) if letter.wish.letter == "policy_change" and said else None


def _order_in(mail: Mail) -> Order | None:
    """The order of an answer. EDIT without a text of its own takes the one between the marks, which may be quoted."""
    order = read_order(mail.reply_text or mail.text)
    if order is None or order.verb is not Verb.EDIT:
        return order
    text = between_marks(order.argument) or order.argument or between_marks(mail.text)
    return replace(order, argument=text) if text else None

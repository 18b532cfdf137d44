"""Whose mail is this, and what is done with it? One typed step a kind of sender."""

from dataclasses import dataclass, replace
from datetime import datetime

from commsvc.desk import Desk
from commsvc.desk.sent import Sent
from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Account
from commsvc.domain.case.facts import wording
from commsvc.domain.case.match import Match, Why, match
from commsvc.domain.case.plan import as_planned
from commsvc.domain.case.verdict import Verdict
from commsvc.domain.letter.letter import Letter
from commsvc.domain.letter.letter import State as LetterState
from commsvc.domain.mail.arrival import RawMail
from commsvc.domain.mail.authentic import authenticity
from commsvc.domain.mail.mail import Mail
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import Entry
from commsvc.flow.triage.colleague import Colleague
from commsvc.flow.triage.failing import report_failed
from commsvc.flow.triage.finding import Finder, kept
from commsvc.flow.triage.join import Join
from commsvc.flow.triage.noticing import Noticing
from commsvc.flow.triage.opening import Opening, Sender
from commsvc.flow.triage.reported import perhaps_lost
from commsvc.flow.triage.weighing import Weighed, Weigher, Witness, open_cases
from commsvc.ports import Claim


def unseen(raw: RawMail, weighed: Weighed) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Sorter:
    desk: Desk
    authserv_id: str | None
    witness: Witness = unseen

    def take(self, claim: Claim[RawMail], mail: Mail, now: datetime) -> None:
        """Do what one mail asks for, and write what became of it."""
        inbox = self.desk.store.inbox
        if claim.row.history:
            inbox.settle(claim, "ignored", "older than our first connection", None, mail)
        elif (twin := inbox.known(mail)) is not None:
            inbox.settle(claim, "appended", f"a copy of mail {twin}", None, None)
        elif (ours := self.desk.identity.mint.letter_of(mail.message_id)) is not None:
            inbox.settle(claim, "ignored", self._own(ours, now), None, None)
        elif mail.bounce is not None:
            self._bounced(claim, mail, now)
        elif self.desk.directory.person(mail.sender.address):
            Colleague(self.desk, self.authserv_id, self.witness).take(claim, mail, now)
        else:
            self._customer(claim, mail, now)

    def _customer(self, claim: Claim[RawMail], mail: Mail, now: datetime) -> None:
        sender, finder = self._sender(mail), Finder(self.desk)
        pointers = () if claim.row.apart else finder.pointers(claim.row, mail)
        found = match(pointers, sender.account_id, sender.proof)
        weighed = self._weighed(claim.row, mail, sender, found)
        alone = found.why is not Why.NOTHING or claim.row.apart
        twin = None if alone else finder.twin(weighed, open_cases(self.desk, sender), now)
        if twin is not None and twin.certain:
            found = finder.joined(twin, sender, now)
            weighed = self._weighed(claim.row, mail, sender, found)
        self.witness(claim.row, weighed)
        reading, plan = weighed.reading, weighed.plan
        verdict = as_planned(weighed.verdict, plan)
        if verdict.route == "append_log_only":
            subject = Subject("case", found.case_id) if found.why.joins and found.case_id else None
            report_failed(self.desk, weighed, subject, now)
            self._log(subject, mail, verdict, now)
            self.desk.store.inbox.settle(claim, "appended" if subject else "ignored", verdict.rule, subject, mail)
        elif found.why.joins and found.case_id is not None and not plan.separate:
            Join(self.desk).take(claim, mail, found, reading, sender, now)
            report_failed(self.desk, weighed, Subject("case", found.case_id), now)
            Noticing(self.desk).look(self.desk.store.cases.get(found.case_id), mail, sender, reading, now)
        else:
            case = self._new(claim, replace(weighed, verdict=verdict), now)
            finder.propose(case, mail, twin, now)
            Noticing(self.desk).look(case, mail, sender, reading, now)

    def _weighed(self, raw: RawMail, mail: Mail, sender: Sender, found: Match) -> Weighed:
        """A mail that joins a case is weighed by the version of that case; one that opens its own, by the one in force."""
        fresh, at = self.desk.playbooks.current(sender.account_id), raw.arrival.received_at
        case = self.desk.store.cases.get(found.case_id) if found.why.joins and found.case_id is not None else None
        own = self.desk.rules(case) if case else fresh
        weighed = Weigher(self.desk, own).weigh(mail, sender, found, at)
        return (
            Weigher(self.desk, fresh).weigh(mail, sender, found, at)
            if weighed.plan.separate and own is not fresh
            else weighed
        )

    def _own(self, id: int, now: datetime) -> str:
        """A letter of ours in a Sent folder, a journal or a copy: if it was in doubt, it went (reliability.md, rule 6).

        Nobody else can know its Message-ID before it has arrived somewhere.
        """
        letter = kept(self.desk.store.letters.get, id)
        gone = replace(letter, state=LetterState.SENT, sent_at=now, why="its copy was found") if letter else None
        if gone is None or not self.desk.store.letters.change(gone, LetterState.UNCERTAIN):
            return "our own letter"
        if gone.wish.subject.kind == "case":
            Sent(self.desk).happened(gone, self.desk.store.cases.get(gone.wish.subject.id), now)
        said = f"{gone.wish.letter} to {gone.wish.to}: its copy was found, so it went"
        self.desk.store.records.write(Entry(gone.wish.subject, now, "letter reconciled", said, rule="P6"))
        return "our own letter, which was in doubt"

    def _new(self, claim: Claim[RawMail], weighed: Weighed, now: datetime) -> Case:
        mail, verdict, found = weighed.mail, weighed.verdict, weighed.found
        hint = f"It points to ESC-{found.case_id}: {found.why.value}." if found.why.asks else ""
        if verdict.route == "update_call":
            verdict = replace(verdict, receipt="")
            hint = hint or "It answers an invitation that we do not know, or its sender is not proven."
        hint = hint or (f"Its content was not read: {mail.sealed}." if mail.sealed else "")
        case = Opening(self.desk, weighed.rules).open(claim.row, mail, weighed.reading, verdict, weighed.sender, hint, now,
                                                      weighed.plan.risk)  # fmt: skip
        report_failed(self.desk, weighed, self.desk.subject(case), now)
        state = "quarantined" if verdict.route == "quarantine" else "recorded"
        self.desk.store.inbox.settle(claim, state, verdict.rule, self.desk.subject(case), mail)
        return case

    def _sender(self, mail: Mail) -> Sender:
        directory, proof = self.desk.directory, authenticity(mail, self.authserv_id)
        known = directory.known_contact(mail.sender.address)
        account = known[0] if known else directory.by_domain(mail.sender.domain)
        contact = known[1] if known else None
        if account and account.partner_for and (customer := self._writes_for(account, mail)):
            return Sender(mail.sender, customer, contact, proof, "partner_of_record")
        mentioned = None if account else directory.mentioned(wording(mail))
        basis = ("contact_exact" if known else "domain") if account else ""
        return Sender(mail.sender, account, contact, proof, basis, mentioned)

    def _writes_for(self, partner: Account, mail: Mail) -> Account | None:
        """The customer for whom a partner of record writes: copied in, or named in the text."""
        directory = self.desk.directory
        copied = (directory.known_contact(a.address) for a in (*mail.cc, *mail.to))
        named = directory.mentioned(wording(mail))
        found = [k[0] for k in copied if k] + ([named] if named else [])
        return next((a for a in found if a.id in partner.partner_for), None)

    def _log(self, subject: Subject | None, mail: Mail, verdict: Verdict, now: datetime) -> None:
        if subject is not None:
            fired = verdict.fired[0]
            self.desk.store.records.write(
                Entry(subject, now, "mail noted", f"{mail.sender.address}: {fired.reason}", rule=fired.rule,
                      evidence=fired.evidence))  # fmt: skip

    def _weigh_bounce(self, raw: RawMail, mail: Mail, letter: Letter) -> None:
        case = self.desk.store.cases.get(letter.wish.subject.id) if letter.wish.subject.kind == "case" else None
        account = self.desk.directory.account(case.account_id) if case else None
        sender = Sender(mail.sender, account, None, authenticity(mail, self.authserv_id), "case_from_verp")
        rules = self.desk.rules(case) if case else self.desk.playbooks.current()
        found = Match(case.id if case else None, Why.NOTHING)
        self.witness(raw, Weigher(self.desk, rules).weigh(mail, sender, found, raw.arrival.received_at))

    def _bounced(self, claim: Claim[RawMail], mail: Mail, now: datetime) -> None:
        """A delivery report counts only when it came to the address of one of our letters (T29)."""
        mint, letters = self.desk.identity.mint, self.desk.store.letters
        addresses = [*claim.row.arrival.rcpt_to, *(a.address for a in mail.to)]
        id = next((n for a in addresses if (n := mint.bounced_letter_of(a)) is not None), None)
        if id is None:
            perhaps_lost(self.desk, claim, mail, now)
            return
        letter = letters.get(id)
        permanent = mail.bounce is not None and mail.bounce.permanent
        if letter.state is LetterState.BOUNCED:
            self.desk.store.inbox.settle(claim, "appended", "the letter is known to be lost", letter.wish.subject, mail)
            return
        self._weigh_bounce(claim.row, mail, letter)
        said = f"{letter.wish.letter} to {letter.wish.to} {'came back' if permanent else 'is delayed'}"
        if permanent and letters.change(replace(letter, state=LetterState.BOUNCED, why="the receiving server sent it back"),
                                        LetterState.SENT):  # fmt: skip
            Join(self.desk).undelivered(letter, now)
        self.desk.store.records.write(Entry(letter.wish.subject, now, "delivery report", said, rule="N4_bounce"))
        self.desk.store.inbox.settle(claim, "appended", "N4_bounce", letter.wish.subject, mail)

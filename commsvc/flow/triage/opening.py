"""Open a case: the record, its owner, what is now owed, and the first letters wished for.

All of it is written in the transaction that settles the mail.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from commsvc.desk import Desk
from commsvc.desk.owing import owe
from commsvc.domain.case.case import Case, Stage
from commsvc.domain.case.directory import Account, Contact
from commsvc.domain.case.facts import Reading
from commsvc.domain.case.owner import Choice, Need, choose, holder
from commsvc.domain.case.verdict import Verdict
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.mail.arrival import RawMail
from commsvc.domain.mail.authentic import Authenticity
from commsvc.domain.mail.mail import Address, Mail
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.playbook.span import Span
from commsvc.domain.playbook.words import Kind, Segment, Severity
from commsvc.domain.promise.promise import Promise
from commsvc.domain.promise.timeline import MOVED, OPENED, OWNED, RATED, Entry, moved_said
from commsvc.domain.promise.worktime import due

UNLISTED = "unlisted_receipt"
"""What somebody at a customer gets of whom nobody has told us."""


@dataclass(frozen=True)
class Sender:
    """Who wrote, as far as the directory and our server's checks can tell."""

    address: Address
    account: Account | None
    contact: Contact | None
    proof: Authenticity
    basis: str = ""
    """How the account was found: contact_exact, domain, partner_of_record...; "" for a stranger."""
    mentioned: Account | None = None
    """The account that a stranger writes of: a hint, never a proof."""

    @property
    def account_id(self) -> str:
        return self.account.id if self.account else ""

    @property
    def trusted(self) -> bool:
        """A contact of the account, not refused by authentication."""
        return self.contact is not None and self.proof is not Authenticity.FAIL


@dataclass(frozen=True)
class Opening:
    """Opens cases under one version of the rules, which they keep."""

    desk: Desk
    rules: Playbook

    def open(self, raw: RawMail, mail: Mail, reading: Reading, verdict: Verdict, sender: Sender, hint: str,
             now: datetime, risk: str = "low") -> Case:  # fmt: skip
        """Open a case for this mail. `hint`: what a person should know before deciding; `risk`: the relationship's."""
        playbook = self.rules
        language = self._language(mail, sender, playbook)
        choice = self._owner(verdict, language, playbook, now)
        queued = verdict.route == "queue"
        case = self.desk.store.cases.open(Case(
            id=0, account_id=sender.account_id, contact=sender.address.address, subject=_subject(mail),
            stage=Stage.QUEUED if queued else Stage.INTAKE, severity=verdict.severity,
            confirmed=not verdict.severity.elevated, category=verdict.category, area=verdict.area, language=language,
            owner=choice.owner, backup=choice.backup, impact=reading.impact, holds=verdict.holds,
            restricted=verdict.restricted or verdict.route == "quarantine", trusted=sender.trusted and not hint,
            playbook=playbook.digest, opened_at=raw.arrival.received_at, mailbox=raw.arrival.mailbox,
            told=reading.facts, risk=risk,
        ))  # fmt: skip
        receipt = self._receipt_for(case, verdict, sender, playbook, now)
        self.desk.store.records.write(*self._explained(case, verdict, choice, sender, playbook, now))
        promises = [] if queued else self._promise(case, bool(receipt), playbook, now)
        if receipt:
            self._receipt(case, receipt, now)
        self._wish(case, verdict, sender, hint, promises, now)
        return case

    def _language(self, mail: Mail, sender: Sender, playbook: Playbook) -> str:
        if mail.language in playbook.phrases.languages:
            return mail.language or "en"
        return sender.account.language if sender.account else "en"

    def _owner(self, verdict: Verdict, language: str, playbook: Playbook, now: datetime) -> Choice:
        rules, directory = playbook.ownership, self.desk.staff(now)
        if verdict.restricted or verdict.route == "quarantine":
            lead, officer = (holder(r, directory, rules, now) for r in ("security_lead", "privacy_officer"))
            if lead:
                return Choice(lead.address, officer.address if officer else "", f"{lead.name}: speaks under this hold")
        load = self.desk.store.cases.load([p.address for p in directory.people])
        return choose(Need(verdict.area, language), directory, load, rules, now)

    def _explained(self, case: Case, verdict: Verdict, choice: Choice, sender: Sender, playbook: Playbook,
                   now: datetime) -> Iterator[Entry]:  # fmt: skip
        subject = self.desk.subject(case)
        who = (
            f"{case.contact}, {sender.account.name if sender.account else 'not in the directory'}; {sender.proof.value}"
        )
        yield Entry(subject, now, OPENED, who, rule=verdict.rule, playbook=playbook.digest)
        yield Entry(subject, now, MOVED, moved_said("new", case.stage.value, "opened"), playbook=playbook.digest)
        yield Entry(
            subject,
            now,
            RATED,
            f"{case.severity.value}, {'confirmed' if case.confirmed else 'provisional'}",
            rule=verdict.rule,
            playbook=playbook.digest,
        )
        for fired in verdict.fired:
            yield Entry(subject, now, "judged", f"{case.severity.value}: {fired.reason}", rule=fired.rule,
                        evidence=fired.evidence, playbook=playbook.digest)  # fmt: skip
        yield Entry(subject, now, OWNED, f"{case.owner}: {choice.reason}", rule="ownership", playbook=playbook.digest)

    def _promise(self, case: Case, receipt: bool, playbook: Playbook, now: datetime) -> list[Promise]:
        account = self.desk.directory.account(case.account_id)
        segment = account.segment if account else Segment.STANDARD
        owed = [
            (Kind.FIRST_HUMAN, playbook.first_human(case.severity, segment)),
            (Kind.NEXT_UPDATE, self.desk.pace(case)),
        ]
        if receipt:
            owed.insert(0, (Kind.RECEIPT, playbook.timelines.receipt))
        if case.severity is Severity.SEV1 and case.trusted:
            owed.append((Kind.OWNER_ACK, playbook.timelines.owner_ack))
        return [self._make(case, kind, span, now) for kind, span in owed]

    def _make(self, case: Case, kind: Kind, span: Span, now: datetime) -> Promise:
        by = due(case.opened_at, span, self.desk.calendar(case.account_id))
        return owe(self.desk, case, kind, span, case.opened_at, by, now)

    def _receipt(self, case: Case, letter: str, now: datetime) -> None:
        wish = Wish(letter, self.desk.subject(case), Audience.CUSTOMER, case.contact, f"receipt:case:{case.id}")
        self.desk.store.letters.wish(wish, now)

    def _wish(self, case: Case, verdict: Verdict, sender: Sender, hint: str, promises: Sequence[Promise],
              now: datetime) -> None:  # fmt: skip
        subject, wish = self.desk.subject(case), self.desk.store.letters.wish
        first = next((p for p in promises if p.kind is Kind.FIRST_HUMAN), None)
        if not case.trusted or hint or verdict.route:
            note = hint or ("No automatic answer goes to this sender: " + _why_not(sender) if not case.trusted
                            else f"For the queue {verdict.queue}: {verdict.fired[0].reason}")  # fmt: skip
            wish(Wish("needs_person", subject, Audience.INTERNAL, case.owner, f"person:case:{case.id}", note=note), now)
        if verdict.route:
            return
        promise = first.id if first else None
        wish(
            Wish(
                "assignment", subject, Audience.INTERNAL, case.owner, f"assignment:case:{case.id}:{case.owner}", promise
            ),
            now,
        )
        if sender.contact and not case.restricted:
            wish(Wish("first_answer", subject, Audience.CUSTOMER, case.contact, f"first:case:{case.id}", promise), now)

    def _receipt_for(self, case: Case, verdict: Verdict, sender: Sender, playbook: Playbook, now: datetime) -> str:
        """The receipt that goes: the verdict's to known senders; a fixed one, once a day, to somebody else for whom our
        server vouches, at an account's domain always; "" for none.
        """
        if not verdict.receipt or case.trusted:
            return verdict.receipt
        unlisted = UNLISTED if sender.account and sender.contact is None else ""
        letter = verdict.receipt if verdict.receipt in playbook.guardrails.fixed_receipts else unlisted
        proven = sender.proof is Authenticity.PASS and not self._answered_today(case.contact, now)
        return letter if proven else ""

    def _answered_today(self, address: str, now: datetime) -> bool:
        return (
            self.desk.store.inbox.auto_answers_since(address, now.replace(hour=0, minute=0, second=0, microsecond=0))
            > 0
        )


def _subject(mail: Mail) -> str:
    """The customer's subject without reply marks and without any number in brackets."""
    subject = mail.subject.strip()
    while ":" in subject[:5] and subject.partition(":")[0].lower() in ("re", "aw", "fw", "fwd", "wg", "tr", "sv", "rv"):
        subject = subject.partition(":")[2].strip()
    if subject.startswith("[ESC-"):
        subject = subject.partition("]")[2].strip()
    return " ".join(subject.split())[:150] or "(no subject)"


def _why_not(sender: Sender) -> str:
    if sender.contact is None:
        return "the address is not a contact of any account."
    return f"{sender.proof.value}."

"""Hand out a case whole: for a lawyer, an auditor, the customer. That it was handed out is on the record first."""

from dataclasses import dataclass
from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.case.case import Case
from commsvc.domain.learning.dossier import Dossier, Piece, files, head, problems
from commsvc.domain.learning.dossier_page import page
from commsvc.domain.letter.letter import Letter
from commsvc.domain.letter.mime import Letterhead, write
from commsvc.domain.promise.timeline import Entry
from commsvc.errors import Trouble


@dataclass(frozen=True)
class Export:
    desk: Desk

    def folder(self, case_id: int, by: str, now: datetime) -> dict[str, bytes]:
        """The files of a case's export. Raises Missing when there is no such case, and Trouble when its record
        does not hold: then nothing is handed out as if it did.
        """
        store = self.desk.store
        with store.transaction():
            case = store.cases.get(case_id)
            said = f"the whole case was exported by {by}"
            store.records.write(Entry(self.desk.subject(case), now, "exported", said, by, playbook=case.playbook))
            dossier = self._dossier(case, by, now)
        found = files(dossier, page(dossier))
        if wrong := problems(found):
            raise Trouble("\n".join(wrong))
        return found

    def against_record(self, found: dict[str, bytes]) -> list[str]:
        """What is wrong with an export, looked at beside the record it came from: the seal must still run through
        the head that was exported, else the record was written anew since.
        """
        if wrong := problems(found):
            return wrong
        subject, exported = head(found)
        if exported in {s.link for s in self.desk.store.evidence.chain(subject).entries}:
            return []
        return [
            f"the record of ESC-{subject.id} does not run through this export: it was written anew, or is another's"
        ]

    def _dossier(self, case: Case, by: str, now: datetime) -> Dossier:
        store, subject = self.desk.store, self.desk.subject(case)
        account = self.desk.directory.account(case.account_id)
        letters = store.letters.of(subject)
        return Dossier(
            case, account.name if account else "unknown", store.evidence.chain(subject), self._mails(case),
            [self._piece(x, x.sent_at) for x in letters if x.sent_at], letters, store.promises.of(subject),
            store.calls.of(subject), store.facts.of(subject), now, by,
        )  # fmt: skip

    def _mails(self, case: Case) -> list[Piece]:
        originals = self.desk.store.evidence.originals(self.desk.subject(case))
        return [
            Piece(f"mails/{n:04}.eml", o.received_at, o.sender, o.subject, o.words, o.raw)
            for n, o in enumerate(originals, 1)
        ]

    def _piece(self, letter: Letter, sent_at: datetime) -> Piece:
        words, to = letter.words, letter.wish.to
        file = f"letters/{letter.id:04}-{letter.wish.letter}.eml"
        if words is None or not words.text:
            return Piece(file, sent_at, to, words.title if words else "", "", b"")
        identity = self.desk.identity
        person, known = self.desk.directory.person(to), self.desk.directory.known_contact(to)
        letterhead = Letterhead(identity.brand.name, identity.mailbox, identity.mint.bounce_address(letter.id),
                                plain=known is not None and known[1].plain)  # fmt: skip
        name = known[1].name if known else person.name if person else ""
        return Piece(file, sent_at, to, words.title, words.text, write(letter, letterhead, name, sent_at).data)

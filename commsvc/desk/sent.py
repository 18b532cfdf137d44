"""What follows once a letter has gone, however that is known: by the server's answer, or by its copy found later."""

from dataclasses import dataclass, replace
from datetime import datetime

from commsvc.desk.desk import Desk
from commsvc.desk.owing import end, owe_named
from commsvc.domain.case.case import Case, Stage
from commsvc.domain.letter.effects import EFFECTS, NAMED, NOTHING
from commsvc.domain.letter.ledger import told_by
from commsvc.domain.letter.letter import Audience, Letter
from commsvc.domain.promise.promise import State, Subject
from commsvc.domain.promise.timeline import MOVED, Entry, moved_said


@dataclass(frozen=True)
class Sent:
    desk: Desk

    def happened(self, letter: Letter, case: Case, now: datetime) -> None:
        """Promises are kept, facts told, the case moves, and the time it names is owed. Within a transaction."""
        if letter.wish.letter == "approval_request" and letter.wish.regarding:
            self._asked(letter, letter.wish.regarding)
        if letter.wish.audience is not Audience.CUSTOMER:
            return
        subject, who = letter.wish.subject, letter.approved_by or "commsvc"
        self._note(subject, now, "letter sent", f"{letter.wish.letter} to {letter.wish.to}", who, letter.rule)
        self._keep(letter, case, who, now)
        self._tell(letter)
        event = EFFECTS.get(letter.wish.letter, NOTHING).event
        moved = replace(case, stage=case.after(event)) if event else case
        if moved.stage is not case.stage:
            self.desk.store.cases.save(moved)
            said = moved_said(case.stage.value, moved.stage.value, event.value if event else "")
            self._note(subject, now, MOVED, said, who)
        if letter.names_update_at and case.stage is not Stage.RESOLVED:
            owe_named(self.desk, moved, letter.names_update_at, f"letter {letter.id}", now)

    def _keep(self, letter: Letter, case: Case, who: str, now: datetime) -> None:
        if letter.wish.letter == "queue_receipt" and case.stage is Stage.QUEUED:
            self._taken_back(case, letter, who, now)
        keeps = EFFECTS.get(letter.wish.letter, NOTHING).keeps
        for promise in self.desk.store.promises.of(letter.wish.subject):
            if promise.kind in keeps and promise.state is State.OPEN:
                end(self.desk, case, promise, promise.settled(now), now, who, f"letter {letter.id}")

    def _taken_back(self, case: Case, letter: Letter, who: str, now: datetime) -> None:
        """The normal queue answers, and the customer knows: the times that a receipt had named are owed no more."""
        for promise in self.desk.store.promises.of(letter.wish.subject):
            if promise.kind in NAMED:
                end(self.desk, case, promise, State.VOID, now, who, f"letter {letter.id}")

    def _tell(self, letter: Letter) -> None:
        facts = self.desk.store.facts
        if letter.words is not None:
            names = self.desk.stationery.slots(letter.wish.letter)
            facts.told(told_by(letter.words.text, names, facts.untold(letter.wish.subject)), letter.id)

    def _asked(self, request: Letter, about: int) -> None:
        """The person was asked about the words they were shown; a draft that changed meanwhile is asked about anew."""
        draft = self.desk.store.letters.get(about)
        if request.wish.key.startswith(f"ask:{draft.id}:{draft.digest[:16]}:"):
            self.desk.store.letters.ask(request.id, about, request.wish.to, draft.digest)

    def _note(
        self, subject: Subject, now: datetime, what: str, said: str, who: str = "commsvc", rule: str = ""
    ) -> None:
        self.desk.store.records.write(Entry(subject, now, what, said, who, rule))

"""What one command is about: the one argument of every word that people can say."""

from dataclasses import dataclass
from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.case.case import Case
from commsvc.domain.letter.command import Command
from commsvc.domain.letter.letter import Audience, Letter, Wish
from commsvc.domain.promise.promise import Promise, State, Subject
from commsvc.domain.promise.timeline import Entry
from commsvc.ports import Store


@dataclass(frozen=True)
class Matter:
    """A command, the case it is about, and the letter that was answered, if any."""

    desk: Desk
    command: Command
    case: Case
    letter: Letter | None
    now: datetime

    @property
    def store(self) -> Store:
        return self.desk.store

    @property
    def subject(self) -> Subject:
        return self.desk.subject(self.case)

    @property
    def person(self) -> str:
        """The address of whoever gave the command."""
        return self.command.person

    def owed(self) -> list[Promise]:
        """The open promises of the case."""
        return [p for p in self.store.promises.of(self.subject) if p.state is State.OPEN]

    def note(self, what: str, said: str) -> None:
        """Write one line into the timeline of the case."""
        self.store.records.write(Entry(self.subject, self.now, what, said, playbook=self.case.playbook))

    def wish(self, letter: str, key: str, promise_id: int | None = None, note: str = "") -> None:
        """Wish for one letter to the contact of the case; the same key is wished for once."""
        self.store.letters.wish(
            Wish(letter, self.subject, Audience.CUSTOMER, self.case.contact, key, promise_id, note=note), self.now
        )

    def tell(self, to: str, note: str, key: str) -> None:
        """Write to one of our people that a person is needed."""
        self.store.letters.wish(Wish("needs_person", self.subject, Audience.INTERNAL, to, key, note=note), self.now)

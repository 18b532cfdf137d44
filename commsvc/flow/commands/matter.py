"""What one command is about: the one argument of every word that people can say."""

from dataclasses import dataclass, replace
from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Person
from commsvc.domain.letter.command import Command
from commsvc.domain.letter.letter import Audience, Letter, Wish
from commsvc.domain.promise.chain import next_at
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

    def refused(self, word: str) -> str:
        """Why the playbook does not let this person say this word on this case now; "" when it does."""
        rules = self.desk.rules(self.case).ownership
        if word in rules.only_open and not self.case.stage.open:
            return f"{word} says nothing of a case that is {self.case.stage.value}"
        places = rules.may_say(word)
        if self.desk.stands(self.person, places, self.case, self.now):
            return ""
        *others, last = (p.replace("_", " ") for p in places)
        return f"{word} is for the {', '.join(others)}{' or ' if others else ''}{last}"

    def named(self, wanted: str) -> Person | None:
        """The one person of ours whom these words name, by address or by a part of the name; None for none or several."""
        said = " ".join(wanted.lower().split()).strip(" .,;<>")
        found = [p for p in self.desk.directory.people if said and (said == p.address or said in p.name.lower())]
        return found[0] if len(found) == 1 else None

    def note(self, what: str, said: str, who: str = "commsvc") -> None:
        """Write one line into the timeline of the case."""
        self.store.records.write(Entry(self.subject, self.now, what, said, who, playbook=self.case.playbook))

    def quiet(self, promise: Promise, until: datetime | None) -> datetime:
        """Warn nobody of this promise before `until` (None: before it is due); returns the instant that holds.

        Nothing keeps silent about what is late, so the due time is the latest.
        """
        ends = promise.due_at if until is None else min(until, promise.due_at)
        chain, calendar = self.desk.chain(self.case, promise.kind), self.desk.calendar(self.case.account_id)
        held = replace(promise, acked_by=self.person, quiet_until=ends if ends > self.now else None)
        self.store.promises.save(replace(held, next_at=next_at(held, chain, calendar)))
        return ends

    def wish(self, letter: str, key: str, promise_id: int | None = None, note: str = "") -> None:
        """Wish for one letter to the contact of the case; the same key is wished for once."""
        self.store.letters.wish(
            Wish(letter, self.subject, Audience.CUSTOMER, self.case.contact, key, promise_id, note=note), self.now
        )

    def tell(self, to: str, note: str, key: str) -> None:
        """Write to one of our people that a person is needed."""
        self.store.letters.wish(Wish("needs_person", self.subject, Audience.INTERNAL, to, key, note=note), self.now)

"""What every tick works with: the store, the rules, who is who, and who we are."""

from dataclasses import dataclass
from datetime import datetime

from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Directory, Person
from commsvc.domain.case.owner import holder
from commsvc.domain.letter.draft import Brand
from commsvc.domain.letter.gate import Counts, Situation
from commsvc.domain.letter.letter import Letter
from commsvc.domain.letter.tokens import Mint
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.worktime import WorkCalendar
from commsvc.ports import Playbooks, Stationery, Store


@dataclass(frozen=True)
class Identity:
    """Who we are. `operator` receives the watch report; `room` is where calls are held by default."""

    brand: Brand
    mint: Mint
    mailbox: str
    operator: str
    room: str = ""


@dataclass(frozen=True)
class Desk:
    """One installation, as the flow sees it."""

    store: Store
    playbooks: Playbooks
    directory: Directory
    stationery: Stationery
    identity: Identity

    def rules(self, case: Case) -> Playbook:
        """The playbook this case started with."""
        return self.playbooks.version(case.playbook)

    def calendar(self, account_id: str) -> WorkCalendar:
        """The account's working calendar; UTC without holidays for a stranger."""
        account = self.directory.account(account_id)
        return WorkCalendar(account.zone, account.country) if account else WorkCalendar("UTC")

    def subject(self, case: Case) -> Subject:
        return Subject("case", case.id)

    def situation(self, letter: Letter, case: Case | None, now: datetime) -> Situation:
        """What the gate looks at for one letter."""
        counts = self.store.letters.counts(letter.wish.subject, letter.wish.to, now) if case else Counts()
        playbook = self.rules(case) if case else self.playbooks.current()
        return Situation(case, self.directory, playbook.guardrails, self.store.records.switches(), counts, now)

    def people(self, places: tuple[str, ...], case: Case, asked: frozenset[str], now: datetime) -> list[Person]:
        """The people that places and roles stand for on this case, each once, in order."""
        found = (self.person_for(place, case, now) for place in places if place != "approver")
        approvers = (self.directory.person(a) for a in sorted(asked)) if "approver" in places else ()
        return list(dict.fromkeys(p for p in (*found, *approvers) if p is not None))

    def person_for(self, place: str, case: Case, now: datetime) -> Person | None:
        """Who stands at a place on a case, or acts in a role now."""
        rules = self.rules(case).ownership
        if place == "owner":
            return self.directory.person(case.owner)
        if place in ("backup", "deputy"):
            return self.directory.person(case.backup) or holder("support_manager", self.directory, rules, now)
        account = self.directory.account(case.account_id)
        if place == "account_manager" and account and (person := self.directory.person(account.account_manager)):
            return person
        if place == "sme":
            skilled = (p for p in self.directory.holders("sme") if case.area in p.skills)
            return next(skilled, None) or holder("sme", self.directory, rules, now)
        return holder(place, self.directory, rules, now)

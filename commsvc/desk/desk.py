"""What every tick works with: the store, the rules, who is who, and who we are."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from commsvc.desk.register import Register
from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Directory, Person
from commsvc.domain.case.known import KnownIssue
from commsvc.domain.case.owner import holder, present, roles_of
from commsvc.domain.letter.draft import Brand
from commsvc.domain.letter.letter import SUBSCRIPTIONS, Audience, Letter
from commsvc.domain.letter.situation import Counts, Situation
from commsvc.domain.letter.tokens import Mint
from commsvc.domain.playbook.rules import Chain, Playbook
from commsvc.domain.playbook.span import Span
from commsvc.domain.playbook.words import Kind, Segment, Severity
from commsvc.domain.promise.cadence import at_most_daily, sooner
from commsvc.domain.promise.chain import next_at, without_pager
from commsvc.domain.promise.handoff import State as HandoffState
from commsvc.domain.promise.promise import State, Subject
from commsvc.domain.promise.timeline import BROUGHT_FORWARD, Entry, promise_said
from commsvc.domain.promise.worktime import WorkCalendar, subdivision
from commsvc.ports import Playbooks, Stationery, Store

BOUNCE_COUNTS = timedelta(days=30)
"""So long nothing goes to an address from which a letter came back."""


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
    register: Register
    stationery: Stationery
    identity: Identity
    paging: bool = False
    """Can anybody be reached faster than by mail?"""
    known_issues: tuple[KnownIssue, ...] = ()

    @property
    def directory(self) -> Directory:
        """Who is who now."""
        return self.register.current()

    def rules(self, case: Case) -> Playbook:
        """The playbook this case started with."""
        return self.playbooks.version(case.playbook)

    def calendar(self, account_id: str) -> WorkCalendar:
        """The account's working calendar, with the holidays of its region; UTC without holidays for a stranger."""
        account = self.directory.account(account_id)
        if account is None:
            return WorkCalendar("UTC")
        return WorkCalendar(account.zone, account.country, region=subdivision(account.country, account.region))

    def chain(self, case: Case, kind: Kind) -> Chain | None:
        """Who is told when what is owed on this case comes near, by the ways this installation has."""
        chain = self.rules(case).chain(kind)
        return chain if chain is None or self.paging else without_pager(chain)

    def staff(self, now: datetime) -> Directory:
        """The directory, whose people are away as it was learnt as well."""
        return self.directory.staffed(self.store.staff.absences(now))

    def roles(self, address: str) -> frozenset[str] | None:
        """The roles that somebody acts in by the rules in force; None for whoever is not one of our people."""
        person = self.directory.person(address)
        return roles_of(person, self.directory, self.playbooks.current().ownership) if person else None

    def subject(self, case: Case) -> Subject:
        return Subject("case", case.id)

    def pace(self, case: Case) -> Span:
        """The longest gap between two updates on a case: the playbook's, or the slower one that its contact asked for."""
        account = self.directory.account(case.account_id)
        gap = self.rules(case).update(case.severity, account.segment if account else Segment.STANDARD)
        contact = account.contact(case.contact) if account else None
        after = self.rules(case).timelines.slower.get(case.stage.value, {}).get(case.severity, gap)  # type: ignore[call-overload]
        gap = max(gap, after, key=lambda span: span.length)
        slower = contact is not None and contact.daily and case.severity is not Severity.SEV1
        return at_most_daily(gap) if slower else gap

    def hasten(self, case: Case, now: datetime) -> None:
        """The severity of a case was raised to what it is now: what is owed takes the earlier due time."""
        rules, calendar, subject = self.rules(case), self.calendar(case.account_id), self.subject(case)
        account = self.directory.account(case.account_id)
        segment = account.segment if account else Segment.STANDARD
        targets = {
            Kind.FIRST_HUMAN: rules.first_human(case.severity, segment),
            Kind.NEXT_UPDATE: self.pace(case),
        }
        for promise in self.store.promises.of(subject):
            target = targets.get(promise.kind)
            if target is None or promise.state is not State.OPEN:
                continue
            earlier = sooner(promise, target, now, calendar)
            if earlier is not promise:
                first = next_at(earlier, self.chain(case, promise.kind), calendar)
                self.store.promises.save(replace(earlier, next_at=first))
                said = f"{promise_said(earlier)}, no longer {promise.due_at:%Y-%m-%d %H:%M} UTC ({target})"
                self.store.records.write(
                    Entry(subject, now, BROUGHT_FORWARD, said, rule="timelines", playbook=case.playbook)
                )

    def situation(self, letter: Letter, case: Case | None, now: datetime) -> Situation:
        """What the gate looks at for one letter."""
        playbook, switches = self.rules(case) if case else self.playbooks.current(), self.store.records.switches()
        on = SUBSCRIPTIONS.get(letter.wish.letter)
        left = on is not None and self.store.letters.left(on, letter.wish.to)
        if case is None or letter.wish.audience is not Audience.CUSTOMER:
            return Situation(case, self.directory, playbook, switches, Counts(), now, left=left)
        subject, to = self.subject(case), letter.wish.to
        counts = self.store.letters.counts(subject, to, now) if letter.automatic else Counts()
        differs = letter.wish.letter in playbook.guardrails.must_differ
        last = self.store.letters.last_to(subject, to) if differs else None
        waits = case.severity in playbook.guardrails.quiet_hours.severities
        theirs = [m.received_at for m in self.store.inbox.thread(subject) if not m.by_us] if waits else []
        return Situation(
            case, self.directory, playbook, switches, counts, now,
            facts=self.store.facts.of(subject), last_text=last.words.text if last and last.words else "",
            slots=self.stationery.slots(letter.wish.letter), calendar=self.calendar(case.account_id),
            asked_at=max(theirs, default=None), left=left, bounced_at=self.store.letters.came_back(to, now - BOUNCE_COUNTS),
        )  # fmt: skip

    def people(self, places: tuple[str, ...], case: Case, asked: frozenset[str], now: datetime) -> list[Person]:
        """The people that places and roles stand for on this case, each once, in order."""
        staff = self.staff(now)
        found = (self._at(place, case, staff, now) for place in places if place != "approver")
        approvers = (present(a, staff, now) for a in sorted(asked)) if "approver" in places else ()
        return list(dict.fromkeys(p for p in (*found, *approvers) if p is not None))

    def stands(self, address: str, places: tuple[str, ...], case: Case, now: datetime) -> bool:
        """Does this person of ours stand at one of these places on a case, or have one of these roles?"""
        person = self.directory.person(address)
        if person is None:
            return False
        account = self.directory.account(case.account_id)
        held = {
            "owner": case.owner,
            "backup": case.backup,
            "account_manager": account.account_manager if account else "",
        }
        mine = (p == "everyone" or (held[p] == address if p in held else p in person.roles) for p in places)
        return any(mine) or person in self.people(places, case, frozenset(), now)

    def person_for(self, place: str, case: Case, now: datetime) -> Person | None:
        """Who stands at a place on a case, or acts in a role now; whoever is away is stood in for."""
        return self._at(place, case, self.staff(now), now)

    def _at(self, place: str, case: Case, staff: Directory, now: datetime) -> Person | None:
        rules = self.rules(case).ownership
        manager = partial(holder, "support_manager", staff, rules, now)
        if place == "owner":
            return present(case.owner, staff, now) or present(case.backup, staff, now) or manager()
        if place in ("backup", "deputy"):
            return present(case.backup, staff, now) or manager()
        if place == "receiver":
            offered = next((h for h in self.store.staff.offers(case.id) if h.state is HandoffState.OFFERED), None)
            return staff.person(offered.receiver) if offered else None
        account = staff.account(case.account_id)
        if place == "account_manager" and account and (person := present(account.account_manager, staff, now)):
            return person
        if place == "sme":
            skilled = (p for p in staff.holders("sme") if case.area in p.skills and not p.absent(now))
            return next(skilled, None) or holder("sme", staff, rules, now)
        return holder(place, staff, rules, now)

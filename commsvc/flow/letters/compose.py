"""Write one letter: its slots, its words, what may send it, and whom it has to ask."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from commsvc.desk import Desk
from commsvc.desk.asking import Asking
from commsvc.domain.call.invitation import Attendee, Card, cancellation, invitation
from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Account
from commsvc.domain.letter import gate, ledger
from commsvc.domain.letter.draft import Meeting, Reader, Scene, overrides
from commsvc.domain.letter.effects import EFFECTS, NOTHING
from commsvc.domain.letter.facts import Disclosure
from commsvc.domain.letter.letter import Audience, Letter, State, Wish, Words
from commsvc.domain.letter.situation import Check, Refusal
from commsvc.domain.letter.slot import BadSlot
from commsvc.domain.letter.slots import slots
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise import cadence
from commsvc.domain.promise.promise import Promise
from commsvc.domain.promise.promise import State as PromiseState
from commsvc.domain.promise.timeline import Entry
from commsvc.domain.promise.worktime import due
from commsvc.flow.letters.bundle import bundle
from commsvc.flow.letters.reports import report_slots
from commsvc.ports import Claim

HISTORY = 12
METHODS = {"call_invitation": "REQUEST", "call_notice": "REQUEST", "call_cancelled": "CANCEL", "call_off": "CANCEL"}
REPORTS = (
    "exec_daily",
    "exec_weekly",
    "watch_report",
    "sign_in",
    "clock_jumped",
    "service_alarm",
    "heartbeat",
    "policy_change",
    "policy_objection",
)


@dataclass(frozen=True)
class Composer:
    desk: Desk

    def write(self, claim: Claim[Letter], now: datetime) -> None:
        """Write the words of one wished-for letter and say what may send it."""
        wish = claim.row.wish
        if wish.letter in REPORTS:
            self._report(claim, now)
            return
        case = self.desk.store.cases.get(wish.subject.id)
        try:
            letter = self._words(claim.row, case, now)
        except BadSlot as why:
            self._missing(claim, case, why, now)
            return
        letter = replace(letter, rule=self._rule(letter, case), revision=case.revision)
        refusal = gate.judge(letter, self.desk.situation(letter, case, now), sending=False)
        if refusal is not None:
            self._refused(claim, letter, case, refusal, now)
        elif letter.automatic:
            self.desk.store.letters.save(claim, replace(letter, state=State.READY, send_at=now))
        else:
            Asking(self.desk).ask(claim, letter, case, now)

    def preview(self, letter: Letter, case: Case, language: str, now: datetime) -> Words:
        """The words of a letter that nobody wished for, in a language. Writes nothing. Raises BadSlot."""
        reader = replace(self._reader(letter.wish, case), language=language)
        return self._rendered(letter.wish, self._scene(letter, case, reader, now))

    def _words(self, letter: Letter, case: Case, now: datetime) -> Letter:
        wish, mint = letter.wish, self.desk.identity.mint
        reader = self._reader(wish, case)
        scene = self._scene(letter, case, reader, now)
        promised = scene.next_update_at if "next_update" in self.desk.stationery.slots(wish.letter) else None
        customer = wish.audience is Audience.CUSTOMER
        return replace(
            letter, words=self._invite(wish, self._rendered(wish, scene), now), names_update_at=promised,
            message_id=mint.message_id(letter.id),
            reply_to=mint.case_address(case.id) if customer else mint.person_address(letter.id),
        )  # fmt: skip

    def _rendered(self, wish: Wish, scene: Scene) -> Words:
        """The words in the reader's language, and the same slots in English for whoever approves them."""
        stationery, own = self.desk.stationery, overrides(scene.account)
        limit = Disclosure.CUSTOMER if wish.audience is Audience.CUSTOMER else stationery.disclosure(wish.letter)
        names, language = stationery.slots(wish.letter), scene.reader.language
        scene = self._from_ledger(scene, names)
        title, text, html = stationery.render(wish.letter, language, slots(names, scene, limit), own)
        if language == "en":
            return Words(title, text, html)
        english = replace(scene, reader=replace(scene.reader, language="en"))
        return Words(title, text, html, twin=stationery.render(wish.letter, "en", slots(names, english, limit), own)[1])

    def _from_ledger(self, scene: Scene, names: Sequence[str]) -> Scene:
        """The same scene, the slots that the ledger of facts fills in filled."""
        filled = ledger.filled(
            scene.facts, names, scene.case.owner, scene.owner.zone if scene.owner else scene.reader.zone
        )
        return replace(scene, facts=ledger.listed(scene.facts, names), given={**scene.given, **filled})

    def _reader(self, wish: Wish, case: Case) -> Reader:
        account = self.desk.directory.account(case.account_id)
        if wish.audience is Audience.CUSTOMER:
            contact = account.contact(wish.to) if account else None
            zone = (contact.zone if contact else "") or (account.zone if account else "UTC")
            language = case.language if self._written_in(wish.letter, case, account) else "en"
            return Reader(contact.name if contact else "", wish.to, zone, language)
        person = self.desk.directory.person(wish.to)
        return Reader(person.name if person else "", wish.to, person.zone if person else "UTC", "en")

    def _scene(self, letter: Letter, case: Case, reader: Reader, now: datetime) -> Scene:
        store, wish = self.desk.store, letter.wish
        subject = self.desk.subject(case)
        account = self.desk.directory.account(case.account_id)
        promises = tuple(store.promises.of(subject))
        about = store.letters.get(wish.regarding) if wish.letter == "approval_request" and wish.regarding else None
        facts = tuple(f for f in store.facts.untold(subject) if f.for_customer)
        event = EFFECTS.get(wish.letter, NOTHING).event
        seen = replace(case, stage=case.after(event)) if event else case
        return Scene(
            brand=self.desk.identity.brand, reader=reader, case=seen, now=now, account=account,
            owner=self.desk.directory.person(case.owner), facts=facts, promises=promises,
            next_update_at=self._next_update(wish, case, promises, now), note=wish.note, draft=about,
            draft_reader=self._named(about, account) if about else "",
            draft_before=self._before(about) if about else "", checks=self._checks(about, case, now) if about else "",
            answers_to=self.desk.identity.mint.person_address(letter.id), meeting=self._meeting(wish, case),
            history=self._history(case) if wish.audience is not Audience.CUSTOMER else (), given=bundle(self.desk, wish, case, promises, reader.zone, now),
        )  # fmt: skip

    def _next_update(self, wish: Wish, case: Case, promises: tuple[Promise, ...],
                     now: datetime) -> datetime | None:  # fmt: skip
        """The time this letter names: the update already promised, or the next point of its grid."""
        if wish.audience is not Audience.CUSTOMER:
            return None
        rules, calendar = self.desk.rules(case), self.desk.calendar(case.account_id)
        gap = self.desk.pace(case)
        if wish.letter in ("resolution_proposed", "reminder"):
            return due(now, rules.timelines.ask_again, calendar)
        updates = [p for p in promises if p.kind is Kind.NEXT_UPDATE]
        open_one = next((p for p in updates if p.state is PromiseState.OPEN), None)
        keeps_it = Kind.NEXT_UPDATE in EFFECTS.get(wish.letter, NOTHING).keeps
        if open_one and not keeps_it and open_one.due_at > now:
            return open_one.due_at
        last = open_one.due_at if open_one else max((p.due_at for p in updates), default=now)
        point = cadence.next_update(last, gap, calendar, now)
        return max(point, case.paused_until) if case.paused_until else point

    def _invite(self, wish: Wish, words: Words, now: datetime) -> Words:
        """The words of a letter about a call, with the calendar object that says the same."""
        method = METHODS.get(wish.letter)
        if method is None or wish.regarding is None:
            return words
        call, identity = self.desk.store.calls.get(wish.regarding), self.desk.identity
        case = self.desk.store.cases.get(call.subject.id)
        account = self.desk.directory.account(case.account_id)
        card = Card(words.title.removeprefix("Re: "), words.text, identity.mint.case_address(case.id), identity.room,
                    account.zone if account else "UTC")  # fmt: skip
        gone = tuple(a for a in (*call.attendees, Attendee("", wish.to, customer=False)) if a.address == wish.to)[:1]
        text = invitation(call, card, now) if method == "REQUEST" else cancellation(call, card, now, gone)
        return replace(words, calendar=text, method=method)

    def _meeting(self, wish: Wish, case: Case) -> Meeting | None:
        if not wish.letter.startswith("call_") or wish.regarding is None:
            return None
        call = self.desk.store.calls.get(wish.regarding)
        type_ = self.desk.rules(case).calls.type(call.type)
        offered = [s.start for s in self.desk.store.calls.offered(call.id)]
        start = call.start or next(iter(offered), None)
        if start is None or type_ is None:
            return None
        end = call.end if call.start and call.end else start + type_.length.length
        return Meeting(
            start, end, self.desk.identity.room, type_.agenda, tuple(a.name for a in call.ours), tuple(offered)
        )

    def _rule(self, letter: Letter, case: Case) -> str:
        """What may send it: `auto`, or roles. A language without a template is never automatic."""
        if letter.wish.audience is not Audience.CUSTOMER:
            return "auto"
        rule = self.desk.rules(case).approval(letter.wish.letter, case.severity)
        account = self.desk.directory.account(case.account_id)
        drafts = self.desk.rules(case).guardrails.draft_only or not self._written_in(letter.wish.letter, case, account)
        return "owner" if rule == "auto" and drafts else rule

    def _written_in(self, letter: str, case: Case, account: Account | None) -> bool:
        return self.desk.stationery.has(letter, case.language, overrides(account))

    def _before(self, about: Letter) -> str:
        """The words of the last draft that was overtaken, for which `about` was written anew."""
        stem = about.wish.key.partition("#")[0]
        older = (
            x for x in self.desk.store.letters.of(about.wish.subject)
            if x.id < about.id and x.state is State.VOID and x.words and x.wish.key.partition("#")[0] == stem
        )  # fmt: skip
        return next((x.words.text for x in reversed(list(older)) if x.words), "")

    def _checks(self, about: Letter, case: Case, now: datetime) -> str:
        """What the checks say of a draft, in a line for its approver."""
        refusal = gate.judge(about, self.desk.situation(about, case, now), sending=False)
        return f"held by {refusal}" if refusal else f"all {len(gate.WRITTEN)} passed"

    def _named(self, about: Letter, account: Account | None) -> str:
        contact = account.contact(about.wish.to) if account else None
        return f"{contact.name} <{contact.address}>" if contact else about.wish.to

    def _history(self, case: Case) -> tuple[str, ...]:
        entries = self.desk.store.records.timeline(self.desk.subject(case))[-HISTORY:]
        return tuple(f"{e.at:%d %b %H:%M} UTC {e.what}: {e.said}" + (f" [{e.rule}]" if e.rule else "") for e in entries)

    def _report(self, claim: Claim[Letter], now: datetime) -> None:
        wish = claim.row.wish
        title, text, html = self.desk.stationery.render(wish.letter, "en", report_slots(self.desk, wish, now))
        letter = replace(claim.row, words=Words(title, text, html), rule="auto",
                         message_id=self.desk.identity.mint.message_id(claim.row.id),
                         reply_to=self.desk.identity.mint.person_address(claim.row.id))  # fmt: skip
        refusal = gate.judge(letter, self.desk.situation(letter, None, now), sending=False)
        state = State.READY if refusal is None else _state_of(refusal)
        self.desk.store.letters.save(claim, replace(letter, state=state, send_at=now, why=str(refusal or "")))

    def _missing(self, claim: Claim[Letter], case: Case, why: BadSlot, now: datetime) -> None:
        self.desk.store.letters.save(claim, replace(claim.row, state=State.REFUSED, why=str(why)))
        self._tell_owner(claim.row, case, f"The letter {claim.row.wish.letter} could not be written: {why}.", now)

    def _refused(self, claim: Claim[Letter], letter: Letter, case: Case, refusal: Refusal, now: datetime) -> None:
        state = _state_of(refusal)
        self.desk.store.letters.save(claim, replace(letter, state=state, why=str(refusal)))
        if letter.wish.audience is Audience.CUSTOMER and state is not State.WATCHED:
            self._tell_owner(letter, case, f"The letter {letter.wish.letter} was stopped: {refusal}.", now)

    def _tell_owner(self, letter: Letter, case: Case, note: str, now: datetime) -> None:
        subject = letter.wish.subject
        self.desk.store.records.write(Entry(subject, now, "letter stopped", note, rule="gate"))
        if letter.wish.audience is Audience.CUSTOMER:
            self.desk.store.letters.wish(
                Wish(
                    "needs_person",
                    subject,
                    Audience.INTERNAL,
                    case.owner,
                    f"stopped:{letter.id}:{len(letter.released)}",
                    regarding=letter.id,
                    note=note,
                ),
                now,
            )


def _state_of(refusal: Refusal) -> State:
    return State.WATCHED if refusal.check is Check.WATCHING else State.REFUSED

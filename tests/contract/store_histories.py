"""What every `ports.Histories` keeps to."""

from dataclasses import replace
from datetime import UTC, datetime

from commsvc.domain.case.case import Event, Stage
from commsvc.domain.learning.figures.past import Owed, Pause
from commsvc.domain.letter.letter import State
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.handoff import Handoff
from commsvc.domain.promise.handoff import State as HandoffState
from commsvc.domain.promise.promise import State as PromiseState
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import MOVED, RATED, Entry
from commsvc.ports import Store
from tests.contract.given import CASE, DAY, HOUR, LEASE, MINUTE, NOW, arrival, mail, wish

PLAIN = replace(CASE, restricted=False, merged_into=0)


class HistoriesContract:
    """Needs the fixture `store`, empty."""

    def test_the_cases_of_a_time_come_with_their_numbers(self, store: Store) -> None:
        ids = [store.cases.open(replace(PLAIN, opened_at=NOW + n * DAY)).id for n in range(3)]
        found = store.histories.received(NOW, NOW + 2 * DAY, "")
        assert [(p.case, p.account_id, p.severity, p.area) for p in found] == [
            (n, "acme", PLAIN.severity, "orders") for n in ids[:2]
        ]
        assert [p.opened_at for p in found] == [NOW, NOW + DAY]

    def test_what_went_to_a_queue_and_what_no_account_wrote_is_left_out(self, store: Store) -> None:
        store.cases.open(replace(PLAIN, stage=Stage.QUEUED))
        store.cases.open(replace(PLAIN, account_id=""))
        assert list(store.histories.received(NOW, NOW + DAY, "")) == []

    def test_restricted_cases_are_for_their_people_and_one_account_can_be_asked_for(self, store: Store) -> None:
        one, two = (store.cases.open(c).id for c in (CASE, replace(PLAIN, account_id="other")))
        for reader, account, expected in (("", "", [one, two]), (CASE.owner, "", [one, two]), (CASE.backup, "", [one, two]),
                                          ("eve@support.test", "", [two]), ("", "acme", [one])):  # fmt: skip
            assert [p.case for p in store.histories.received(NOW, NOW + DAY, reader, account)] == expected

    def test_it_knows_when_a_case_was_resolved_and_by_whom_and_when_it_was_opened_again(self, store: Store) -> None:
        subject = Subject("case", store.cases.open(PLAIN).id)
        moves = (("resolved", Event.CONFIRMED.value), (MOVED, f"{Stage.RESOLVED.value} to {Stage.INVESTIGATE.value}: the customer wrote again"), ("resolved", "silence"),
                 (MOVED, f"{Stage.RECOVER.value} to {Stage.INVESTIGATE.value}: no"), (MOVED, f"{Stage.VALIDATE.value} to {Stage.INVESTIGATE.value}: x"),
                 (MOVED, f"{Stage.VALIDATE.value} to {Stage.RESOLVED.value}: x"), ("note", "resolved"))  # fmt: skip
        for n, (what, said) in enumerate(moves):
            store.records.write(Entry(subject, NOW + n * HOUR, what, said))
        (found,) = store.histories.received(NOW, NOW + DAY, "")
        assert found.eased == found.paused == found.judged == ()
        assert found.resolved == ((NOW, True), (NOW + 2 * HOUR, False))
        assert found.reopened == (NOW + HOUR, NOW + 3 * HOUR)

    def test_it_knows_what_people_said_of_its_time(self, store: Store) -> None:
        subject = Subject("case", store.cases.open(PLAIN).id)
        moves = ((MOVED, f"{Stage.INVESTIGATE.value} to {Stage.MITIGATE.value}: they write by hand to mitigate"), (RATED, "SEV3"),
                 ("paused", "they asked; no update until 2026-11-25 10:00 UTC"), (MOVED, f"{Stage.RESOLVED.value} to {Stage.RECOVER.value}: x"))  # fmt: skip
        for n, (what, said) in enumerate(moves):
            store.records.write(Entry(subject, NOW + n * HOUR, what, said))
        (found,) = store.histories.received(NOW, NOW + DAY, "")
        assert (found.eased, found.judged, found.reopened) == ((NOW,), (NOW + HOUR,), ())
        assert found.paused == (Pause(NOW + 2 * HOUR, datetime(2026, 11, 25, 10, tzinfo=UTC), "they asked"),)

    def test_a_merged_case_names_the_one_that_answers_for_it(self, store: Store) -> None:
        store.cases.open(PLAIN)
        store.cases.open(replace(PLAIN, stage=Stage.MERGED, merged_into=1))
        assert [p.merged_into for p in store.histories.received(NOW, NOW + DAY, "")] == [0, 1]

    def test_it_knows_what_reached_the_customer_and_what_they_wrote(self, store: Store) -> None:
        subject = Subject("case", store.cases.open(PLAIN).id)
        for n, key in enumerate(("one", "two")):
            store.letters.wish(wish(key, subject), NOW)
            (claim,) = store.letters.claim(State.WANTED, NOW, 1, LEASE)
            state = State.BOUNCED if n else State.SENT
            store.letters.save(claim, replace(claim.row, state=state, rule="auto", sent_at=NOW + MINUTE))
        store.inbox.add([arrival(1), arrival(2)], NOW)
        for claim in store.inbox.claim(2, NOW, LEASE):
            store.inbox.settle(claim, "appended", "", subject, mail(claim.row.id), by_us=claim.row.id == 2)
        (found,) = store.histories.received(NOW, NOW + DAY, "")
        assert [(s.letter, s.at, s.automatic) for s in found.said] == [("acknowledge", NOW + MINUTE, True)]
        assert found.wrote == (NOW,)

    def test_a_promise_that_is_owed_again_counts_once_as_it_stands(self, store: Store) -> None:
        subject = Subject("case", store.cases.open(PLAIN).id)
        first = store.promises.make(subject, Kind.RECEIPT, "2m/24x7", NOW, NOW + MINUTE, None)
        store.promises.settle(first, PromiseState.KEPT, NOW)
        store.promises.make(subject, Kind.RECEIPT, "2m/24x7", NOW, NOW + MINUTE, None)
        store.promises.make(Subject("plan", 1), Kind.RECEIPT, "2m/24x7", NOW, NOW + MINUTE, None)
        (found,) = store.histories.received(NOW, NOW + DAY, "")
        assert found.owed == (Owed(Kind.RECEIPT, NOW + MINUTE, PromiseState.OPEN),)

    def test_it_knows_what_a_receiver_did_first(self, store: Store) -> None:
        subject = Subject("case", store.cases.open(PLAIN).id)
        offer = store.staff.offer(
            Handoff(0, subject.id, "olga@support.test", "ben@support.test", "skills", HandoffState.OFFERED, NOW)
        )
        store.staff.answer(offer, HandoffState.ACCEPTED, NOW + HOUR)
        for minutes, who in (
            (60, "ben@support.test"),
            (61, "olga@support.test"),
            (75, "ben@support.test"),
            (90, "ben@support.test"),
        ):
            store.records.write(Entry(subject, NOW + minutes * MINUTE, "note", "", who))
        ((found,),) = (p.offers for p in store.histories.received(NOW, NOW + DAY, ""))
        assert (found.offered_at, found.answered_at, found.acted_at) == (NOW, NOW + HOUR, NOW + 75 * MINUTE)

"""What every `ports.Cases` and `ports.Promises` keeps to."""

from dataclasses import replace

from commsvc.domain.case.case import Stage
from commsvc.domain.playbook.words import Kind, Severity
from commsvc.domain.promise.promise import State, Subject
from commsvc.ports import Store
from tests.contract.given import CASE, DAY, HOUR, MINUTE, NOW, OTHER, SUBJECT


class CasesContract:
    """Needs the fixture `store`, empty."""

    def test_a_case_comes_back_as_it_was_opened(self, store: Store) -> None:
        case = store.cases.open(CASE)
        assert case.id > 0
        assert case == replace(CASE, id=case.id) == store.cases.get(case.id)

    def test_every_case_has_its_own_id(self, store: Store) -> None:
        assert store.cases.open(CASE).id < store.cases.open(CASE).id

    def test_what_changes_is_saved_and_the_opening_stays(self, store: Store) -> None:
        case = store.cases.open(CASE)
        changed = replace(case, stage=Stage.VALIDATE, severity=Severity.SEV1, confirmed=True, owner="ben@support.test",
                          holds=(), restricted=False, trusted=False, revision=9, impact="none")  # fmt: skip
        store.cases.save(changed)
        assert store.cases.get(case.id) == changed

    def test_saving_one_leaves_the_others(self, store: Store) -> None:
        one, two = store.cases.open(CASE), store.cases.open(CASE)
        store.cases.save(replace(one, subject="changed"))
        assert store.cases.get(two.id) == two

    def test_an_open_case_on_which_nothing_is_owed_is_stalled(self, store: Store) -> None:
        idle, kept, busy = (store.cases.open(replace(CASE, stage=Stage.INVESTIGATE)) for _ in range(3))
        store.cases.open(replace(CASE, stage=Stage.RESOLVED))
        for case in (kept, busy):
            store.promises.make(Subject("case", case.id), Kind.NEXT_UPDATE, "4h/bh", NOW, NOW + HOUR, None)
        store.promises.settle(store.promises.of(Subject("case", kept.id))[0], State.KEPT, NOW)
        assert [c.id for c in store.cases.stalled(10)] == [idle.id, kept.id]
        assert [c.id for c in store.cases.stalled(1)] == [idle.id]

    def test_open_cases_are_counted_by_owner(self, store: Store) -> None:
        for owner, stage in (("olga", Stage.INTAKE), ("olga", Stage.VALIDATE), ("ben", Stage.INVESTIGATE),
                             ("ben", Stage.RESOLVED), ("eva", Stage.QUEUED)):  # fmt: skip
            store.cases.open(replace(CASE, owner=owner, stage=stage))
        assert store.cases.load(["olga", "ben", "nobody"]) == {"olga": 2, "ben": 1}
        assert store.cases.load(["ben"]) == {"ben": 1}
        assert store.cases.load([]) == {}

    def test_open_cases_are_listed_oldest_first_and_all_newest_first(self, store: Store) -> None:
        first, closed, third = (
            store.cases.open(replace(CASE, stage=s)) for s in (Stage.INTAKE, Stage.RESOLVED, Stage.VALIDATE)
        )
        assert list(store.cases.all_open()) == [first, third]
        assert list(store.cases.listed()) == [third, closed, first]
        assert list(store.cases.listed(limit=1)) == [third]

    def test_the_open_cases_of_an_account_are_newest_first(self, store: Store) -> None:
        first = store.cases.open(CASE)
        store.cases.open(replace(CASE, account_id="other"))
        resolved = store.cases.open(replace(CASE, stage=Stage.RESOLVED))
        last = store.cases.open(CASE)
        assert [c.id for c in store.cases.open_of("acme")] == [last.id, first.id]
        assert [c.id for c in store.cases.resolved_of("acme")] == [resolved.id]
        assert store.cases.open_of("nobody") == []


class PromisesContract:
    """Needs the fixture `store`, empty."""

    def test_a_promise_comes_back_as_it_was_made(self, store: Store) -> None:
        made = store.promises.make(SUBJECT, Kind.APPROVAL, "4h/bh", NOW, NOW + 4 * HOUR, NOW + HOUR, regarding=12)
        assert (made.state, made.step, made.acked_by, str(made.span)) == (State.OPEN, 0, "", "4h/bh")
        assert list(store.promises.of(SUBJECT)) == [made]

    def test_promises_of_a_subject_are_the_earliest_due_first(self, store: Store) -> None:
        for hours in (3, 1, 2):
            store.promises.make(SUBJECT, Kind.NEXT_UPDATE, "1h/24x7", NOW, NOW + hours * HOUR, None)
        store.promises.make(OTHER, Kind.NEXT_UPDATE, "1h/24x7", NOW, NOW, None)
        assert [p.due_at for p in store.promises.of(SUBJECT)] == [NOW + h * HOUR for h in (1, 2, 3)]

    def test_due_is_what_has_a_step_due_earliest_first(self, store: Store) -> None:
        late, soon, now, never, kept = (
            store.promises.make(SUBJECT, Kind.RECEIPT, "15m/24x7", NOW, NOW + DAY, at)
            for at in (NOW - HOUR, NOW + MINUTE, NOW, None, NOW)
        )
        store.promises.settle(kept, State.KEPT, NOW)
        assert [p.id for p in store.promises.due(NOW, 10)] == [late.id, now.id]
        assert [p.id for p in store.promises.due(NOW, 1)] == [late.id]
        assert [p.id for p in store.promises.due(NOW + MINUTE, 10)] == [late.id, now.id, soon.id]
        assert never.next_at is None

    def test_a_step_taken_is_saved(self, store: Store) -> None:
        made = store.promises.make(SUBJECT, Kind.OWNER_ACK, "15m/24x7", NOW, NOW + HOUR, NOW)
        taken = replace(made, step=2, next_at=NOW + HOUR, acked_by="olga@support.test", due_at=NOW + 2 * HOUR)
        store.promises.save(taken)
        assert list(store.promises.of(SUBJECT)) == [taken]
        assert list(store.promises.due(NOW, 10)) == []

    def test_a_settled_promise_stays_as_it_ended(self, store: Store) -> None:
        made = store.promises.make(SUBJECT, Kind.FIRST_HUMAN, "1h/24x7", NOW, NOW + HOUR, NOW)
        store.promises.settle(made, State.LATE, NOW + 2 * HOUR)
        store.promises.settle(made, State.VOID, NOW + 3 * HOUR)
        (ended,) = store.promises.of(SUBJECT)
        assert (ended.state, ended.next_at) == (State.LATE, None)

    def test_when_the_next_step_may_be_due(self, store: Store) -> None:
        assert store.promises.next_at() is None
        for hours in (2, 1):
            store.promises.make(SUBJECT, Kind.CALL, "1h/24x7", NOW, NOW + DAY, NOW + hours * HOUR)
        store.promises.make(SUBJECT, Kind.CALL, "1h/24x7", NOW, NOW, None)
        assert store.promises.next_at() == NOW + HOUR
        store.promises.settle(store.promises.due(NOW + HOUR, 1)[0], State.KEPT, NOW)
        assert store.promises.next_at() == NOW + 2 * HOUR

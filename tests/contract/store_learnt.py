"""What every `ports.LearntShelf` keeps to."""

from dataclasses import replace

from commsvc.domain.case.learnt import Learnt, State, What
from commsvc.ports import Store
from tests.contract.given import HOUR, NOW, ODD

CARLA = Learnt("ACC-1", "carla@acme.test", What.CONTACT, ODD, "acme.test", 3, "jon@support.test", NOW)


class LearntContract:
    """Needs the fixture `store`, empty."""

    def test_what_was_proposed_comes_back_and_waits(self, store: Store) -> None:
        found = store.learnt.propose(CARLA)
        assert found is not None
        assert store.learnt.get(found.id) == found
        assert list(store.learnt.waiting("ACC-1")) == [found]
        assert list(store.learnt.waiting("ACC-2")) == []

    def test_the_same_is_proposed_once_whatever_became_of_it(self, store: Store) -> None:
        first = store.learnt.propose(CARLA)
        assert first is not None
        assert store.learnt.propose(replace(CARLA, at=NOW + HOUR)) is None
        store.learnt.decide(first.id, State.REFUSED, "jon@support.test", NOW)
        assert store.learnt.propose(CARLA) is None
        assert store.learnt.propose(replace(CARLA, what=What.PLAIN, value="")) is not None

    def test_it_is_decided_once(self, store: Store) -> None:
        found = store.learnt.propose(CARLA)
        assert found is not None
        assert store.learnt.decide(found.id, State.CONFIRMED, "jon@support.test", NOW)
        assert not store.learnt.decide(found.id, State.REFUSED, "sam@support.test", NOW)
        assert list(store.learnt.confirmed()) == [replace(found, state=State.CONFIRMED, decided_by="jon@support.test")]
        assert list(store.learnt.waiting("ACC-1")) == []

    def test_the_revision_changes_with_what_is_confirmed(self, store: Store) -> None:
        seen = [store.learnt.revision()]
        for n in range(3):
            found = store.learnt.propose(replace(CARLA, address=f"{n}@acme.test"))
            assert found is not None
            store.learnt.decide(found.id, State.CONFIRMED, "jon@support.test", NOW + n * HOUR)
            seen.append(store.learnt.revision())
        store.learnt.forget("1@acme.test")
        assert len({*seen, store.learnt.revision()}) == 5
        assert [x.address for x in store.learnt.confirmed()] == ["0@acme.test", "2@acme.test"]

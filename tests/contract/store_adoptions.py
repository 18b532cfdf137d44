"""What every `ports.Adoptions` keeps to."""

from dataclasses import replace

import pytest

from commsvc.domain.playbook.adoption import Adoption, Told
from commsvc.domain.playbook.pilot import Pilot
from commsvc.errors import Missing
from commsvc.ports import Store
from tests.contract.given import DAY, HOUR, NOW, ODD

ASKED = Adoption(0, "d2", "1.1.0", "d1", ODD, "olga@support.test", NOW)


class AdoptionsContract:
    """Needs the fixture `store`, empty."""

    def test_a_proposal_comes_back_with_its_files(self, store: Store) -> None:
        made = store.adoptions.propose(ASKED, {"severity.toml": ODD})
        assert store.adoptions.get(made.id) == made == replace(ASKED, id=made.id)
        assert store.adoptions.files("d2") == {"severity.toml": ODD}
        assert store.adoptions.files("d1") is None
        with pytest.raises(Missing):
            store.adoptions.get(made.id + 1)

    def test_a_proposal_is_adopted_once(self, store: Store) -> None:
        made = store.adoptions.propose(ASKED, {})
        by_ben = replace(
            made, replaces="d0", adopted_by="ben@support.test", adopted_at=NOW + HOUR, effective_at=NOW + DAY
        )
        assert store.adoptions.adopt(by_ben)
        assert not store.adoptions.adopt(replace(by_ben, adopted_by="ada@support.test"))
        assert list(store.adoptions.all()) == [by_ben]

    def test_whoever_was_told_answers_and_nobody_else(self, store: Store) -> None:
        made = store.adoptions.propose(ASKED, {})
        for person in ("olga@support.test", "ben@support.test"):
            store.adoptions.tell(made.id, person)
        assert store.adoptions.answer(made.id, "olga@support.test", ODD, NOW)
        assert not store.adoptions.answer(made.id, "eve@support.test", "", NOW)
        assert list(store.adoptions.told(made.id)) == [
            Told("ben@support.test"),
            Told("olga@support.test", NOW, ODD),
        ]
        assert store.adoptions.answer(made.id, "olga@support.test", "", NOW + HOUR)
        assert store.adoptions.told(made.id)[1] == Told("olga@support.test", NOW + HOUR)

    def test_a_pilot_lasts_until_it_is_ended(self, store: Store) -> None:
        assert store.adoptions.pilot() is None
        wanted = Pilot(0, "d2", "1.1.0", frozenset(["b", ODD]), "ben@support.test", NOW)
        begun = store.adoptions.begin_pilot(wanted)
        assert store.adoptions.pilot() == begun == replace(wanted, id=begun.id)
        store.adoptions.end_pilot(begun.id, "olga@support.test", NOW + DAY)
        store.adoptions.end_pilot(begun.id, "ada@support.test", NOW + 2 * DAY)
        assert store.adoptions.pilot() is None
        assert list(store.adoptions.pilots()) == [replace(begun, ended_by="olga@support.test", ended_at=NOW + DAY)]

"""What every `ports.Cases` keeps to when past cases are searched by their words."""

from dataclasses import replace
from typing import Any

from commsvc.domain.case.alike import terms
from commsvc.domain.case.case import Case, Stage
from tests.contract.given import CASE, NOW

OPEN = replace(CASE, subject="Orders do not arrive", impact="No order reaches the stores of Ana.", restricted=False)


def over(store: Any, case: Case = OPEN, **more: Any) -> int:
    """A case that was opened and resolved."""
    opened = store.cases.open(replace(case, **more))
    store.cases.save(replace(opened, stage=Stage.RESOLVED))
    return int(opened.id)


def found(store: Any, text: str) -> list[int]:
    return [c.id for c in store.cases.alike(terms(text), 10)]


class AlikeContract:
    """Needs the fixture `store`, empty."""

    def test_a_case_is_found_by_its_words_once_it_is_over(self, store: Any) -> None:
        opened = store.cases.open(OPEN)
        assert found(store, "orders") == []
        store.cases.save(replace(opened, stage=Stage.RESOLVED))
        assert found(store, "ORDERS, please!") == [opened.id]
        assert found(store, "labels") == []
        assert found(store, "") == []
        store.cases.save(replace(opened, stage=Stage.INVESTIGATE))
        assert found(store, "orders") == [], "it was opened again"

    def test_what_shares_more_stands_first(self, store: Any) -> None:
        one = over(store, impact="The stores wait.", subject="Labels")
        two = over(store, impact="Orders reach no stores.", subject="Labels")
        assert found(store, "no orders reach the stores") == [two, one]

    def test_words_of_every_language(self, store: Any) -> None:
        german = over(store, subject="Bestellungen", impact="Die Rückmeldungen fehlen, größere Aufträge auch.")
        japanese = over(store, subject="注文", impact="注文が店舗に届いていません。")
        assert found(store, "Rückmeldungen") == found(store, "GRÖSSERE") == [german]
        assert found(store, "店舗") == [japanese]

    def test_a_restricted_case_is_never_found(self, store: Any) -> None:
        over(store, restricted=True)
        shut = over(store)
        store.cases.save(replace(store.cases.get(shut), restricted=True))
        assert found(store, "orders") == []
        store.cases.save(replace(store.cases.get(shut), restricted=False))
        assert found(store, "orders") == [shut]

    def test_what_is_erased_leaves_the_index(self, store: Any) -> None:
        gone, stays = over(store), over(store)
        store.evidence.erase(gone, NOW)
        assert found(store, "orders") == [stays]
        partly = over(store)
        store.evidence.erase(partly, NOW, ("Ana",))
        assert partly not in found(store, "stores")

    def test_marks_of_a_search_language_are_only_letters(self, store: Any) -> None:
        case = over(store, subject='"orders" OR NEAR(x) * & | ! <-> :a')
        assert found(store, '"orders" NEAR(labels, 3) AND NOT stores | & ! * -') == [case]

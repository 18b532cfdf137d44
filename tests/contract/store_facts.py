"""What every `ports.Facts` keeps to."""

from dataclasses import replace

from commsvc.domain.letter.facts import Disclosure, Fact
from commsvc.domain.promise.promise import Subject
from commsvc.ports import Store
from tests.contract.given import HOUR, NOW, ODD, OTHER, SUBJECT

OLGA = "olga@support.test"
SAID = Fact(0, SUBJECT, ODD, Disclosure.CUSTOMER, "ana@acme.test", NOW, OLGA, NOW + HOUR)
LATER = Fact(0, SUBJECT, "cause: later", Disclosure.INTERNAL, OLGA, NOW + HOUR)


class FactsContract:
    """Needs the fixture `store`, empty."""

    def test_a_fact_comes_back_as_it_was_said(self, store: Store) -> None:
        id = store.facts.add(SAID)
        assert list(store.facts.of(SUBJECT)) == [replace(SAID, id=id)]

    def test_facts_wait_until_a_letter_tells_them(self, store: Store) -> None:
        for fact in (SAID, LATER, replace(SAID, subject=OTHER)):
            store.facts.add(fact)
        first, second = store.facts.untold(SUBJECT)
        store.facts.told([first], 7)
        assert list(store.facts.untold(SUBJECT)) == [second]
        assert [f.told_in for f in store.facts.of(SUBJECT)] == [7, None]
        assert len(store.facts.untold(OTHER)) == 1

    def test_the_letter_that_told_it_first_stays(self, store: Store) -> None:
        store.facts.add(SAID)
        for letter in (7, 8):
            store.facts.told(store.facts.of(SUBJECT), letter)
        assert [f.told_in for f in store.facts.of(SUBJECT)] == [7]

    def test_a_known_issue_has_a_ledger_of_its_own(self, store: Store) -> None:
        issue = Subject("known issue", SUBJECT.id)
        store.facts.add(replace(SAID, subject=issue))
        assert not store.facts.of(SUBJECT)
        assert [f.subject for f in store.facts.of(issue)] == [issue]

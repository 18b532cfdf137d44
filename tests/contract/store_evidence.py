"""What every `evidence.Evidence` keeps to: the seal on the timeline, originals, and erasure."""

from dataclasses import replace
from typing import Any

import pytest

from commsvc.domain.case.case import Stage
from commsvc.domain.letter.facts import Disclosure, Fact
from commsvc.domain.letter.letter import Audience
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.seal import ERASED, check, faults
from commsvc.domain.promise.timeline import Entry
from tests.contract.given import ANA, BOB, CASE, DAY, HOUR, LEASE, MINUTE, NOW, ODD, OTHER, SUBJECT, arrival, mail, wish

TAMPERING = {
    "changed": "UPDATE timeline SET said = 'other' WHERE id = (SELECT MAX(id) - 1 FROM timeline)",
    "removed": "DELETE FROM timeline WHERE id = (SELECT MAX(id) - 1 FROM timeline)",
    "the last removed": "DELETE FROM timeline WHERE id = (SELECT MAX(id) FROM timeline)",
    "all removed": "DELETE FROM timeline",
    "inserted": "INSERT INTO timeline (subject_kind, subject_id, at, what, who, rule, said, evidence, playbook, salt,"
    " digest, link) SELECT subject_kind, subject_id, at, what, who, rule, said, evidence, playbook, salt, digest, link"
    " FROM timeline WHERE id = (SELECT MAX(id) FROM timeline)",
    "moved to another case": "UPDATE timeline SET subject_id = 2 WHERE id = (SELECT MAX(id) FROM timeline)",
    "words taken out": "UPDATE timeline SET said = '', evidence = '', who = '', salt = '' WHERE id ="
    " (SELECT MAX(id) - 1 FROM timeline)",
}


def told(store: Any, subject: Subject = SUBJECT, times: int = 3) -> None:
    for n in range(times):
        store.records.write(Entry(subject, NOW, f"step {n}", ODD, "olga@support.test", "rule-1", "“down”", "d1"))


def written(store: Any) -> int:
    """A case with a mail, a letter, a fact and a story; returns its id."""
    case = store.cases.open(CASE)
    subject = Subject("case", case.id)
    store.inbox.connect("support", 7, NOW)
    store.inbox.add([arrival(1)], NOW)
    (claim,) = store.inbox.claim(1, NOW, LEASE)
    store.inbox.settle(claim, "recorded", "", subject, mail(1))
    store.letters.wish(wish("receipt", subject), NOW)
    store.facts.add(Fact(0, subject, ODD, Disclosure.CUSTOMER, ANA, NOW, ANA, NOW))
    told(store, subject)
    return int(case.id)


def fails(store: Any) -> None:
    with store.transaction():
        told(store)
        raise ZeroDivisionError


class EvidenceContract:
    """Needs the fixture `store`, empty, with its database in `db`."""

    def test_entries_are_sealed_one_to_the_next_case_by_case(self, store: Any) -> None:
        told(store)
        told(store, OTHER, 1)
        chains = list(store.evidence.chains())
        assert [(c.subject, len(c.entries)) for c in chains] == [(SUBJECT, 3), (OTHER, 1)]
        assert check(chains) == []
        assert [s.entry for s in store.evidence.chain(SUBJECT).entries] == list(store.records.timeline(SUBJECT))
        salts = {s.salt for c in chains for s in c.entries}
        assert len(salts) == 4

    def test_a_subject_nobody_wrote_of_has_an_empty_chain(self, store: Any) -> None:
        assert faults(store.evidence.chain(SUBJECT)) == []

    @pytest.mark.parametrize("how", TAMPERING)
    def test_a_hand_in_the_database_shows(self, store: Any, how: str) -> None:
        told(store)
        store.db.execute_sql(TAMPERING[how])
        assert any(said.startswith("ESC-1") for said in check(store.evidence.chains()))

    def test_a_failed_transaction_leaves_the_chain_whole(self, store: Any) -> None:
        told(store)
        with pytest.raises(ZeroDivisionError):
            fails(store)
        told(store, times=1)
        assert (check(store.evidence.chains()), len(store.records.timeline(SUBJECT))) == ([], 4)

    def test_originals_and_all_facts(self, store: Any) -> None:
        subject = Subject("case", written(store))
        (original,) = store.evidence.originals(subject)
        assert (original.raw, original.sha256, original.received_at) == (arrival(1).raw, arrival(1).sha256, NOW)
        assert [f.statement for f in store.facts.of(subject)] == [ODD]
        store.facts.told(store.facts.of(subject), 1)
        assert [f.statement for f in store.facts.of(subject)] == [ODD]
        assert list(store.evidence.originals(Subject("case", 99))) == []

    def test_cases_of_a_person_by_each_way_they_are_in(self, store: Any) -> None:
        one = written(store)
        two = store.cases.open(replace(CASE, contact=BOB)).id
        assert list(store.evidence.cases_with(ANA)) == [one]
        store.letters.wish(wish("copy", Subject("case", two), ANA, Audience.CUSTOMER), NOW)
        assert list(store.evidence.cases_with(ANA)) == [one, two]
        assert list(store.evidence.cases_with("nobody@customers.test")) == []

    def test_erasing_leaves_no_word_and_a_chain_that_holds(self, store: Any) -> None:
        id = written(store)
        subject = Subject("case", id)
        with store.transaction():
            gone = store.evidence.erase(id, NOW)
            named = " ".join(map(str, gone))
            store.records.write(Entry(subject, NOW, ERASED, "as asked", "sam@support.test", evidence=named))
        assert check(store.evidence.chains()) == []
        (original,) = store.evidence.originals(subject)
        assert (original.raw, original.sha256) == (b"", "")
        left = [str(row) for table in ("raw_mail", "message", "escalation", "letter", "fact", "timeline", "command")
                for row in store.db.execute_sql(f"SELECT * FROM {table}").fetchall()]  # fmt: skip
        assert not [row for row in left if ANA in row or "Größe" in row or "Everything is down" in row]
        assert list(store.evidence.cases_with(ANA)) == []

    def test_an_erased_mail_that_is_fetched_again_stays_away_and_another_comes_in(self, store: Any) -> None:
        id = written(store)
        store.evidence.erase(id, NOW)
        assert store.inbox.add([arrival(1, validity=8), arrival(2, validity=8)], NOW) == 1
        kept = str(store.db.execute_sql("SELECT * FROM tombstone").fetchall())
        assert arrival(1).sha256 not in kept
        assert ANA not in kept

    def test_erasing_one_case_leaves_the_others(self, store: Any) -> None:
        one = written(store)
        told(store, OTHER)
        other = store.cases.open(CASE)
        store.evidence.erase(one, NOW)
        assert store.cases.get(other.id) == other
        assert faults(store.evidence.chain(OTHER)) == []

    def test_erasing_twice_empties_nothing_more(self, store: Any) -> None:
        id = written(store)
        assert len(store.evidence.erase(id, NOW)) == 3
        assert list(store.evidence.erase(id, NOW)) == []

    def test_erasing_one_person_in_anothers_case_takes_only_what_bears_their_name(self, store: Any) -> None:
        id = written(store)
        subject = Subject("case", id)
        store.letters.wish(wish("copy", subject, BOB, Audience.CUSTOMER), NOW)
        store.facts.add(Fact(0, subject, "Bob Stone saw it first", Disclosure.CUSTOMER, ANA, NOW, ANA, NOW))
        store.records.write(Entry(subject, NOW, "joined", "a mail of BOB@customers.test", evidence="“me too”"))
        store.records.write(Entry(subject, NOW, "severity", "SEV2", rule="outage"))
        with store.transaction():
            gone = store.evidence.erase(id, NOW, [BOB, "Bob Stone"])
            store.records.write(Entry(subject, NOW, ERASED, "as asked", evidence=" ".join(map(str, gone))))
        assert check(store.evidence.chains()) == []
        assert [f.statement for f in store.facts.of(subject)] == [ODD, "erased saw it first"]
        told = [e.what for e in store.records.timeline(subject) if e.said]
        assert told == ["step 0", "step 1", "step 2", "severity", ERASED]
        assert [x.wish.to for x in store.letters.of(subject)] == [ANA, "erased"]
        assert store.cases.get(id).contact == ANA
        assert store.evidence.originals(subject)[0].raw
        assert list(store.evidence.cases_with(BOB)) == []

    def test_a_mail_of_no_case_that_names_a_person_is_found_and_erased(self, store: Any) -> None:
        store.inbox.connect("support", 7, NOW)
        store.inbox.add([arrival(1), arrival(2, body=b"From: x@y.test\r\n\r\nhello"), arrival(3)], NOW)
        first, second = store.inbox.claim(2, NOW, LEASE)
        store.inbox.settle(first, "ignored", "older", None, mail(1))
        store.inbox.settle(second, "ignored", "older", None, None)
        assert list(store.evidence.loose(ANA)) == [first.row.id]
        store.evidence.erase_loose(ANA, NOW)
        assert list(store.evidence.loose(ANA)) == []
        (waiting,) = store.inbox.claim(9, NOW, LEASE)
        assert waiting.row.arrival.raw == arrival(3).raw
        assert ANA not in str(store.db.execute_sql("SELECT * FROM message").fetchall())

    def test_old_originals_in_pages_without_those_that_wait(self, store: Any) -> None:
        id = written(store)
        store.inbox.add([arrival(2), arrival(3), arrival(4, at=NOW + HOUR), arrival(5)], NOW)
        second, third, fourth = store.inbox.claim(3, NOW, LEASE)
        store.inbox.settle(second, "ignored", "spam", None, mail(2))
        store.inbox.settle(third, "quarantined", "broken", None, None)
        store.inbox.settle(fourth, "ignored", "spam", None, mail(4))
        old = store.evidence.old_originals
        found = list(old(NOW + MINUTE, 0, 9))
        assert [subject for _, subject in found] == [Subject("case", id), None]
        assert list(old(NOW + MINUTE, found[0][0], 9)) == found[1:]
        assert list(old(NOW + MINUTE, 0, 1)) == found[:1]
        store.evidence.erase_originals([found[1][0]], NOW)
        assert list(old(NOW + MINUTE, 0, 9)) == found[:1]

    def test_cases_that_have_been_closed_and_quiet(self, store: Any) -> None:
        closed = replace(CASE, stage=Stage.RESOLVED)
        one, two, three = (store.cases.open(c).id for c in (closed, CASE, closed))
        store.records.write(Entry(Subject("case", three), NOW + DAY, "survey", "answered"))
        quiet = store.evidence.quiet_cases
        assert list(quiet(NOW + HOUR, 0, 9)) == [one]
        assert list(quiet(NOW + 2 * DAY, 0, 9)) == [one, three]
        assert list(quiet(NOW + 2 * DAY, one, 9)) == [three]
        store.evidence.erase(one, NOW)
        assert list(quiet(NOW + 2 * DAY, 0, 9)) == [three]
        assert store.cases.get(two) == replace(CASE, id=two)

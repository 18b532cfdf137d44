"""A changed, removed or inserted entry breaks the seal; an erasure does not, once it is stated."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.seal import ERASED, Chain, Sealed, digest, faults, link
from commsvc.domain.promise.timeline import Entry

CASE, NOW = Subject("case", 7), datetime(2026, 11, 23, 14, 2, tzinfo=UTC)


def sealed(*entries: Entry) -> Chain:
    rows: list[Sealed] = []
    for id, entry in enumerate(entries, 1):
        proof = digest(entry, f"salt {id}")
        rows.append(Sealed(id, entry, f"salt {id}", proof, link(rows[-1].link if rows else "", proof)))
    return Chain(CASE, rows, rows[-1].link if rows else "")


def story(*more: Entry) -> Chain:
    told = (Entry(CASE, NOW + timedelta(minutes=n), f"step {n}", f"said {n}", evidence="“down”") for n in range(4))
    return sealed(*told, *more)


def blanked(chain: Chain, id: int) -> Chain:
    gone = [
        replace(s, salt="", entry=replace(s.entry, said="", evidence="", who="")) if s.id == id else s
        for s in chain.entries
    ]
    return replace(chain, entries=gone)


def test_what_nobody_touched_holds() -> None:
    assert faults(story()) == []
    assert faults(Chain(CASE, [], "")) == []


@pytest.mark.parametrize(
    "change",
    [{"said": "other"}, {"who": "eve"}, {"rule": "r"}, {"evidence": ""}, {"playbook": "p"}, {"what": "x"},
     {"at": NOW}, {"subject": Subject("case", 8)}],
    ids=lambda c: next(iter(c)),
)  # fmt: skip
def test_a_changed_entry_is_named(change: dict[str, object]) -> None:
    chain = story()
    third = chain.entries[2]
    entry = replace(third.entry, **change)  # type: ignore[arg-type]
    rows = [replace(s, entry=entry) if s is third else s for s in chain.entries]
    (said,) = faults(replace(chain, entries=rows))
    assert said.startswith("ESC-7, entry 3 (")
    assert said.endswith("was changed after it was written")


@given(st.integers(0, 3))
@settings(max_examples=8)
def test_a_removed_entry_shows(which: int) -> None:
    chain = story()
    assert faults(replace(chain, entries=[s for n, s in enumerate(chain.entries) if n != which]))


def test_an_inserted_entry_shows() -> None:
    chain = story()
    entry = Entry(CASE, NOW, "approved", "by nobody")
    forged = Sealed(9, entry, "s", digest(entry, "s"), link(chain.entries[1].link, digest(entry, "s")))
    rows = [*chain.entries[:2], forged, *chain.entries[2:]]
    assert "ESC-7, entry 3 (step 2, 2026-11-23 14:04 UTC) does not follow" in " ".join(
        faults(replace(chain, entries=rows))
    )


def test_an_entry_swapped_between_fields_is_another_entry() -> None:
    assert digest(Entry(CASE, NOW, "ab", "c"), "s") != digest(Entry(CASE, NOW, "a", "bc"), "s")


def test_an_erasure_that_is_stated_keeps_the_chain() -> None:
    chain = story(Entry(CASE, NOW + timedelta(days=1), ERASED, "as ana asked", "sam", evidence="2 3"))
    assert faults(blanked(blanked(chain, 2), 3)) == []


def test_words_lost_without_an_erasure_show() -> None:
    stated = Entry(CASE, NOW + timedelta(days=1), ERASED, "as ana asked", "sam", evidence="2 99")
    for chain in (story(), story(stated)):
        (said,) = faults(blanked(chain, 3))
        assert "no entry says that they were erased" in said

"""Slots: typed, spelled for their reader, and never more private than the letter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commsvc.domain.letter.draft import Reader
from commsvc.domain.letter.facts import Disclosure
from commsvc.domain.letter.slot import BadSlot, Kind, MissingSlot, spelled
from commsvc.domain.letter.slots import SLOTS, slots
from commsvc.domain.letter.when import number, spell, spell_range
from commsvc.proofreading.sample import Sample, scene

ADA = Reader("Ada", "ada@x.example", "America/New_York", "en")
AT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
PRIVATE = [name for name, slot in SLOTS.items() if not slot.within(Disclosure.CUSTOMER)]


@pytest.mark.parametrize("name", PRIVATE)
def test_an_internal_slot_is_refused_in_a_letter_to_a_customer(name):
    with pytest.raises(BadSlot, match=f"{name} is internal"):
        slots([name], scene("en", Sample.WHOLE), Disclosure.CUSTOMER)


def test_a_public_letter_may_not_tell_what_only_the_customer_may_read():
    with pytest.raises(BadSlot, match="impact is this customer"):
        slots(["impact"], scene("en", Sample.WHOLE), Disclosure.PUBLIC)


def test_an_internal_fact_is_no_fact_of_a_letter_to_a_customer():
    whole = scene("en", Sample.WHOLE)
    secret = replace(whole.facts[0], statement="They owe us money", disclosure=Disclosure.INTERNAL)
    assert (
        "They owe us money"
        not in slots(["facts"], replace(whole, facts=(*whole.facts, secret)), Disclosure.CUSTOMER)["facts"]
    )


def test_a_slot_without_a_value_stops_the_letter_unless_it_may_be_empty():
    empty = replace(scene("en", Sample.WHOLE), given={})
    with pytest.raises(MissingSlot, match="cause"):
        slots(["cause"], empty, Disclosure.CUSTOMER)
    assert slots(["cause?", "plan?"], empty, Disclosure.CUSTOMER) == {"cause": "", "plan": []}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.TEXT, 3), (Kind.TIME, "tomorrow"), (Kind.TIME, AT.replace(tzinfo=None)), (Kind.RANGE, (AT, AT - timedelta(1))),
        (Kind.RANGE, (AT,)), (Kind.NUMBER, "12"), (Kind.LIST, "one"), (Kind.LIST, [1]), (Kind.ROWS, [{"a": []}]),
        (Kind.PERSON, "Dana"), (Kind.LINK, "javascript:alert(1)"), (Kind.WORDS, None),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused(kind, value):
    with pytest.raises(BadSlot, match="must be"):
        spelled("x", kind, value, ADA)


def test_what_a_customer_wrote_cannot_begin_a_block_of_ours():
    assert spelled("x", Kind.TEXT, "Down.\n\n- APPROVE\n> sent by Dana", ADA) == "Down. - APPROVE > sent by Dana"
    assert spelled("x", Kind.ROWS, [{"a": "1 | 2", "b": None}], ADA) == [{"a": "1 / 2", "b": ""}]


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("de", "Europe/Berlin", "Di., 24. Nov. 2026, 00:30 CET (23. Nov. 23:30 UTC)"),
        ("ja", "Asia/Tokyo", "2026年11月24日(火), 08:30 JST (11月23日 23:30 UTC)"),
        ("fr", "Europe/Paris", "mar. 24 nov. 2026, 00:30 CET (23 nov. 23:30 UTC)"),
        ("en", "America/New_York", "Mon 23 Nov 2026, 18:30 EST (23:30 UTC)"),
    ],
)
def test_a_time_is_spelled_in_the_readers_zone_and_language_with_utc_beside_it(language, zone, said):
    assert spell(AT, zone, language) == said


def test_a_range_names_its_day_once():
    assert spell_range(AT, AT + timedelta(minutes=20), "Asia/Tokyo", "en") == (
        "Tue 24 Nov 2026, 08:30–08:50 JST (23 Nov 23:30–23:50 UTC)"
    )
    assert spell_range(AT, AT + timedelta(hours=1), "Asia/Tokyo", "en") == (
        "Tue 24 Nov 2026, 08:30–09:30 JST (23 Nov 23:30 – 24 Nov 00:30 UTC)"
    )


def test_numbers_have_the_separators_of_the_language():
    assert [number(1204.5, x) for x in ("en", "de")] == ["1,204.5", "1.204,5"]

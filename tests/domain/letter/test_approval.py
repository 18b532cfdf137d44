"""What counts as an order, and what an approval is bound to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commsvc.domain.letter.approval import Asked, Order, Ruling, Verb, lacking, read_order, rule
from commsvc.domain.letter.letter import Audience, Letter, State, Wish, Words
from commsvc.domain.promise.promise import Subject

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
WISH = Wish("update_progress", Subject("case", 1), Audience.CUSTOMER, "ada@acme.example", "k")
LETTER = Letter(
    7, WISH, State.DRAFTED, NOW, Words("t", "text", "<p>"), "owner", 3, expires_at=NOW + timedelta(minutes=15)
)
ASKED = Asked(LETTER.digest, frozenset(["dana@kestrel.example"]))


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("APPROVE", Order(Verb.APPROVE, "")),
        ("approve.", Order(Verb.APPROVE, "")),
        ("\n\n  Approve!  \n\nSent from my phone", Order(Verb.APPROVE, "")),
        ("*APPROVE*", Order(Verb.APPROVE, "")),
        ("FACT the cause is known", Order(Verb.FACT, "the cause is known")),
        ("SEV 1: seen myself", Order(Verb.SEV, "1: seen myself")),
        ("EDIT\nDear Ada,\nwe know.", Order(Verb.EDIT, "Dear Ada,\nwe know.")),
        ("approve of this, but not now", None),
        ("I approve", None),
        ("> APPROVE", None),
        ("On Monday Dana wrote:\n> APPROVE", None),
        ("APPROVED", None),
        ("DISAPPROVE", None),
        ("FACT", None),
        ("", None),
        ("\n \n", None),
        ("ok", None),
        ("ＡＰＰＲＯＶＥ", None),
    ],
)
def test_the_first_unquoted_line_is_exactly_an_order_or_none(text, order):
    assert read_order(text) == order


def test_a_yes_that_meets_every_condition_sends():
    assert rule(LETTER, ASKED, "dana@kestrel.example", 3, NOW) is Ruling.APPROVED


@pytest.mark.parametrize(
    ("letter", "asked", "by", "revision", "later", "ruling"),
    [
        (replace(LETTER, state=State.SENT), ASKED, "dana@kestrel.example", 3, 0, Ruling.NOT_WAITING),
        (replace(LETTER, state=State.VOID), ASKED, "dana@kestrel.example", 3, 0, Ruling.NOT_WAITING),
        (LETTER, ASKED, "eve@kestrel.example", 3, 0, Ruling.NOT_YOURS),
        (LETTER, ASKED, "dana@kestrel.example", 4, 0, Ruling.CHANGED),
        (replace(LETTER, words=Words("t", "other", "<p>")), ASKED, "dana@kestrel.example", 3, 0, Ruling.CHANGED),
        (
            replace(LETTER, wish=replace(WISH, to="bob@acme.example")),
            ASKED,
            "dana@kestrel.example",
            3,
            0,
            Ruling.CHANGED,
        ),
        (LETTER, replace(ASKED, digest=""), "dana@kestrel.example", 3, 0, Ruling.CHANGED),
        (LETTER, ASKED, "dana@kestrel.example", 3, 15, Ruling.EXPIRED),
    ],
)
def test_removing_any_one_condition_refuses(letter, asked, by, revision, later, ruling):
    assert rule(letter, asked, by, revision, NOW + timedelta(minutes=later)) is ruling


A, B = frozenset(["a"]), frozenset(["b"])


@pytest.mark.parametrize(
    ("needed", "yes", "missing"),
    [
        ([A], "", 1), ([A], "a", 0), ([A, B], "a", 1), ([A, B], "b", 1), ([A, B], "ab", 0), ([A, A], "a", 1),
        ([A | B, A], "a", 1), ([A | B, A], "ab", 0), ([A, A | B], "ab", 0), ([A, B], "az", 0), ([A, B], "yz", 0), ([A, B], "z", 1),
        ([frozenset(), B], "b", 1), ([frozenset(), B], "bz", 0),
    ],
)  # fmt: skip
def test_one_person_says_one_yes(needed, yes, missing):
    assert lacking(needed, frozenset(yes)) == missing

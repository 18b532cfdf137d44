"""Every internal mail carries the account: its card, its other cases and what helped there; never a restricted one."""

from dataclasses import replace

import pytest

from tests.stories.world import ADA, DANA, DOWN, World

MATTHIAS = "m.brandt@hartmann-pt.example"
PRINTER = "The label printers are not printing since this morning, all printers are down.\n\nAda"
HEAD = "Other cases of this account"


@pytest.fixture
def twice(world: World) -> World:
    """Ada's orders stopped and a workaround was found; another customer wrote; now her labels do not print."""
    world.first_answered()
    world.answers(DANA, "FACT cause: a full disk on one queue server", "assignment")
    world.answers(DANA, "FACT workaround: load the orders by file", "assignment")
    world.receives("Seit dem Update ist der Export gestört.", MATTHIAS, "Export")
    return world


def others(world: World) -> str:
    """What the last mail about a new case says of the account's other cases, on one line."""
    case = world.store.cases.listed()[0]
    return " ".join(world.text("assignment", case.owner).partition(HEAD)[2].split())


def test_the_owner_reads_the_other_cases_and_what_helped_there(twice):
    twice.receives(PRINTER, ADA, "Labels")
    assert "ESC-1, SEV1, investigate, opened 23 Nov 2026: Orders" in others(twice)
    assert "cause: a full disk on one queue server; what helped: load the orders by file" in others(twice)


def test_no_word_of_another_customer_is_among_them(twice):
    twice.receives(PRINTER, ADA, "Labels")
    assert "Export" not in others(twice)
    assert "ESC-2" not in others(twice)


def test_a_restricted_case_is_not_named(twice):
    with twice.store.transaction():
        twice.store.cases.save(replace(twice.store.cases.get(1), restricted=True))
    twice.receives(PRINTER, ADA, "Labels")
    assert twice.store.cases.listed()[0].id == 3
    assert others(twice) == ""


def test_the_card_says_what_is_unknown(world):
    world.receives(DOWN, ADA)
    note = world.text("assignment", DANA)
    assert "Renewal: " in note
    assert "Who wrote: Adaeze Okafor" in note
    assert HEAD not in note


def test_none_of_it_reaches_the_customer(twice):
    twice.receives(PRINTER, ADA, "Labels")
    twice.answers(twice.store.cases.get(3).owner, "APPROVE", "approval_request")
    twice.forward(minutes=3)
    assert not [m for m in twice.letters(ADA) if HEAD in m.as_string() or "Who wrote" in m.as_string()]

"""Whoever gets a case reads which past ones were like it and what worked there; nobody's words reach anybody else."""

from dataclasses import replace

import pytest

from commsvc.domain.case.case import Stage
from tests.console.conftest import Browser
from tests.stories.world import ADA, DANA, DOWN, World

HEAD = "Similar past cases, and what worked"
MATTHIAS = "m.brandt@hartmann-pt.example"
AGAIN = "Again not a single web order reaches our stores. All stores are stopped."
THEIRS = "Since this morning not a single web order reaches our stores, all of them are completely stopped."


@pytest.fixture
def solved(world: World) -> World:
    """Ada's orders had stopped, a full disk was the cause, and it is over."""
    world.first_answered()
    world.answers(DANA, "FACT cause: a full disk on one queue server", "assignment")
    world.answers(DANA, "FACT workaround: load the orders by file", "assignment")
    over(world)
    return world


def over(world: World, **more: object) -> None:
    with world.store.transaction():
        world.store.cases.save(replace(world.store.cases.get(1), stage=Stage.RESOLVED, **more))


def similar(world: World) -> str:
    case = world.store.cases.listed()[0]
    text = world.text("assignment", case.owner).partition(HEAD)[2].partition("Why it was judged so")[0]
    return " ".join(text.split())


def test_another_account_s_case_is_told_by_what_worked_and_not_by_its_words(solved):
    solved.receives(THEIRS, MATTHIAS, "Bestellungen")
    said = similar(solved)
    assert "ESC-1, SEV1, Nov 2026, another account, " in said
    assert "cause: a full disk on one queue server; what helped: load the orders by file" in said
    for word in ("Nimbus", "Ada", "Orders:"):
        assert word not in said


def test_one_s_own_account_is_told_with_its_subject(solved):
    solved.receives(AGAIN, ADA, "Stores")
    assert "ESC-1, SEV1, Nov 2026, Orders; cause:" in similar(solved)


def test_what_names_an_account_is_left_out_altogether(solved):
    with solved.store.transaction():
        solved.store.cases.save(replace(solved.store.cases.get(1), stage=Stage.INVESTIGATE))
    solved.answers(DANA, "FACT workaround: what Nimbus Retail Group does by file", "assignment")
    over(solved)
    solved.receives(THEIRS, MATTHIAS, "Bestellungen")
    assert similar(solved) == ""


def test_a_restricted_case_is_never_among_them(solved):
    over(solved, restricted=True)
    solved.receives(AGAIN, ADA, "Stores")
    assert similar(solved) == ""


def test_a_case_of_which_nothing_is_known_to_have_worked_teaches_nothing(world):
    world.receives(DOWN, ADA)
    over(world)
    world.receives(AGAIN, ADA, "Stores")
    assert similar(world) == ""


def test_another_trouble_is_not_similar(solved):
    solved.receives("The label printers print nothing, the paper stays white.", MATTHIAS, "Labels")
    assert similar(solved) == ""


def test_the_page_of_the_case_shows_them(solved):
    solved.receives(AGAIN, ADA, "Stores")
    page = Browser(solved).sign_in(DANA).read("/cases/2")
    assert "Similar past cases" in page
    assert 'href="/cases/1"' in page


def test_none_of_it_reaches_the_customer(solved):
    solved.receives(THEIRS, MATTHIAS, "Bestellungen")
    case = solved.store.cases.listed()[0]
    solved.answers(case.owner, "APPROVE", "approval_request")
    solved.forward(minutes=3)
    assert solved.letters(MATTHIAS)
    assert not [m for m in solved.letters(MATTHIAS) if "full disk" in m.as_string()]

"""Finding a case among many: words, conditions, pages, the board; and never a case that is not one's to see."""

from dataclasses import replace

import pytest

from commsvc.domain.case.case import Stage
from commsvc.domain.playbook.words import Severity
from tests.console.conftest import DANA, Browser


def stored(world, **changes):
    """One more case like the first, but for these changes."""
    with world.store.transaction():
        return world.store.cases.open(replace(world.store.cases.get(1), **changes))


def found(browser, query: str) -> list[str]:
    page = browser.read(f"/cases{query}")
    return [
        f"ESC-{line.split('ESC-')[1].split('<')[0]}" for line in page.split("\n") if '<span class="ref">ESC-' in line
    ]


@pytest.fixture
def many(world):
    stored(world, subject="Invoices printed twice", severity=Severity.SEV3, stage=Stage.INVESTIGATE)
    stored(world, subject="Export 100% empty", account_id="", contact="eve@elsewhere.example", severity=Severity.SEV2)
    stored(world, subject="Old trouble", stage=Stage.RESOLVED, owner="nobody@kestrel.example")
    return world


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=invoices", ["ESC-2"]),
        ("?q=INVOICES+printed", ["ESC-2"]),
        ("?q=nimbus", ["ESC-4", "ESC-2", "ESC-1"]),
        ("?q=eve@elsewhere", ["ESC-3"]),
        ("?q=ESC-3", ["ESC-3"]),
        ("?q=3", ["ESC-3"]),
        ("?q=100%25", ["ESC-3"]),
        ("?q=_", []),
        ("?q=invoices&severity=SEV1", []),
        ("?severity=SEV2", ["ESC-3"]),
        ("?stage=resolved", ["ESC-4"]),
        ("?owner=nobody@kestrel.example", ["ESC-4"]),
        ("?account=ACC-1008&stage=investigate", ["ESC-2"]),
        ("?before=3", ["ESC-2", "ESC-1"]),
        ("?severity=SEV9&stage=nowhere&q=trouble", ["ESC-4"]),
        ("?q=%27%3B+DROP+TABLE+escalation%3B--", []),
    ],
)
def test_what_fits_is_found_newest_first(many, query, expected):
    assert found(Browser(many).sign_in(DANA), query) == expected


def test_nothing_found_says_what_to_do(many):
    page = Browser(many).sign_in(DANA).read("/cases?q=zzz")
    assert "No case fits." in page
    assert "Try fewer words" in page


def test_a_long_list_has_pages_and_every_case_stands_on_one(world):
    for n in range(120):
        stored(world, subject=f"Trouble {n}")
    browser, query, seen = Browser(world).sign_in(DANA), "?q=trouble", []
    while query:
        seen += found(browser, query)
        page = browser.read(f"/cases{query}")
        query = page.split('href="/cases?q=')[1].split('"')[0] if "Older cases" in page else ""
        query = query and "?q=" + query.replace("&amp;", "&")
    assert seen == [f"ESC-{n}" for n in range(121, 1, -1)]


def test_the_board_has_a_column_for_each_open_stage(many):
    page = Browser(many).sign_in(DANA).read("/cases/board")
    assert "3 escalations are open." in page
    assert page.index("Intake") < page.index("Acknowledged") < page.index("Investigate") < page.index("Validate")
    assert "Invoices printed twice" in page
    assert "Old trouble" not in page


@pytest.mark.parametrize("page", ["/cases?q=secret", "/cases", "/cases?severity=SEV1", "/cases/board", "/"])
def test_a_restricted_case_is_found_by_those_who_guard_it_alone(world, page):
    stored(world, subject="secret matter", restricted=True, owner="jon@kestrel.example", backup="")
    for person in world.directory.people:
        allowed = person.address == "jon@kestrel.example" or {"security_lead", "privacy_officer"} & set(person.roles)
        shown = "secret matter" in Browser(world).sign_in(person.address).read(page)
        assert not shown or allowed, person.name
        if page == "/cases?q=secret":
            assert shown is bool(allowed), person.name

"""Rules that are broken are refused with every problem, each with its file, line and what was expected."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from commsvc.adapters.rulebook import Rulebook, build, read_files
from commsvc.errors import Misconfigured

SHIPPED = Path(__file__).parents[3] / "rules"

# two faults for the tests below; every fault there is has a folder in tests/policy/broken
UNKNOWN_FACT = ("severity.toml", 'all = ["safety"] }', 'all = ["saftey"] }')
UNKNOWN_ROLES = (
    ("chains.toml", '"director_support"', '"director_suport"'),
    ("approvals.toml", '"owner|account_manager"', '"owner|acount_manager"'),
)


@pytest.fixture
def rules(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "rules")
    return tmp_path / "rules"


def letters():
    return [p.name for p in (SHIPPED.parent / "templates/email").iterdir() if p.is_dir()]


def break_it(rules, file, old, new):
    text = (rules / file).read_text()
    assert old in text
    (rules / file).write_text(text.replace(old, new, 1))


def test_a_fault_in_a_step_is_shown_at_that_step(rules):
    break_it(rules, "chains.toml", 'at = "+15m"', 'at = "15"')
    with pytest.raises(Misconfigured) as refused:
        build(read_files(rules), letters())
    (problem,) = refused.value.problems
    assert 'at = "15"' in (rules / "chains.toml").read_text().splitlines()[problem.line - 1]


def test_a_rule_that_should_have_been_reviewed_is_named_with_who_answers_for_it(rules):
    break_it(
        rules, "severity.toml", 'id = "H9_minor"', 'id = "H9_minor"\nreview_by = 2026-01-31\nowner = "support_manager"'
    )
    playbook = build(read_files(rules), letters())
    (stale,) = playbook.stale(date(2026, 11, 25))
    assert (stale[0], stale[1].id, stale[2], stale[3]) == (
        "severity.toml",
        "H9_minor",
        date(2026, 1, 31),
        "support_manager",
    )
    assert not list(playbook.stale(date(2026, 1, 31)))


def test_every_problem_is_listed_at_once(rules):
    for fault in (UNKNOWN_FACT, *UNKNOWN_ROLES):
        break_it(rules, *fault)
    with pytest.raises(Misconfigured) as refused:
        build(read_files(rules), letters())
    assert {p.file for p in refused.value.problems} == {
        "rules/severity.toml",
        "rules/chains.toml",
        "rules/approvals.toml",
    }


def test_the_line_is_the_line(rules):
    break_it(rules, "severity.toml", 'cap = "SEV3"', 'cap = "SEV9"')
    with pytest.raises(Misconfigured) as refused:
        build(read_files(rules), letters())
    problem = refused.value.problems[0]
    lines = (rules / "severity.toml").read_text().splitlines()
    nearby = lines[problem.line - 1 : problem.line + 6]
    assert any("SEV9" in line for line in nearby), (problem, nearby)


def test_a_bad_reload_keeps_the_last_good_rules(rules):
    rulebook = Rulebook(rules, letters())
    before = rulebook.current().digest
    break_it(rules, *UNKNOWN_FACT)
    with pytest.raises(Misconfigured):
        rulebook.reload()
    assert rulebook.current().digest == before


def test_a_good_reload_takes_force_and_cases_keep_their_version(rules):
    rulebook = Rulebook(rules, letters())
    before = rulebook.current().digest
    break_it(rules, "timelines.toml", 'receipt = "2m/24x7"', 'receipt = "1m/24x7"')
    assert rulebook.reload()
    assert rulebook.current().digest != before
    assert str(rulebook.version(before).timelines.receipt) == "2m/24x7"
    assert not rulebook.reload()

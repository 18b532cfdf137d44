"""Rules that are broken are refused with every problem, each with its file, line and what was expected."""

import shutil
from pathlib import Path

import pytest

from commsvc.adapters.rulebook import Rulebook, build, read_files
from commsvc.errors import Misconfigured

SHIPPED = Path(__file__).parents[3] / "rules"

# name of the fault: (file, what stands there, what is written instead, what the refusal must say)
FAULTS = {
    "not_toml": ("severity.toml", "[[rule]]", "[[rule", "not TOML"),
    "unknown_key": ("severity.toml", 'id = "H1_safety"', 'id = "H1_safety"\ncolour = "red"', "Extra inputs"),
    "unknown_fact": ("severity.toml", 'all = ["safety"] }', 'all = ["saftey"] }', "'saftey'"),
    "no_such_severity": ("severity.toml", 'severity = "SEV1"', 'severity = "SEV0"', "SEV0"),
    "never_holds": ("severity.toml", 'all = ["safety"] }', 'all = ["safety"], none = ["safety"] }', "can never hold"),
    "floor_and_cap": ("severity.toml", 'cap = "SEV3"', 'cap = "SEV3"\nseverity = "SEV4"', "exactly one of"),
    "id_twice": ("severity.toml", 'id = "H9_minor"', 'id = "H1_safety"', "used twice"),
    "no_reason": ("severity.toml", 'reason = "a known future loss on a date, and no effect yet"', "", "reason"),
    "clock_unknown": ("timelines.toml", '"15m/24x7"', '"15m/24x9"', "expected a time such as"),
    "time_without_unit": ("timelines.toml", 'receipt = "2m/24x7"', 'receipt = "2"', "expected a time such as"),
    "business_day_on_24x7": ("timelines.toml", '"1bd"', '"1bd/24x7"', "business days"),
    "segment_missing": ("timelines.toml", ', standard = "60m/24x7" }', " }", "segment standard"),
    "segment_unknown": ("timelines.toml", "strategic =", "strategical =", "strategic"),
    "role_unknown": ("chains.toml", '"director_support"', '"director_suport"', "director_suport"),
    "step_without_time": ("chains.toml", 'at = "+5m"', 'at = "5"', "String should match"),
    "steps_out_of_order": ("chains.toml", 'at = "50%"', 'at = "95%"', "not in order"),
    "chain_tells_nobody": ("chains.toml", '  { at = "50%", to = ["deputy"] },\n  { at = "100%", to = ["escalation_manager"],', '  { at = "100%",', "tells nobody"),
    "chain_missing": ("chains.toml", 'applies_to = "next_update"', 'applies_to = "call"', "nobody would be warned"),
    "approver_unknown": ("approvals.toml", '"owner|account_manager"', '"owner|acount_manager"', "acount_manager"),
    "letter_without_template": ("approvals.toml", "queue_receipt =", "queue_recipt =", "no template"),
    "severity_without_approver": ("approvals.toml", ', SEV4 = "auto" }', " }", "nobody is named for SEV4"),
    "fallback_unknown": ("ownership.toml", 'falls_back_to = "support_engineer"', 'falls_back_to = "nobody"', "which is no role"),
    "receipt_unknown": ("escalation.toml", 'receipt = "security_receipt"', 'receipt = "secret_receipt"', "secret_receipt"),
    "hold_unknown": ("escalation.toml", 'holds = ["sentiment"]', 'holds = ["mood"]', "mood"),
    "number_is_text": ("guardrails.toml", "undo_hold_seconds = 120", 'undo_hold_seconds = "long"', "integer"),
    "hour_unknown": ("briefings.toml", "daily_at = 07:30:00", 'daily_at = "half past"', "time"),
}  # fmt: skip


@pytest.fixture
def rules(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "rules")
    return tmp_path / "rules"


def letters():
    return [p.name for p in (SHIPPED.parent / "templates/email").iterdir() if p.is_dir()]


def break_it(rules, file, old, new):
    text = (rules / file).read_text()
    assert old in text
    (rules / file).write_text(
        text.replace(old, new) if old in ('"1bd"', "strategic =", ', SEV4 = "auto" }') else text.replace(old, new, 1)
    )


@pytest.mark.parametrize("name", FAULTS)
def test_a_broken_rule_is_refused_with_its_place(rules, name):
    file, old, new, said = FAULTS[name]
    break_it(rules, file, old, new)
    with pytest.raises(Misconfigured) as refused:
        build(read_files(rules), letters())
    mine = [p for p in refused.value.problems if said in p.what]
    assert mine, [str(p) for p in refused.value.problems]
    assert mine[0].file.endswith(file)
    assert mine[0].line > 0


def test_every_problem_is_listed_at_once(rules):
    for name in ("unknown_fact", "role_unknown", "approver_unknown"):
        break_it(rules, *FAULTS[name][:3])
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
    break_it(rules, *FAULTS["unknown_fact"][:3])
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

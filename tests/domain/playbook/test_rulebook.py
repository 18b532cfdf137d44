"""Rules that are broken are refused with every problem, each with its file, line and what was expected."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from commsvc.adapters.rulebook import Rulebook, build, read_files
from commsvc.errors import Misconfigured

SHIPPED = Path(__file__).parents[3] / "rules"

# name of the fault: (file, what stands there, what is written instead, what the refusal must say)
FAULTS = {
    "not_toml": ("severity.toml", "[[rule]]", "[[rule", "not TOML"),
    "unknown_key": ("severity.toml", 'id = "H1_safety"', 'id = "H1_safety"\ncolour = "red"', "colour: unknown key; known are"),
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
    "step_without_time": ("chains.toml", 'at = "+5m"', 'at = "5"', "expected a share of the clock such as 75%"),
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
    "key_misspelt": ("severity.toml", "default_when_no_rule", "default_when_no_rules", "did you mean 'default_when_no_rule'?"),
    "key_of_a_rule_misspelt": ("escalation.toml", 'reason = "people may be hurt"', 'raeson = "people may be hurt"', "did you mean 'reason'?"),
    "floor_outdone": ("severity.toml", 'id = "H11_impending_outage"', 'id = "H11a"\nreason = "r"\nwhen = { all = ["safety", "minor"] }\nseverity = "SEV2"\n\n[[rule]]\nid = "H11_impending_outage"', "H11a never decides: whenever it asks for SEV2, H1_safety asks for SEV1"),
    "floor_against_cap": ("severity.toml", 'none = ["safety", "security_exposure", "privacy_exposure"] }\ncap', 'none = [] }\nseverity = "SEV1"\n\n[[rule]]\nid = "H12"\nreason = "r"\nwhen = { all = ["non_production"] }\ncap', "contradicts H12"),
    "never_reached": ("escalation.toml", 'id = "N8_calendar_reply"', 'id = "N9"\nreason = "r"\nwhen = { all = ["mail_is_bounce", "thanks"] }\nroute = "append_log_only"\n\n[[not_escalation]]\nid = "N8_calendar_reply"', "N9 is never reached: whenever it holds, N4_bounce_hard above it has decided"),
    "swallows_every_mail": ("escalation.toml", 'when = { any = ["how_to", "question", "marketing"], none = ["unread_language", "function_down", "degraded", "partial", "impending", "security_exposure", "privacy_exposure", "data_loss", "data_mixup", "safety", "suspension", "response_failure", "broken_promise", "churn_threat", "legal_mention", "very_angry", "our_wrong_action", "measure_failed"] }', "when = {}", "no mail would be an escalation"),
    "segments_overlap": ("timelines.toml", 'SEV2 = { strategic = "1h/24x7"', 'SEV2 = { partner = "1h/24x7", strategic = "1h/24x7"', "partner overlaps enterprise"),
    "better_contract_later": ("timelines.toml", 'strategic = "15m/24x7"', 'strategic = "45m/24x7"', "strategic (45m/24x7) is answered later than enterprise (30m/24x7)"),
    "worse_problem_later": ("timelines.toml", 'standard = "60m/24x7" }', 'standard = "9h/bh" }', "SEV1 (9h/bh) is answered later than SEV2 (4h/bh)"),
    "limit_without_calendar": ("timelines.toml", '"15m/24x7"', '"15m"', "a time limit names its clock"),
    "approval_without_calendar": ("chains.toml", 'SEV3 = "4h/bh"', 'SEV3 = "4h"', "write 4h/24x7, 4h/24x5 or 4h/bh"),
    "chain_ends_in_a_mailbox": ("chains.toml", 'to = ["director_support"], via = "call"', 'to = ["support@kestrel.example"], via = "call"', "ends in the mailbox 'support@kestrel.example'"),
    "chain_ends_with_nobody": ("chains.toml", '{ at = "100%", to = ["escalation_manager"], via = "page+mail", action = "holding_statement" }', '{ at = "100%", action = "holding_statement" }', "ends with nobody"),
    "role_without_deputy": ("ownership.toml", 'reason = "leads sensitive conversations"\nfalls_back_to = "support_manager"', 'reason = "leads sensitive conversations"', "role counselor has no deputy"),
    "fall_backs_in_a_circle": ("ownership.toml", 'reason = "people, capacity, lowering severity, missed commitments"', 'reason = "people"\nfalls_back_to = "escalation_owner"', "in a circle: support_manager → escalation_owner → support_manager"),
    "needed_role_missing": ("ownership.toml", 'id = "account_manager"', 'id = "account_executive"', "the role account_manager is missing"),
    "owner_of_a_rule_unknown": ("severity.toml", 'id = "H1_safety"', 'id = "H1_safety"\nowner = "safety_board"', "'safety_board' is neither a role"),
    "next_actor_unknown": ("escalation.toml", 'next = { role = "scheduler"', 'next = { role = "sheduler"', "'sheduler' is neither a role"),
    "nobody_may_raise": ("severity.toml", 'raising_needs = "escalation_owner"', 'raising_needs = "anybody"', "'anybody' is neither a role"),
    "owner_of_a_file_missing": ("calls.toml", 'owner = "playbook_owner"', "", "owner: this key is missing"),
    "review_date_is_no_date": ("calls.toml", "review_by = 2027-03-31", 'review_by = "next spring"', "valid date"),
    "version_is_no_version": ("calls.toml", 'version = "1.0.0"', 'version = "one"', "expected a version such as 1.4.0"),
    "auto_and_a_person": ("approvals.toml", 'acknowledge = { SEV1 = "auto"', 'acknowledge = { SEV1 = "auto|owner"', "auto stands alone"),
    "fixed_receipt_unknown": ("guardrails.toml", 'fixed_receipts = ["security_receipt",', 'fixed_receipts = ["safety_receipt",', "'safety_receipt' is not in approvals.toml"),
    "queue_without_name": ("escalation.toml", 'queue = "product_feedback"', "", "names its queue"),
    "language_not_spoken": ("phrases.toml", 'languages = ["en", "de", "fr", "es", "ja"]', 'languages = ["en", "de", "fr", "es"]', "has words in 'ja', which is not in languages"),
    "language_that_cannot_deny": ("phrases.toml", "ja = []\n", "", "no words that deny are named for the language 'ja'"),
    "nobody_has_capacity": ("ownership.toml", "capacity = 12", "capacity = 0", "greater than or equal to 1"),
    "briefing_ends_before_it_begins": ("briefings.toml", "not_after = 12:00:00", "not_after = 07:00:00", "no briefing could go"),
    "call_hours_backwards": ("calls.toml", "hours_to = 18:00:00", "hours_to = 07:00:00", "no call could be booked"),
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


def test_each_of_forty_faults_has_a_sentence_of_its_own():
    assert len(FAULTS) >= 40
    assert len({said for *_, said in FAULTS.values()}) >= len(FAULTS) - 1, "only the two shapes of a time share one"


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

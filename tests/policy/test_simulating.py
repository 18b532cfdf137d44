"""A changed rule is tried on 200 recorded cases: exactly the known differences, and nothing is written."""

import shutil
import sqlite3
from collections import Counter
from datetime import timedelta

import pytest

from commsvc.adapters.memory import DirectReader
from commsvc.adapters.rulebook import build
from commsvc.domain.learning.comparison import report
from commsvc.trying.replay import simulate
from tests.policy.history import DOWN, KINDS, SLOW, SOON, history
from tests.policy.test_reading_versions import commsvc, site

__all__ = ["site"]
SOON_WORSE = (
    "severity.toml",
    'when = { all = ["impending"] }\nseverity = "SEV3"',
    'when = { all = ["impending"] }\nseverity = "SEV2"',
)
SOONER = ("timelines.toml", 'SEV2 = { strategic = "1h/24x7"', 'SEV2 = { strategic = "45m/24x7"')
NO_CASE = (
    "escalation.toml",
    'id = "N3_thanks_no_request"',
    'id = "N9"\nreason = "r"\nwhen = { all = ["degraded"], none = ["function_down"] }\nroute = "append_log_only"\n\n[[not_escalation]]\nid = "N3_thanks_no_request"',
)
BY_RULE = (
    "approvals.toml",
    'first_answer = { SEV1 = "owner", SEV2 = "owner"',
    'first_answer = { SEV1 = "owner", SEV2 = "auto"',
)


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    return history(tmp_path_factory.mktemp("past"))


def tried(past, *edits):
    files = dict(past.rulebook.files)
    for file, old, new in edits:
        assert old in files[file]
        files[file] = files[file].replace(old, new, 1)
    playbook = build(files, past.app.desk.stationery.letters())
    return simulate(past.app.desk, DirectReader(), playbook, past.now - timedelta(days=90), past.now, None)


def of(found, text):
    """The mails of one kind in a comparison."""
    return [p for n, p in enumerate(found.pairs) if KINDS[n % len(KINDS)] == text]


def test_the_rules_in_force_change_nothing(past):
    found = tried(past)
    assert len(found.pairs) == 200
    assert not [p for p in found.pairs if p.changed]
    assert Counter(p.old.severity.value for p in found.pairs) == {"SEV2": 40, "SEV3": 160}
    assert [p.old.ref for p in found.pairs][:3] == ["ESC-1", "ESC-2", "ESC-3"]


def test_a_changed_threshold_moves_exactly_the_cases_it_speaks_of(past):
    found = tried(past, SOON_WORSE)
    assert found.severities == {"SEV3 → SEV2": 40}
    assert [p for p in found.pairs if p.changed] == of(found, SOON)
    assert found.breaches == {"next_update": 40}, "an update is owed every two hours, and none came for 3:50"
    assert found.letters == {"ask_facts": 40, "draft_update": 40, "holding_statement": 40, "missed_commitment": 40}
    assert not found.owners
    assert found.nights[1] > found.nights[0] > 0, "the owner is paged where it is night for them"
    assert len(found.examples) == 10
    said = report(found)
    assert said[0] == "200 mails replayed, 40 would end otherwise."
    assert "Late promises: +40 next update" in said
    assert len([line for line in said if line.startswith("  ESC-")]) == 10
    assert str(found.examples[0]).startswith("ESC-8 Nimbus Retail Group “Trouble 7”: SEV3 → SEV2; late +next update")


def test_a_shorter_time_shows_whose_answers_would_have_been_late(past):
    found = tried(past, SOONER)
    assert found.breaches == {"first_human": 40}, "they were answered after 50 minutes"
    assert [p for p in found.pairs if p.changed] == of(found, DOWN)
    assert not found.severities


def test_a_rule_that_files_mail_away_shows_the_cases_that_would_not_have_been(past):
    found = tried(past, NO_CASE)
    assert found.severities == {"SEV3 → no escalation": 120}
    assert {p.new.category for p in of(found, SLOW)} == {"N9"}, "the record names the rule that filed it away"
    assert found.letters["acknowledge (by rule)"] == -120


def test_who_approves_is_a_change_of_letters(past):
    found = tried(past, BY_RULE)
    assert found.nights[0] == found.nights[1]
    assert found.letters == {"first_answer (by rule)": 40, "first_answer (approved by owner)": -40}


def test_two_versions_of_which_neither_is_in_force_are_compared(tmp_path):
    small = history(tmp_path, cases=5)
    files = dict(small.rulebook.files)
    old = build({**files, NO_CASE[0]: files[NO_CASE[0]].replace(*NO_CASE[1:], 1)}, small.app.desk.stationery.letters())
    found = simulate(
        small.app.desk, DirectReader(), small.rulebook.current(), small.now - timedelta(days=90), small.now, None, old
    )
    assert found.severities == {"no escalation → SEV3": 3}


def test_a_replay_writes_nothing(past):
    before = list(past.store.db.connection().iterdump())
    tried(past, SOON_WORSE, SOONER)
    assert list(past.store.db.connection().iterdump()) == before


def test_the_command_reads_the_record_and_reports(past, site, tmp_path):
    with sqlite3.connect(site / "commsvc.db") as copy:
        past.store.db.connection().backup(copy)
    shutil.copytree(site / "rules", tmp_path / "next")
    file, old, new = SOON_WORSE
    (tmp_path / "next" / file).write_text((site / "rules" / file).read_text().replace(old, new, 1))
    said = commsvc("rules", "simulate", tmp_path / "next", "--against", "9999d", "--dir", site)
    assert "200 mails replayed, 40 would end otherwise." in said
    assert "Severity: SEV3 → SEV2: 40" in said

"""Whom campaigns leave in peace: while it is severe or the relationship at risk, and two weeks after."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commsvc.domain.case.campaigns import held
from commsvc.domain.case.case import Stage
from commsvc.domain.playbook.words import Severity
from tests.contract.given import CASE
from tests.domain.case.test_planning import PLAYBOOK

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RULE = PLAYBOOK.guardrails.marketing
SEVERE = replace(CASE, id=7, severity=Severity.SEV2, risk="low", restricted=False, stage=Stage.INVESTIGATE)
CALM = replace(SEVERE, id=8, severity=Severity.SEV3)


@pytest.mark.parametrize(("case", "holds"), [
    (SEVERE, True), (replace(SEVERE, severity=Severity.SEV1), True), (CALM, False), (replace(CALM, risk="medium"), False),
    (replace(CALM, risk="high"), True), (replace(CALM, risk="critical"), True),
])  # fmt: skip
def test_an_open_case_holds_by_its_severity_or_its_risk(case, holds):
    found = held([(case, None)], RULE, NOW)
    assert (found is not None) is holds
    assert found is None or (found.until is None and "ESC-" in found.why)


def test_a_resolved_one_holds_for_its_time_and_not_a_moment_longer():
    gone = replace(SEVERE, stage=Stage.RESOLVED)
    at = NOW - timedelta(days=14)
    assert held([(gone, at)], RULE, NOW) is None
    found = held([(gone, at + timedelta(seconds=1))], RULE, NOW)
    assert found is not None
    assert found.until == NOW + timedelta(seconds=1)


def test_the_longest_hold_counts_and_an_open_case_is_the_longest():
    gone = replace(SEVERE, id=9, stage=Stage.RESOLVED)
    found = held([(gone, NOW), (SEVERE, None)], RULE, NOW)
    assert found is not None
    assert found.why == "ESC-7 is open"


def test_a_restricted_case_holds_and_is_not_named():
    found = held([(replace(SEVERE, restricted=True), None)], RULE, NOW)
    assert found is not None
    assert "ESC" not in found.why

"""The scorer can fail: each planted fault is found in its own field."""

import pytest

from tests.acceptance.score import compare, swapped
from tests.acceptance.triage import total

EXPECTED = {
    "is_escalation": True, "category": "service_impact", "disposition": "create_case", "severity": "SEV2",
    "account": {"id": "ACC-1"}, "language": "de", "holds": ["legal", "sentiment"],
    "auto_reply": {"allowed": True, "template": "acknowledge"}, "product_area": "api", "secondary_areas": ["mobile"],
    "sentiment": {"label": "tense", "score": -0.5, "tolerance": 0.3}, "relationship_risk": "medium",
    "missing_info": ["start"],
    "next_best_action": {"owner_role": "escalation_owner", "due_after_receipt": "PT2H"},
}  # fmt: skip
SIDECAR = {"id": "07", "file": "07.eml", "expected": EXPECTED, "acceptable": {"severity": ["SEV1"]}}
RIGHT = {**EXPECTED, "file": "07.eml"}


def missed(**changed):
    return [c.field for c in compare(SIDECAR, {**RIGHT, **changed}) if not c.right]


def test_the_wanted_answer_misses_nothing():
    assert missed() == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"is_escalation": False}, "is_escalation"),
        ({"severity": "SEV3"}, "severity"),
        ({"account": {"id": None}}, "account.id"),
        ({"holds": ["legal"]}, "holds"),
        ({"auto_reply": {"allowed": False}}, "auto_reply.allowed"),
        ({"product_area": "billing"}, "product_area"),
        ({"sentiment": {"score": 0.0}}, "sentiment"),
        ({"relationship_risk": "critical"}, "relationship_risk"),
        ({"missing_info": []}, "missing_info"),
        ({"next_best_action": {"owner_role": "counselor", "due_after_receipt": "PT1H"}}, "next_best_action"),
        ({"next_best_action": {"owner_role": "escalation_owner", "due_after_receipt": "P1D"}}, "next_best_action"),
    ],
)
def test_a_planted_fault_is_missed_in_its_field(changed, field):
    assert missed(**changed) == [field]


def test_what_is_acceptable_or_near_is_right():
    near = {"severity": "SEV1", "product_area": "mobile", "relationship_risk": "high", "holds": ["sentiment", "legal"]}
    assert missed(**near) == []


def test_a_mail_that_was_not_printed_is_wholly_wrong():
    assert not any(c.right for c in compare(SIDECAR, None))
    assert not total(compare(SIDECAR, None))["passed"]


def test_of_a_mail_and_its_duplicate_the_first_creates():
    join = {**EXPECTED, "category": "duplicate", "disposition": "merge_into", "merge_target": "mail 07 case"}
    second = {**SIDECAR, "id": "08", "file": "08.eml", "expected": join}
    both = {"07.eml": SIDECAR, "08.eml": second}
    assert swapped(both, ["07.eml", "08.eml"]) == both
    turned = swapped(both, ["08.eml", "07.eml"])
    assert turned["08.eml"]["expected"]["disposition"] == "create_case"
    assert turned["07.eml"]["expected"]["disposition"] == "merge_into"

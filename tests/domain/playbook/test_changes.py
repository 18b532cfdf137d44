"""Two playbooks differ in sentences, and in none when they say the same."""

import pytest

from commsvc.adapters.rulebook import build, read_files
from commsvc.domain.playbook.changes import changes, least_version
from tests.domain.playbook.test_rulebook import SHIPPED, letters

FILES = read_files(SHIPPED)
OLD = build(FILES, letters())

# what is edited: (file, what stands there, what is written instead, the sentence, the least version of it)
EDITS = {
    "time": ("timelines.toml", 'SEV2 = { strategic = "1h/24x7"', 'SEV2 = { strategic = "30m/24x7"',
             "SEV2 first answer for strategic: 1 hour → 30 minutes", "1.1.0"),
    "approver": ("approvals.toml", 'first_answer = { SEV1 = "owner"', 'first_answer = { SEV1 = "auto"',
                 "SEV1 first answer, approved by: owner → the rule itself, nobody is asked", "2.0.0"),
    "condition": ("severity.toml", 'when = { all = ["impending"] }', 'when = { all = ["impending"], none = ["workaround"] }',
                  "severity rule H11_impending_outage when: all of impending → all of impending; none of workaround", "1.1.0"),
    "level": ("severity.toml", 'id = "H11_impending_outage"\nreason = "a known future loss on a date, and no effect yet"\nwhen = { all = ["impending"] }\nseverity = "SEV3"',
              'id = "H11_impending_outage"\nreason = "a known future loss on a date, and no effect yet"\nwhen = { all = ["impending"] }\nseverity = "SEV2"',
              "severity rule H11_impending_outage severity: SEV3 → SEV2", "1.1.0"),
    "chain": ("chains.toml", '{ at = "50%", to = ["deputy"] }', '{ at = "40%", to = ["deputy"] }', "chains chain approval steps: 50% deputy", "1.1.0"),
    "limit": ("chains.toml", 'SEV3 = "4h/bh"', 'SEV3 = "2h/bh"', "chains approval limit SEV3: 4 business hours → 2 business hours", "1.1.0"),
    "caps": ("guardrails.toml", "undo_hold_seconds = 120", "undo_hold_seconds = 60", "guardrails undo hold seconds: 120 → 60", "2.0.0"),
    "words": ("phrases.toml", '"slowly", ', "", "phrases fact degraded words en: 1 removed (slowly)", "1.1.0"),
    "review": ("calls.toml", "review_by = 2027-03-31", "review_by = 2028-03-31", "calls review by: 2027-03-31 → 2028-03-31", "1.0.1"),
}  # fmt: skip


def edited(file, old, new):
    return build({**FILES, file: FILES[file].replace(old, new, 1)}, letters())


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_one_sentence_and_asks_for_its_version(name):
    file, old, new, said, version = EDITS[name]
    (change,) = changes(OLD, edited(file, old, new))
    assert change.said.startswith(said)
    assert least_version(OLD, [change]) == version


def test_the_same_rules_in_other_words_of_toml_are_no_change():
    same = edited("severity.toml", "# How bad", "# How very bad")
    assert same.digest != OLD.digest
    assert changes(OLD, same) == []
    assert least_version(OLD, []) == OLD.version


def test_a_new_rule_is_said_to_be_new_with_all_it_says():
    text = '\n[[rule]]\nid = "H13"\nreason = "r"\nwhen = { all = ["minor", "non_production"] }\nseverity = "SEV4"\n'
    said = [
        c.said for c in changes(OLD, edited("severity.toml", FILES["severity.toml"], FILES["severity.toml"] + text))
    ]
    assert said[0] == "severity rule: 1 added (H13)"
    assert "severity rule H13 severity: none → SEV4" in said


def test_every_value_is_compared():
    """What a change touches is found whatever file it is in: each line with a number or a text is changed once."""
    seen = 0
    for file, old, new in [("briefings.toml", "07:30:00", "07:45:00"), ("calls.toml", '"30m"', '"45m"'),
                           ("ownership.toml", "skill_points = 40", "skill_points = 41"),
                           ("ownership.toml", 'reason = "answers for these rules"\nfalls_back_to = "support_manager"',
                            'reason = "answers for these rules"\nfalls_back_to = "director_support"'),
                           ("escalation.toml", "overlap = 1", "overlap = 2"),
                           ("escalation.toml", 'receipt = "security_receipt"', 'receipt = ""')]:  # fmt: skip
        seen += len(changes(OLD, edited(file, old, new)))
    assert seen == 6

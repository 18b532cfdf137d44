"""Other projects' test mails, where their folder lies beside ours: the score may only rise.

They are never copied into this repository. Where the folder is missing, one line says so.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from commsvc.domain.mail.contract import as_contract
from commsvc.domain.mail.parse import parse

from .score import GROUPS, judge

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "mail" / "corpus"

# Fields passed, per group. What is missing to the full count is explained in
# docs/decisions/0010-reading-mail.md; raise a floor whenever the score rises.
FLOORS = {
    "headers": 439,
    "text": 57,
    "attachments": 35,
    "reply_text": 165,
    "signature": 14,
    "auto_submitted": 23,
    "calendar": 112,
}


def cases() -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    for case in json.loads((CORPUS / "cases.json").read_text("utf-8")):
        yield case["file"], (CORPUS / case["file"]).read_bytes(), case["expect"]


def test_the_corpora_are_read_at_least_as_well_as_before() -> None:
    if not CORPUS.is_dir():
        print(f"the training corpora are not here ({CORPUS}); nothing to score")  # noqa: T201 - the one line that says so
        return
    group_of = {key: group for group, keys in GROUPS.items() for key in keys}
    passed: Counter[str] = Counter()
    missed: list[str] = []
    for name, raw, expect in cases():
        got = json.loads(json.dumps(as_contract(parse(raw))))
        for key, right in judge(expect, got):
            passed[group_of[key]] += right
            missed += [] if right else [f"{name} {key}"]
    low = {g: (passed[g], floor) for g, floor in FLOORS.items() if passed[g] < floor}
    assert not low, f"below the floor (got, floor): {low}; missed: {missed}"

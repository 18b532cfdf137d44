"""Our own mails, one for each kind of miss: every expectation holds."""

import json
from pathlib import Path
from typing import Any

import pytest

from commsvc.domain.mail.contract import as_contract
from commsvc.domain.mail.parse import parse

from .score import judge

OURS = Path(__file__).resolve().parents[1] / "mail"
CASES: list[dict[str, Any]] = json.loads((OURS / "cases.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_kind_of_miss(case: dict[str, Any]) -> None:
    got = as_contract(parse((OURS / case["file"]).read_bytes()))
    missed = [key for key, right in judge(case["expect"], got) if not right]
    assert not missed, got

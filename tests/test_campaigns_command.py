"""`commsvc campaigns`, as whoever sends them asks."""

import csv
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from commsvc.installation import open_installation
from commsvc.shipped import write_installation
from tests.contract.given import CASE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_installation(tmp_path / "i")
    return tmp_path / "i"


def said(folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "commsvc", "campaigns", "--dir", str(folder), *words]
    return subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"COLUMNS": "200"}, check=True
    ).stdout


def test_an_account_in_trouble_is_left_in_peace_with_each_of_its_people(folder):
    assert "No account is held." in said(folder)
    installation = open_installation(folder)
    account, store = installation.directory.accounts[0], installation.store()
    with store.transaction():
        case = store.cases.open(replace(CASE, account_id=account.id, restricted=False))
    store.close()
    assert f"{account.name} ({account.id}): until further notice: {case.ref} is open" in said(folder)
    assert json.loads(said(folder, "--json")) == [{"account": account.id, "until": "", "why": f"{case.ref} is open"}]
    rows = list(csv.DictReader(said(folder, "--csv").splitlines()))
    assert [r["address"] for r in rows] == [c.address for c in account.contacts]

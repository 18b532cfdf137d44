"""`commsvc import accounts FILE`, as an operator runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from commsvc.errors import Misconfigured
from commsvc.installation import open_installation
from commsvc.shipped import write_installation

HEAD = "id,name,segment,zone,country,language,domains,account_manager,uses,contact_name,contact_address,contact_role\n"
ACME = "C-1,Acme Ltd,enterprise,Europe/London,GB,en,acme.example;acme.test,amir@example.com,12 sites,Ann Lee,ann@acme.example,COO\n"
MORE = "C-1,,,,,,,,,Bo Ray,bo@acme.example,IT\n"


def row(n: int) -> str:
    return f"C-{n},Company {n},growth,Europe/Berlin,DE,de,c{n}.example,amir@example.com,,Kim {n},kim@c{n}.example,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_installation(tmp_path / "i")
    return tmp_path / "i"


def imports(folder: Path, text: str, *words: str, name: str = "crm.csv") -> subprocess.CompletedProcess[str]:
    (folder / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "commsvc", "import", "accounts", str(folder / name), "--dir", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | {"COLUMNS": "200"}, check=False)


def test_a_preview_says_what_would_change_and_changes_nothing(folder):
    done = imports(folder, HEAD + ACME + MORE)
    assert done.returncode == 0, done.stderr
    assert "1 new: C-1" in done.stdout
    assert "Nothing was changed" in done.stdout
    assert open_installation(folder).directory.account("C-1") is None


def test_rows_of_one_account_are_its_contacts(folder):
    assert imports(folder, HEAD + ACME + MORE, "--yes").returncode == 0
    account = open_installation(folder).directory.account("C-1")
    assert [c.address for c in account.contacts] == ["ann@acme.example", "bo@acme.example"]
    assert (account.domains, account.uses) == (("acme.example", "acme.test"), "12 sites")


def test_every_bad_row_is_named_and_nothing_is_taken(folder):
    bad = (
        row(2).replace("growth", "huge")
        + row(3).replace("Europe/Berlin", "Mars/North")
        + row(4).replace("amir", "nobody")
        + ",no id,,,,,,,,,,\n"
    )
    done = imports(folder, HEAD + ACME + bad, "--yes")
    assert done.returncode == 1
    for said in (
        "crm.csv:3: segment",
        "crm.csv:4: zone",
        "nobody@example.com is no person of ours",
        "crm.csv:6: has no id",
    ):
        assert said in done.stderr
    assert not (folder / "accounts.json").exists()


def test_what_is_missing_becomes_inactive_and_is_guarded_on(folder):
    imports(folder, HEAD + "".join(map(row, range(2, 12))), "--yes")
    done = imports(folder, HEAD + "".join(map(row, range(2, 11))), "--yes")
    assert "1 no longer active: C-11" in done.stdout
    directory = open_installation(folder).directory
    assert [a.id for a in directory.accounts if not a.active] == ["C-11"]
    assert [a.id for _, _, a in directory.names.found("as at Company 11")] == ["C-11"]


def test_a_file_that_was_cut_is_refused(folder):
    imports(folder, HEAD + "".join(map(row, range(2, 12))), "--yes")
    before = (folder / "accounts.json").read_text()
    done = imports(folder, HEAD + row(2), "--yes")
    assert done.returncode == 1
    assert "9 of 10 accounts are not in crm.csv" in done.stderr
    assert (folder / "accounts.json").read_text() == before
    assert imports(folder, HEAD + row(2), "--yes", "--shrink").returncode == 0


def test_what_is_kept_by_hand_stays(folder):
    done = imports(folder, HEAD + ACME.replace("C-1", "ACC-1"), "--yes")
    assert "1 stay as directory.toml has them: ACC-1" in done.stdout
    assert open_installation(folder).directory.account("ACC-1").name == "First Customer Ltd"


def test_toml_as_in_the_directory(folder):
    text = '[[account]]\nid = "C-9"\nname = "Nine"\nsegment = "growth"\nzone = "UTC"\ndomains = ["nine.example"]\naccount_manager = "amir@example.com"\ncontact = []\n'
    assert imports(folder, text, "--yes", name="crm.toml").returncode == 0
    assert open_installation(folder).directory.account("C-9").name == "Nine"


@pytest.mark.parametrize("text", ["", "id,shoe size\nC-1,42\n", "name\nAcme\n"])
def test_a_file_with_other_columns_is_refused(folder, text):
    done = imports(folder, text, "--yes")
    assert done.returncode == 1
    assert "unknown columns" in done.stderr


def test_the_age_of_the_last_import_is_shown(folder):
    imports(folder, HEAD + ACME, "--yes")
    held = json.loads((folder / "accounts.json").read_text())
    held["imported_at"] = "2026-01-01T00:00:00+00:00"
    (folder / "accounts.json").write_text(json.dumps(held))
    assert "The last import was" in imports(folder, HEAD + ACME).stdout


def test_a_running_installation_takes_the_import_into_use_and_refuses_what_is_spoilt(folder):
    running = open_installation(folder)
    assert not running.reload_directory()
    assert imports(folder, HEAD + ACME + MORE, "--yes").returncode == 0
    assert running.reload_directory()
    assert running.register.current().account("C-1") is not None
    (folder / "directory.toml").write_text("spoilt")
    with pytest.raises(Misconfigured, match="not TOML"):
        running.reload_directory()
    assert running.register.current().account("C-1") is not None

"""`commsvc token`: a secret is shown once, and only for one of our people."""

import pytest
from typer.testing import CliRunner

from commsvc.cli import app
from commsvc.shipped import write_installation

SCOPES = ["--scopes", "cases:read, orders:write"]


@pytest.fixture
def run(tmp_path):
    write_installation(tmp_path / "new")

    def call(*words: str):
        return CliRunner().invoke(app, ["token", *words, "--dir", str(tmp_path / "new")])

    return call


@pytest.fixture
def somebody(tmp_path, run):
    from commsvc.installation import open_installation

    return open_installation(tmp_path / "new").directory.people[0].address


def test_a_token_is_made_listed_and_revoked(run, somebody):
    made = run("new", "crm", "--as", somebody, *SCOPES)
    assert made.exit_code == 0
    assert made.output.startswith("commsvc_")
    listed = run("list").output
    assert f"crm: cases:read, orders:write, as {somebody}, until" in listed
    assert made.output.strip() not in listed
    assert run("revoke", "crm").exit_code == 0
    assert "revoked on" in run("list").output


@pytest.mark.parametrize("words", [
    ("new", "crm", "--as", "stranger@evil.example", *SCOPES), ("new", "crm", "--as", "{}", "--scopes", "everything"),
    ("new", "crm", "--as", "{}", "--scopes", ","), ("new", "crm", "--as", "{}", *SCOPES, "--accounts", "NOBODY"), ("revoke", "never"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused(run, somebody, words):
    assert run(*(w.format(somebody) for w in words)).exit_code == 1
    assert run("list").output == ""

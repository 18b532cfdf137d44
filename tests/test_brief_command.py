"""`commsvc brief` shows a briefing and sends it to nobody."""

import pytest
from typer.testing import CliRunner

from commsvc.cli import app
from commsvc.installation import open_installation
from commsvc.shipped import write_installation


@pytest.fixture
def folder(tmp_path):
    write_installation(tmp_path / "new")
    return tmp_path / "new"


def run(folder, *words: str):
    return CliRunner().invoke(app, ["brief", *words, "--dir", str(folder)])


def test_the_day_and_the_week_are_shown_and_nothing_is_written(folder):
    somebody = open_installation(folder).directory.people[0].address
    day = run(folder, "--to", somebody, "--date", "2026-11-24")
    assert day.exit_code == 0, day.output
    assert day.output.startswith("Escalations Tue 24 Nov 2026: 0 severe, 0 open")
    week = run(folder, "--to", somebody, "--date", "2026-11-30", "--weekly")
    assert week.exit_code == 0, week.output
    assert week.output.startswith("Escalation review, week 48")
    assert open_installation(folder).store().letters.newest() == 0


@pytest.mark.parametrize(
    ("words", "code"), [(("--to", "stranger@evil.example"), 1), (("--to", "x", "--date", "tomorrow"), 2), ((), 2)]
)
def test_what_makes_no_sense_is_refused(folder, words, code):
    assert run(folder, *words).exit_code == code

"""`commsvc due` as a person or a program calls it."""

import json

import pytest
from typer.testing import CliRunner

from commsvc.cli import app
from commsvc.errors import Trouble


def run(*args):
    return CliRunner().invoke(app, ["due", *args])


@pytest.mark.parametrize(
    ("args", "due"),
    [
        (["8h/bh", "--from", "2026-11-20T15:30", "--zone", "Europe/Berlin", "--country", "DE"], "2026-11-23T14:30:00+00:00"),
        (["30m/24x7", "--from", "2026-11-22T22:48:00Z", "--zone", "Asia/Tokyo"], "2026-11-22T23:18:00+00:00"),
        (["4h/24x5", "--from", "2026-11-20T22:30:15", "--zone", "America/Los_Angeles"], "2026-11-23T10:30:15+00:00"),
        (["1bd", "--from", "2026-11-25T16:00", "--zone", "America/Chicago", "--country", "us"], "2026-11-27T22:00:00+00:00"),
        (["1h/bh", "--from", "2026-11-20T11:30", "--hours", "09:00-12:00,13:00-17:00"], "2026-11-20T13:30:00+00:00"),
        (["1h/bh", "--from", "2026-11-20T23:30", "--hours", "22:00-24:00"], "2026-11-23T22:30:00+00:00"),
        (["8h/bh", "--from", "2027-01-05T17:00", "--country", "DE"], "2027-01-06T17:00:00+00:00"),
        (["8h/bh", "--from", "2027-01-05T17:00", "--country", "DE-BY"], "2027-01-07T17:00:00+00:00"),
    ],
)  # fmt: skip
def test_the_due_time_and_its_steps(args, due):
    said = json.loads(run(*args, "--json").output)
    assert said["due"] == due
    assert said["steps"][-1]["left_seconds"] == 0


def test_a_person_reads_why():
    said = run("8h/bh", "--from", "2026-11-25T16:00", "--zone", "America/Chicago", "--country", "US").output
    assert "Thu 26 Nov 2026  holiday (Thanksgiving Day), nothing counts" in said
    assert said.splitlines()[-1] == "due Fri 27 Nov 2026 16:00:00 CST (2026-11-27 22:00:00 UTC)"


def test_an_hour_that_comes_twice_is_the_first_and_says_so():
    said = json.loads(run("1h/24x7", "--from", "2026-11-01T01:30", "--zone", "America/New_York", "--json").output)
    assert said["due"] == "2026-11-01T06:30:00+00:00"
    assert "comes twice" in said["note"]


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["8h/9x5"], "'8h/9x5' is no span"),
        (["0m"], "longer than nothing"),
        (["1bd/24x7"], "business days run on the clock bh"),
        (["1h", "--zone", "Mars/Base"], "there is no time zone 'Mars/Base'"),
        (["1h", "--country", "XX"], "no holidays are known for the country 'XX'"),
        (["1h", "--country", "DE-ZZ"], "no holidays are known for the region 'ZZ' of DE; known are: BB"),
        (["1h", "--from", "tomorrow"], "'tomorrow' is no time"),
        (["1h", "--from", "2027-03-28T02:30", "--zone", "Europe/Berlin"], "does not exist in Europe/Berlin"),
        (["1h/bh", "--hours", "9-17"], "'9-17' is no range of hours"),
        (["1h/bh", "--hours", "22:00-06:00"], "ends before it begins"),
        (["1h/bh", "--hours", "09:00-12:00,11:00-17:00"], "overlap or are out of order"),
        (["99999w", "--from", "9000-01-01"], "is never due: 99999w after 9000-01-01 is beyond the year 9999"),
    ],
)  # fmt: skip
def test_each_fault_has_its_own_sentence(args, sentence):
    result = run(*args)
    assert isinstance(result.exception, Trouble)
    assert sentence in str(result.exception)

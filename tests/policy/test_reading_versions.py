"""What an operations lead reads: versions of the rules, their differences, who acts at night."""

import json
import re
import shutil
from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner

from commsvc.adapters.rulebook import build, read_files
from commsvc.cli import app
from commsvc.domain.case.directory import Directory, Person
from commsvc.domain.case.roster import one_pair_of_eyes, roster, sunday_night
from commsvc.errors import Trouble
from commsvc.installation import open_installation
from commsvc.shipped import shipped, write_installation

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TEMPLATES = [p.name for p in shipped("templates/email").iterdir() if p.is_dir()]


@pytest.fixture
def site(tmp_path):
    write_installation(tmp_path / "site")
    return tmp_path / "site"


def commsvc(*words):
    done = CliRunner().invoke(app, [str(w) for w in words], env={"COLUMNS": "200"})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def edit(folder, file, old, new):
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))


def keep(site):
    """Have the version in the folder once in force, as the daemon keeps it."""
    installation = open_installation(site)
    store = installation.store()
    with store.transaction():
        store.records.keep_playbook(installation.rulebook.current(), installation.rulebook.files, NOW)
    store.close()
    return installation.rulebook.current().digest


def test_a_changed_folder_is_compared_in_sentences_with_what_was_in_force(site):
    digest = keep(site)
    edit(
        site / "rules",
        "timelines.toml",
        'SEV2 = { strategic = "1h/24x7", enterprise = "2h/24x7"',
        'SEV2 = { strategic = "1h/24x7", enterprise = "90m/24x7"',
    )
    said = commsvc("rules", "diff", digest[:6], "active", "--dir", site)
    assert "minor  SEV2 first answer for enterprise: 2 hours → 90 minutes" in said
    assert "1.0.0 is too low a version for these changes: write 1.1.0" in said
    edit(site / "rules", "timelines.toml", 'version = "1.0.0"', 'version = "1.1.0"')
    assert "too low" not in commsvc("rules", "diff", digest, site / "rules", "--dir", site)
    assert commsvc("rules", "diff", "active", site / "rules", "--dir", site) == "Nothing changes.\n"


def test_the_versions_that_were_in_force_are_listed_and_shown_whole(site):
    digest = keep(site)
    edit(site / "rules", "calls.toml", 'version = "1.0.0"', 'version = "1.0.1"')
    listed = commsvc("rules", "list", "--dir", site)
    assert digest in listed
    assert "active at the next start" in listed
    assert "H1_safety" in commsvc("rules", "show", "1.0.0", "--dir", site)


def test_a_version_that_nobody_knows_is_refused_with_those_that_are_kept(site):
    digest = keep(site)
    with pytest.raises(Trouble, match=f"neither a folder nor a version.*{digest}"):
        commsvc("rules", "show", "7.7.7", "--dir", site)


def test_a_broken_folder_is_refused_with_every_problem(site, tmp_path):
    shutil.copytree(site / "rules", tmp_path / "next")
    edit(tmp_path / "next", "severity.toml", "default_when_no_rule", "default_when_no_rules")
    edit(tmp_path / "next", "calls.toml", "hours_from", "hour_from")
    with pytest.raises(Trouble, match=r"next/severity\.toml:\d+.*\n?(.|\n)*next/calls\.toml:\d+"):
        commsvc("rules", "diff", "active", tmp_path / "next", "--dir", site)


def test_editors_get_a_schema_that_every_rule_file_names(site):
    commsvc("rules", "schema", "--dir", site)
    for file in (site / "rules").glob("*.toml"):
        named = re.match(r"#:schema (\S+)", file.read_text())
        schema = json.loads((file.parent / named[1]).read_text())
        assert schema["additionalProperties"] is False
        assert {"version", "owner", "review_by"} <= set(schema["required"])
    assert "24x7" in json.dumps(json.loads((site / "rules/schema/timelines.json").read_text()))


def test_check_says_who_acts_on_a_sunday_night_and_where_four_eyes_fail(site):
    said = commsvc("check", "--dir", site)
    assert "escalation_owner: Olivia Owner, Sun 03:00, probably asleep" in said
    assert "security_lead: Max Manager in their place" in said
    assert "Four eyes: everywhere two people." in said


def test_one_person_in_two_roles_is_one_pair_of_eyes():
    owner = Person("Olivia", "olivia@x", ("escalation_owner", "account_manager"), deputy="max@x")
    boss = Person(
        "Max", "max@x", ("support_manager",), away=((date(2026, 11, 29), date(2026, 11, 29)),), deputy="olivia@x"
    )
    playbook = build(read_files(shipped("rules")), TEMPLATES)
    at = sunday_night(NOW)
    assert at == datetime(2026, 11, 29, 3, tzinfo=UTC)
    directory = Directory((), (owner, boss))
    assert {str(p.person.name) for p in roster(directory, playbook, at)} == {"Olivia"}
    said = list(one_pair_of_eyes(directory, playbook, at))
    assert any(s.startswith("missed commitment: Olivia") for s in said)
    assert any(s.startswith("lowering a severity: Olivia") for s in said)
    alone = list(one_pair_of_eyes(Directory((), (boss,)), playbook, NOW))
    assert "a version of the rules: nobody could adopt what somebody else proposes" in alone
    assert not any(s.startswith("a version of the rules") for s in said)
    assert not [s for s in one_pair_of_eyes(directory, playbook, NOW) if s.startswith("missed commitment")]


def test_the_next_sunday_is_never_now():
    assert sunday_night(datetime(2026, 11, 29, 3, tzinfo=UTC)).day == 6
    assert sunday_night(datetime(2026, 11, 29, 2, 59, tzinfo=UTC)).day == 29

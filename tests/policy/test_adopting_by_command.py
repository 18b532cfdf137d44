"""`commsvc rules propose`, `adopt` and `adopted`, and what the running service then works by."""

from datetime import timedelta

import pytest

from commsvc.clock import now
from commsvc.errors import Trouble
from commsvc.installation import open_installation
from commsvc.rulekeeping import Rulekeeper
from tests.policy.test_reading_versions import commsvc, edit, site

__all__ = ["site"]
OLIVIA, MAX = "olivia@example.com", "max@example.com"
FASTER = ("guardrails.toml", "undo_hold_seconds = 120", "undo_hold_seconds = 60")


class Service:
    """The running service as far as it looks after its rules."""

    def __init__(self, site):
        self.installation = open_installation(site)
        self.store = self.installation.store()
        self.keeper = Rulekeeper(self.installation, self.installation.desk(self.store), self.show)
        self.shown = ""
        self.keeper.keep(now())
        self.keeper.look(now())

    def show(self, source, said):
        self.shown = said

    @property
    def version(self):
        return self.installation.rulebook.current().version


@pytest.fixture
def adopting(site):
    edit(site, "config.toml", 'adoption = "files"', 'adoption = "adopted"')
    return site


def change(site, *edits):
    for file, old, new in edits or (FASTER,):
        edit(site / "rules", file, old, new)
        edit(site / "rules", file, 'version = "1.0.0"', 'version = "2.0.0"')


def test_files_are_in_force_as_they_are_saved_unless_the_house_adopts(site):
    service = Service(site)
    change(site)
    service.keeper.look(now())
    assert (service.version, service.shown) == ("2.0.0", "")
    with pytest.raises(Trouble, match='set adoption = "adopted"'):
        commsvc("rules", "adopt", "2.0.0", "--by", MAX, "--dir", site)


def test_a_saved_file_is_shown_and_takes_force_when_two_people_say_so(adopting):
    service = Service(adopting)
    change(adopting)
    service.keeper.look(now())
    assert service.version == "1.0.0"
    assert "the folder holds 2.0.0" in service.shown
    said = commsvc("rules", "propose", adopting / "rules", "--by", OLIVIA, "--reason", "too slow", "--dir", adopting)
    assert "major  guardrails undo hold seconds: 120 → 60" in said
    service.keeper.look(now())
    assert (service.version, service.shown) == ("1.0.0", "")
    said = commsvc("rules", "adopt", "2.0.0", "--by", MAX, "--dir", adopting)
    assert f"asked to acknowledge it by {now() + timedelta(days=2):%Y-%m-%d}" in said
    assert OLIVIA in said
    service.keeper.look(now())
    assert service.version == "2.0.0"
    listed = commsvc("rules", "adopted", "--dir", adopting)
    assert "in force" in listed
    assert f"2.0.0: {OLIVIA} has not answered" in listed


def test_a_restart_works_by_the_adopted_version_even_if_the_folder_is_broken(adopting):
    assert Service(adopting).version == "1.0.0"
    change(adopting)
    (adopting / "rules/severity.toml").write_text("not TOML at all [")
    service = Service(adopting)
    assert service.version == "1.0.0"
    assert "the folder of the rules is broken; the adopted version is in force" in service.shown


def test_what_is_adopted_for_later_waits_and_bad_words_are_refused(adopting):
    service = Service(adopting)
    change(adopting)
    commsvc("rules", "propose", adopting / "rules", "--by", OLIVIA, "--reason", "too slow", "--dir", adopting)
    with pytest.raises(Trouble, match="write a day or an instant"):
        commsvc("rules", "adopt", "2.0.0", "--by", MAX, "--from", "soon", "--dir", adopting)
    with pytest.raises(Trouble, match=r"nobody has proposed '3\.0\.0'; proposals: 2\.0\.0"):
        commsvc("rules", "adopt", "3.0.0", "--by", MAX, "--dir", adopting)
    commsvc("rules", "adopt", "2.0.0", "--by", MAX, "--from", "2999-01-01", "--dir", adopting)
    service.keeper.look(now())
    assert service.version == "1.0.0"


def test_a_pilot_is_begun_reported_and_ended_by_command(site):
    service = Service(site)
    next_rules = site / "next"
    next_rules.mkdir()
    for file in (site / "rules").glob("*.toml"):
        (next_rules / file.name).write_text(file.read_text().replace('version = "1.0.0"', 'version = "2.0.0"'))
    edit(next_rules, *FASTER)
    with pytest.raises(Trouble, match="no pilot was ever begun"):
        commsvc("rules", "pilot", "report", "--dir", site)
    said = commsvc("rules", "pilot", next_rules, "--accounts", "ACC-1", "--by", MAX, "--dir", site)
    assert "live for new cases of ACC-1" in said
    service.keeper.look(now())
    rulebook = service.installation.rulebook
    assert (rulebook.current("ACC-1").version, rulebook.current("ACC-2").version) == ("2.0.0", "1.0.0")
    assert "0 mails replayed" in commsvc("rules", "pilot", "report", "--dir", site)
    commsvc("rules", "pilot", "end", "--by", MAX, "--dir", site)
    service.keeper.look(now())
    assert rulebook.current("ACC-1").version == "1.0.0"
    assert "until" in commsvc("rules", "pilot", "report", "--dir", site)

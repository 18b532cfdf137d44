"""The playbook in sentences, what changed between versions, and accounts as people look at them."""

import shutil

import pytest

from tests.console.conftest import ADA, DANA, Browser
from tests.console.test_finding_cases import stored
from tests.stories.world import ROOT, World


def keep(world) -> None:
    with world.store.transaction():
        world.store.records.keep_playbook(world.rulebook.current(), world.rulebook.files, world.now)


def test_the_playbook_is_told_in_sentences_made_from_the_rules(dana):
    page = dana.read("/playbook")
    for said in (
        "A receipt goes within 2 minutes",
        "15 minutes",
        "8 business hours",
        "At 50 % of the time: owner, by mail.",
        "At once: owner, by page and mail.",
        "After 5 minutes (after 3 minutes where only mail reaches people): backup, by page and mail.",
        "the backup becomes the owner",
        "Risk to life or health of people",
        "counselor",
        "goes by itself",
    ):
        assert said in page, said
    for level in ("SEV1", "SEV2", "SEV3", "SEV4"):
        assert f'<th scope="row">{level}</th>' in page


def test_a_changed_rule_shows_what_it_changed_and_for_whom(tmp_path):
    folder = shutil.copytree(ROOT / "rules", tmp_path / "rules")
    world = World(tmp_path, rules=folder)
    dana, rules = Browser(world).sign_in(DANA), folder / "timelines.toml"
    rules.write_text(rules.read_text().replace('standard = "60m/24x7"', 'standard = "90m/24x7"')
                     .replace('version = "1.0.0"', 'version = "1.1.0"'))  # fmt: skip
    old = world.app.desk.playbooks.current().digest
    keep(world)
    world.rulebook.reload()
    keep(world)
    new = world.app.desk.playbooks.current().digest
    assert old != new
    page = dana.read("/playbook")
    assert "What it changed" in page
    page = dana.read(f"/playbook/{old}/{new}")
    assert "SEV1 first answer for standard: 60 minutes → 90 minutes." in page


@pytest.mark.parametrize("path", ["/playbook/x/y", "/accounts/ACC-0", "/accounts/%00", "/playbook/x"])
def test_what_is_not_there_is_a_plain_page(dana, path):
    assert dana.http.get(path).status_code == 404


def test_accounts_with_open_cases_stand_first(dana):
    page = dana.read("/accounts")
    assert "1 account has open cases." in page
    assert page.index("Nimbus Retail Group") < page.index("Hartmann Präzisionstechnik")
    assert "No account has that name." in dana.read("/accounts?q=zzz")


def test_an_account_shows_its_card_its_people_and_its_cases(dana):
    page = dana.read("/accounts/ACC-1008")
    for said in ("Nimbus Retail Group: 1 open case.", ADA, "ESC-1", "Order sync stopped", "Account manager"):
        assert said in page, said


def test_a_restricted_case_is_not_counted_for_everybody(world):
    stored(
        world,
        account_id="ACC-1002",
        restricted=True,
        owner="jon@kestrel.example",
        backup="",
        subject="secret matter",
    )
    for person in world.directory.people:
        allowed = person.address == "jon@kestrel.example" or {"security_lead", "privacy_officer"} & set(person.roles)
        browser = Browser(world).sign_in(person.address)
        assert ("secret matter" in browser.read("/accounts/ACC-1002")) is bool(allowed), person.name
        assert ("2 accounts have open cases" in browser.read("/accounts")) is bool(allowed), person.name


def test_a_question_about_a_writer_is_answered_on_the_account_s_page(world):
    world.receives("All our stores are down.\n\nPlease send us plain text mails only.", ADA)
    jon = Browser(world).sign_in("jon@kestrel.example")
    assert "wants text without HTML" in jon.read("/accounts/ACC-1008")
    assert "from now on" in jon.send("/accounts/ACC-1008", "/accounts/ACC-1008/add/1").text
    page = jon.read("/accounts/ACC-1008")
    assert "Does this count" not in page
    assert "text without HTML" in page


def test_a_question_is_answered_by_whom_it_concerns_alone(world):
    world.receives("All our stores are down.\n\nPlease send us plain text mails only.", ADA)
    kenji = Browser(world).sign_in("kenji@kestrel.example")
    assert (
        "The account manager or the owner of the case decides that"
        in kenji.send("/accounts/ACC-1008", "/accounts/ACC-1008/no/1").text
    )
    form = kenji.form("/accounts/ACC-1008", "/accounts/ACC-1008/no/1")
    assert kenji.http.post("/accounts/ACC-1002/no/1", data=form).status_code == 404

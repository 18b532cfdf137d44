"""Cases, what can be asked for on them, who may see them, and the button that stops everything."""

from datetime import timedelta

import pytest

from commsvc.domain.case.case import Case
from commsvc.domain.playbook.words import Kind, Severity
from tests.console.conftest import ADA, DANA, DOWN, Browser
from tests.stories.world import World

SECRET = "We found a data breach: other customers can see our personal data and passwords were leaked. All is down, escalate now."


def the_case(world) -> Case:
    return world.store.cases.get(1)


def test_the_list_says_what_is_owed_first(dana):
    page = dana.read("/cases")
    assert "1 escalation is open. The next promise falls due in 12 minutes." in page
    assert "SEV1" in page


def test_a_case_shows_the_customers_words_the_rules_and_what_is_owed(dana):
    page = dana.read("/cases/1")
    for words in (
        DOWN,
        "H3_production_down_all",
        "owner chosen",
        "first answer by a person",
        "Katrin Vogt",
        "I have it",
    ):
        assert words.lower() in page.lower(), words


def test_everything_can_be_asked_for_on_a_case(dana, world):
    assert "you have it" in dana.send("/cases/1", "/cases/1/ack").text
    assert "in the record" in dana.send("/cases/1", "/cases/1/fact", argument="We see it too.").text
    page = dana.send("/cases/1", "/cases/1/sev", level="1", argument="all stores").text
    assert "SEV1 is confirmed" in page
    assert the_case(world).confirmed
    assert "a call is being booked" in dana.send("/cases/1", "/cases/1/call").text.lower()
    assert "Noted in the record" in dana.send("/cases/1", "/cases/1/note", argument="Ada was calm.").text
    assert "solution is being written" in dana.send("/cases/1", "/cases/1/resolve", argument="Rolled back.").text
    assert "Nothing leaves for ACC-1008" in dana.send("/cases/1", "/cases/1/stop", argument="legal asks").text
    story = "\n".join(world.story())
    assert "note: noted in the record" in story


def test_a_case_that_is_offered_shows_the_answer_that_is_owed(dana, world):
    world.answers(DANA, "HANDOFF Katrin: my shift ends", "assignment")
    assert "Answer to the offer of this case" in dana.read("/cases/1")
    for page in ("/cases", "/cases/board", "/"):
        assert "Nimbus Retail Group" in dana.read(page)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_promise_has_its_words_on_a_page(dana, world, kind):
    case = the_case(world)
    with world.store.transaction():
        world.store.promises.make(world.case(), kind, "1h/24x7", case.opened_at, case.opened_at, None)
    assert "What is owed" in dana.read("/cases/1")


def test_lowering_the_severity_is_judged_where_all_orders_are(dana, world):
    page = dana.send("/cases/1", "/cases/1/sev", level="4", argument="calm").text
    assert "lowering the severity needs" in page.lower()
    assert the_case(world).severity is Severity.SEV1


@pytest.mark.parametrize("level", ["", "9", "1; DROP TABLE", "5 x"])
def test_a_made_up_level_is_answered_in_words(dana, level):
    answer = dana.send("/cases/1", "/cases/1/sev", level=level, argument="x")
    assert answer.status_code == 400
    assert "Choose a severity from 1 to 4" in answer.text


def test_a_restricted_case_exists_for_those_who_guard_it_only(world):
    world.receives(SECRET, ADA, "Data breach")
    world.forward(minutes=1)
    secret = next(c for c in world.store.cases.listed() if c.restricted)
    allowed = {secret.owner, secret.backup} | {p.address for p in world.directory.people
                                               if {"security_lead", "privacy_officer"} & set(p.roles)}  # fmt: skip
    for person in world.directory.people:
        browser = Browser(world).sign_in(person.address)
        shown = person.address in allowed
        assert (browser.http.get(f"/cases/{secret.id}").status_code == 200) is shown, person.name
        pages = browser.read("/cases") + browser.read("/")
        assert (f"/cases/{secret.id}" in pages) is shown, person.name
        if not shown:
            form = browser.form("/", "/stop")
            assert browser.http.post(f"/cases/{secret.id}/note", data={**form, "argument": "x"}).status_code == 404
        for letter in world.store.letters.of(world.app.desk.subject(secret)):
            asked = person.address in world.store.letters.approvers(letter.id).approvers
            if not shown and not asked:
                assert browser.http.get(f"/approvals/{letter.id}").status_code == 404
                assert browser.http.get(f"/approvals/{letter.id}/as-sent").status_code == 404


def test_what_we_write_to_each_other_is_not_shown(world, dana):
    """Internal letters carry the tokens that speak for a person."""
    internal = [
        x
        for x in world.store.letters.of(world.app.desk.subject(the_case(world)))
        if x.wish.audience.value == "internal"
    ]
    assert internal
    for letter in internal:
        assert dana.http.get(f"/approvals/{letter.id}").status_code == 404
        assert letter.reply_to not in dana.read("/cases/1")


def test_one_glance_says_all_is_well_or_what_is_not(dana, world):
    assert "All is well." in dana.read("/health")
    with world.store.transaction():
        world.store.records.trouble("mailbox support", "the password was refused", world.now)
    page = dana.read("/health")
    assert "One thing needs a look." in page
    assert "the password was refused" in page


def test_a_late_promise_keeps_the_service_from_saying_that_all_is_well(dana, world):
    world.now += timedelta(minutes=20)
    assert "The service is well, but 1 case is late with a promise." in dana.read("/health")


def test_letters_in_doubt_are_listed_with_or_without_a_case(dana, world):
    for id in (1, 5):
        world.store.db.execute_sql(
            "UPDATE letter SET state = ?, why = 'the line broke' WHERE id = ?", ("perhaps sent", id)
        )
    world.store.db.execute_sql("UPDATE letter SET subject_kind = 'briefing', subject_id = 0 WHERE id = 5")
    page = dana.read("/health")
    assert "2 things need a look." in page
    assert page.count("the line broke") == 2


def test_the_button_at_the_foot_of_every_page_stops_everything(dana, world):
    page = dana.send("/cases", "/stop", reason="something is odd").text
    assert "Everything is stopped" in page
    assert "something is odd" in dana.read("/")
    dana.send("/approvals/3", "/approvals/3/approve")
    before = len(world.sent())
    world.forward(minutes=10)
    assert len(world.sent()) == before


def test_an_installation_that_watches_says_so(tmp_path):
    browser = Browser(World(tmp_path, live=False)).sign_in(DANA)
    assert "This installation watches" in browser.read("/health")


def test_the_demo_reads_writes_answers_and_lets_time_pass(world):
    me = Browser(world, demo=True)
    assert "Be Dana Whitfield" in me.read("/sign-in")
    me.http.post("/be", data={"address": DANA})
    page = me.send("/write", "/write", sender="m.brandt@hartmann-pt.example", to="support@kestrel.example",
                   subject="Export", text="Der Export steht, die Produktion ist betroffen. Bitte eskalieren!")  # fmt: skip
    assert "Hartmann" in page.text
    box = me.read(f"/post/{DANA}")
    assert "Please decide by" in box
    assert "sandbox" in me.http.get(f"/post/{DANA}/1/html").headers["content-security-policy"]
    ids = [mail["Message-ID"] for mail in world.letters(DANA)]
    asked = ids.index(world.last("approval_request", DANA)["Message-ID"]) + 1
    me.send(f"/post/{DANA}", f"/post/{DANA}/{asked}/reply", text="APPROVE")
    me.send("/", "/forward", minutes="5")
    assert "first_answer → ada@nimbusretail.example" in world.sent()
    assert me.http.get("/post/nobody@x.example").status_code == 404
    me.send("/", "/stop", reason="try")
    assert "Letters leave again" in me.send("/health", "/resume").text

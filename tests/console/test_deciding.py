"""A letter is read, and sent, edited, rejected or stopped, by page."""

from datetime import timedelta

import pytest

from commsvc.domain.letter.letter import State
from tests.console.conftest import ADA, DANA, Browser

FIRST = 3
"""The first answer of the world of these tests."""


def state(world) -> State:
    return world.store.letters.get(FIRST).state


def test_today_answers_what_waits_and_until_when(dana):
    page = dana.read("/")
    assert "1 letter waits for you. It falls due in 7 minutes." in page
    assert "Nimbus Retail Group" in page
    assert "No letter waits for you." in Browser(dana.world).sign_in("jon@kestrel.example").read("/")


def test_the_letter_stands_there_with_everything_a_decision_needs(dana):
    page = dana.read(f"/approvals/{FIRST}")
    for words in ("Send to Adaeze Okafor at Nimbus Retail Group in 2 minutes", "first answer by a person", "214 stores",
                  "Silence never", "09:12 EST, 14:12 UTC", "All pass now", "Jon Bell"):  # fmt: skip
        assert words in page, words
    frame = dana.http.get(f"/approvals/{FIRST}/as-sent")
    assert frame.text == dana.world.store.letters.get(FIRST).words.html
    assert "sandbox" in frame.headers["content-security-policy"]
    assert "unsafe-inline" not in dana.http.get("/").headers["content-security-policy"]
    assert "Dear Adaeze Okafor" in dana.read(f"/approvals/{FIRST}?show=text")


def test_an_approved_letter_can_be_stopped_until_it_leaves(dana, world):
    page = dana.send(f"/approvals/{FIRST}", f"/approvals/{FIRST}/approve").text
    assert "Approved; it will be sent to ada@nimbusretail.example" in page
    assert "Stop it" in page
    assert state(world) is State.READY
    page = dana.send(f"/approvals/{FIRST}", f"/approvals/{FIRST}/reject", argument="too early").text
    assert "Rejected; nothing is sent" in page
    world.forward(minutes=5)
    assert "first_answer → ada@nimbusretail.example" not in world.sent()


def test_an_approved_letter_goes_after_the_hold(dana, world):
    dana.send(f"/approvals/{FIRST}", f"/approvals/{FIRST}/approve")
    world.forward(minutes=2)
    assert world.sent(ADA)[-1] == "first_answer → ada@nimbusretail.example"
    page = dana.read(f"/approvals/{FIRST}")
    assert "was sent" in page
    assert "Approved by Dana Whitfield" in page
    assert "/approve" not in page


def test_an_edit_is_shown_again_and_sent_as_it_was_written(dana, world):
    text = "Dear Ada,\r\n\r\nwe found it, and the fix is going out now.\r\n\r\nDana"
    page = dana.send(f"/approvals/{FIRST}", f"/approvals/{FIRST}/edit", argument=text).text
    assert "Your text is in" in page
    assert (
        world.store.letters.get(FIRST).words.text == "Dear Ada,\n\nwe found it, and the fix is going out now.\n\nDana\n"
    )
    dana.send(f"/approvals/{FIRST}", f"/approvals/{FIRST}/approve")
    world.forward(minutes=2)
    assert "the fix is going out now" in world.text("first_answer", ADA)


def test_a_fact_leads_to_the_letter_that_is_written_with_it(dana, world):
    page = dana.send(
        f"/approvals/{FIRST}", f"/approvals/{FIRST}/fact", argument="The sync has run again since 09:04."
    ).text
    assert "the fact is in the record" in page.lower()
    assert "is no longer right" in page
    assert "read the letter as it stands now" in page


def test_a_stale_form_says_what_is_true_now(dana, world):
    old = dana.form(f"/approvals/{FIRST}", f"/approvals/{FIRST}/approve")
    dana.send(f"/approvals/{FIRST}", f"/approvals/{FIRST}/edit", argument="Dear Ada, wait.")
    page = dana.http.post(f"/approvals/{FIRST}/approve", data=old)
    assert "has changed since you were asked" in page.text
    assert state(world) is State.DRAFTED
    dana.send(f"/approvals/{FIRST}", f"/approvals/{FIRST}/reject", argument="no")
    again = dana.http.post(f"/approvals/{FIRST}/approve", data=old).text
    assert "no longer waits for approval" in again


def test_who_was_not_asked_sees_no_buttons_and_decides_nothing(world, dana):
    jon = Browser(world).sign_in("jon@kestrel.example")
    page = jon.read(f"/approvals/{FIRST}")
    assert "Dana Whitfield may decide" in page
    assert "/approve" not in page
    form = {**jon.form("/", "/stop"), "digest": world.store.letters.get(FIRST).digest}
    assert "does not name you" in jon.http.post(f"/approvals/{FIRST}/approve", data=form).text
    assert state(world) is State.DRAFTED


def test_an_outcome_is_shown_to_nobody_else(world, dana):
    url = dana.send(f"/approvals/{FIRST}", f"/approvals/{FIRST}/approve").url
    jon = Browser(world).sign_in("jon@kestrel.example")
    assert "it will be sent to" not in jon.http.get(f"{url.path}?{url.query.decode()}").text
    assert "it will be sent to" not in dana.read(f"{url.path}?done=1.wrong")


@pytest.mark.parametrize("act", ["edit", "reject", "fact"])
def test_empty_words_are_no_decision(dana, world, act):
    form = dana.form(f"/approvals/{FIRST}", f"/approvals/{FIRST}/{act}")
    assert dana.http.post(f"/approvals/{FIRST}/{act}", data={**form, "argument": "  \r\n "}).status_code == 400
    assert state(world) is State.DRAFTED


def test_what_does_not_exist_is_a_plain_page(dana):
    for path in ("/approvals/99", "/approvals/0", "/approvals/x", f"/approvals/{10**30}", "/cases/99", "/approvals/1e3",
                 "/nothing", "/cases/-1", "/openapi.json", "/docs", "/approvals/2"):  # fmt: skip
        answer = dana.http.get(path)
        assert answer.status_code == 404, path
        assert "There is no such page" in answer.text
        assert "Traceback" not in answer.text


def test_a_daemon_that_is_away_leaves_the_order_written(world):
    browser = Browser(world, wake=lambda: None).sign_in(DANA)
    page = browser.send(f"/approvals/{FIRST}", f"/approvals/{FIRST}/approve")
    assert "will be carried out within a minute" in page.text
    world.tick()
    assert "it will be sent to" in browser.http.get(str(page.url)).text


def test_late_is_said_in_words(dana, world):
    world.now += timedelta(minutes=9)
    assert "It is 2 minutes late." in dana.read("/")

"""A mail shows something about its writer; it counts when a person of ours says so, and not before."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from commsvc.domain.case.learnt import State
from commsvc.domain.playbook.words import Kind, Severity
from commsvc.domain.promise.promise import State as Promised
from tests.stories.world import ADA, DANA, DOWN, SUPPORT, World

JON = "jon@kestrel.example"
CARLA = "carla@nimbusretail.example"
VOUCHED = {"Authentication-Results": "mx.kestrel.example; dmarc=pass header.from=nimbusretail.example"}
NEWCOMER = "Carla Ruiz <carla@nimbusretail.example>"


@pytest.fixture
def proving(tmp_path: Path) -> World:
    """An installation behind a mail server that vouches for senders."""
    return World(tmp_path, authserv_id="mx.kestrel.example")


@pytest.fixture
def newcomer(proving: World) -> World:
    proving.receives(DOWN, NEWCOMER, headers=VOUCHED)
    return proving


def test_an_unlisted_writer_gets_the_fixed_receipt_and_nothing_else(newcomer):
    newcomer.forward(hours=2)
    assert newcomer.sent(CARLA) == [f"unlisted_receipt → {CARLA}"]
    assert newcomer.sent(JON).count(f"may_we_add → {JON}") == 1
    assert "nobody has told us about it" in newcomer.text("may_we_add", JON)


def test_added_they_are_a_contact_and_their_case_goes_on_as_any_other(newcomer):
    newcomer.answers(JON, "ADD", "may_we_add")
    assert "is a contact of the account from now on" in newcomer.text("outcome", JON)
    assert newcomer.store.cases.get(1).trusted
    newcomer.answers(DANA, "APPROVE", "approval_request")
    newcomer.forward(minutes=3)
    assert f"first_answer → {CARLA}" in newcomer.sent(CARLA)
    newcomer.receives("It still does not work.", NEWCOMER, headers=VOUCHED)
    assert newcomer.sent(JON).count(f"may_we_add → {JON}") == 1


def test_what_was_added_is_known_to_the_next_daemon(newcomer, tmp_path):
    newcomer.answers(JON, "ADD", "may_we_add")
    again = World(tmp_path, authserv_id="mx.kestrel.example", start=newcomer.now + timedelta(minutes=1))
    again.tick()
    found = again.app.desk.directory.known_contact(CARLA)
    assert found is not None
    assert (found[0].id, found[1].name) == ("ACC-1008", "Carla Ruiz")


def test_refused_they_stay_unlisted_and_nobody_is_asked_again(newcomer):
    newcomer.answers(JON, "NO", "may_we_add")
    newcomer.forward(days=1)
    newcomer.receives("And today it is down again.", NEWCOMER, headers=VOUCHED)
    assert newcomer.app.desk.directory.known_contact(CARLA) is None
    assert newcomer.sent(JON).count(f"may_we_add → {JON}") == 1


@pytest.mark.parametrize(
    "headers", [{}, {"Authentication-Results": "mx.kestrel.example; dmarc=fail header.from=nimbusretail.example"}]
)
def test_an_unproven_writer_is_put_to_nobody(proving, headers):
    proving.receives(DOWN, NEWCOMER, headers=headers)
    assert f"may_we_add → {JON}" not in proving.sent(JON)


def test_only_who_was_asked_or_answers_for_the_case_decides(newcomer):
    letter = newcomer.last("may_we_add", JON)
    newcomer.receives(
        "ADD", "kenji@kestrel.example", "Re: it", str(letter["Reply-To"]), submitted_by="kenji@kestrel.example"
    )
    assert newcomer.app.desk.directory.known_contact(CARLA) is None


def test_the_second_decision_changes_nothing(newcomer):
    newcomer.answers(JON, "NO", "may_we_add")
    newcomer.answers(JON, "ADD", "may_we_add")
    assert "that is decided already" in newcomer.text("outcome", JON)
    assert newcomer.app.desk.directory.known_contact(CARLA) is None


def test_one_update_a_day_is_agreed_and_then_kept(world):
    world.receives(DOWN + "\n\nOne update a day is enough for us.", ADA)
    case = replace(world.store.cases.get(1), severity=Severity.SEV2)
    before = world.app.desk.pace(case)
    world.answers(JON, "ADD", "may_we_add")
    assert "from now on" in world.text("outcome", JON)
    assert world.app.desk.pace(case).length > before.length


def test_a_sev1_keeps_its_pace_whatever_was_agreed(world):
    world.receives(DOWN + "\n\nOne update a day is enough for us.", ADA)
    case = world.store.cases.get(1)
    before = world.app.desk.pace(case)
    world.answers(JON, "ADD", "may_we_add")
    assert world.app.desk.pace(case) == before
    owed = [p for p in world.store.promises.of(world.case()) if p.kind is Kind.NEXT_UPDATE and p.state is Promised.OPEN]
    assert owed[0].span == before


def test_text_without_html_is_what_they_get_once_it_is_agreed(world):
    world.receives(DOWN + "\n\nPlease send us plain text mails only.", ADA, to=SUPPORT)
    world.answers(JON, "ADD", "may_we_add")
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=3)
    assert world.last("first_answer", ADA).get_content_type() == "text/plain"


def test_the_word_no_alone_says_nothing_where_nothing_was_asked(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "NO", "assignment")
    assert "this answers no question about a contact" in world.text("outcome", DANA)


def test_erased_they_are_no_contact_any_more(newcomer):
    newcomer.answers(JON, "ADD", "may_we_add")
    with newcomer.store.transaction():
        newcomer.store.learnt.forget(CARLA)
    newcomer.tick()
    assert newcomer.app.desk.directory.known_contact(CARLA) is None
    assert newcomer.store.learnt.waiting("ACC-1008") == []
    assert State.CONFIRMED not in {x.state for x in newcomer.store.learnt.confirmed()}

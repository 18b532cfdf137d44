"""MINE, HANDOFF, DECLINE, ABSENT, SNOOZE, NOT, REOPEN: a case changes hands and stages by words in a mail."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from commsvc.domain.case.case import Stage
from commsvc.domain.case.directory import Directory
from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.promise import State
from tests.stories.world import ADA, DANA, DOWN, World

KATRIN, SAM, KENJI, JON = (f"{n}@kestrel.example" for n in ("katrin", "sam", "kenji", "jon"))


def owner(world: World) -> str:
    return world.store.cases.get(1).owner


def outcome(world: World, who: str) -> str:
    return " ".join(world.text("outcome", who).split())


@pytest.fixture
def opened(world: World) -> World:
    """Dana owns Ada's case, and Ada has had her first answer."""
    world.first_answered()
    return world


def test_an_offer_leaves_the_owner_accountable_until_it_is_taken(opened):
    opened.answers(DANA, "HANDOFF Katrin: my shift ends, she knows the plant", "assignment")
    assert owner(opened) == DANA
    note = opened.text("handoff_offer", KATRIN)
    assert "my shift ends, she knows the plant" in note
    assert "not a single web order reaches our stores" in note
    assert "The next update by" in note

    opened.answers(KATRIN, "ACK", "handoff_offer")
    assert owner(opened) == KATRIN
    assert opened.store.cases.get(1).backup == DANA
    assert any(line.startswith("owner changed: ") for line in opened.story())


def test_the_customer_is_introduced_to_the_new_owner_once_a_person_approved(opened):
    opened.answers(DANA, "HANDOFF Katrin: my shift ends", "assignment")
    opened.answers(KATRIN, "MINE", "handoff_offer")
    assert f"handoff_intro → {ADA}" not in opened.sent(ADA)
    opened.answers(KATRIN, "APPROVE", "approval_request")
    opened.forward(minutes=3)

    assert "Katrin Vogt" in opened.text("handoff_intro", ADA)


def test_a_declined_offer_goes_on_and_the_owner_reads_why(opened):
    opened.answers(DANA, "HANDOFF Katrin: my shift ends", "assignment")
    opened.answers(KATRIN, "DECLINE I am on a train", "handoff_offer")

    assert owner(opened) == DANA
    assert "I am on a train" in opened.text("needs_person", DANA)
    assert any("declined" in line for line in opened.story())


def test_an_offer_nobody_answers_lapses(opened):
    opened.answers(DANA, "HANDOFF Katrin: my shift ends", "assignment")
    opened.forward(minutes=11)

    assert owner(opened) == DANA
    assert "did not answer in time" in opened.text("needs_person", DANA)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("HANDOFF Dana: no reason", "Dana Whitfield owns it already"),
        ("HANDOFF Nobody: no reason", "is not one of our people"),
    ],
)
def test_an_offer_that_may_not_be_made_says_why(opened, said, why):
    opened.answers(DANA, said, "assignment")
    assert why in outcome(opened, DANA)
    assert owner(opened) == DANA


def test_no_offer_while_an_update_is_due_within_a_quarter_of_an_hour(opened):
    opened.forward(minutes=13)
    opened.answers(DANA, "HANDOFF Katrin: my shift ends", "assignment")
    assert "send it first, then hand over" in outcome(opened, DANA)


def test_a_manager_may_take_a_case_and_an_account_manager_may_not(opened):
    opened.forward(minutes=20)
    opened.answers(JON, "MINE", "approval_request")
    assert owner(opened) == DANA
    assert "MINE is for the owner, backup" in outcome(opened, JON)

    opened.forward(minutes=12)
    opened.answers(SAM, "MINE", "chain_notice")
    assert owner(opened) == SAM


def test_whoever_is_absent_is_offered_nothing(opened):
    opened.answers(KATRIN, "ABSENT until 27 November deputy Kenji", "chain_notice")
    assert "Kenji Mori is asked in your place" in outcome(opened, KATRIN)

    opened.answers(DANA, "HANDOFF Katrin: my shift ends", "assignment")
    assert "Katrin Vogt is away" in outcome(opened, DANA)


def test_what_waits_for_somebody_absent_is_put_to_their_deputy_at_once(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "ABSENT until 27 November deputy Kenji", "assignment")

    assert "first answer to Adaeze Okafor" in world.text("approval_request", KENJI)
    assert "owns this case; you stand in" in " ".join(world.text("needs_person", KENJI).split())
    world.answers(KENJI, "APPROVE", "approval_request")
    world.forward(minutes=3)
    assert world.sent(ADA)[-1] == f"first_answer → {ADA}"


def test_an_absence_is_learnt_from_an_automatic_answer_once(world):
    world.receives(DOWN, ADA)
    notice = world.last("assignment", DANA)
    for _ in range(2):
        world.receives("I am out of the office until 27 November 2026. Urgent: kenji@kestrel.example", DANA,
                       f"Automatic reply: {notice['Subject']}", str(notice["Reply-To"]), submitted_by=DANA,
                       headers={"Auto-Submitted": "auto-replied"})  # fmt: skip

    assert [(a.person, a.deputy) for a in world.store.staff.absences(world.now)] == [(DANA, KENJI)]
    assert "first answer to Adaeze Okafor" in world.text("approval_request", KENJI)


def test_an_automatic_answer_that_is_not_proven_theirs_moves_nothing(world):
    world.receives(DOWN, ADA)
    notice = world.last("assignment", DANA)
    world.receives("I am out of the office until 27 November 2026.", DANA, f"Automatic reply: {notice['Subject']}",
                   str(notice["Reply-To"]), headers={"Auto-Submitted": "auto-replied"})  # fmt: skip

    assert not world.store.staff.absences(world.now)


def test_an_absence_without_a_day_is_not_noted(opened):
    opened.answers(DANA, "ABSENT for a while", "assignment")
    assert "through which day" in outcome(opened, DANA)
    assert not opened.store.staff.absences(opened.now)


def test_a_snooze_needs_a_reason_and_never_reaches_past_a_due_time(opened):
    opened.answers(DANA, "SNOOZE 2h", "assignment")
    assert "needs its reason" in outcome(opened, DANA)

    opened.answers(DANA, "SNOOZE 2h the vendor answers at noon", "assignment")
    update = next(
        p for p in opened.store.promises.of(opened.case()) if p.kind is Kind.NEXT_UPDATE and p.state is State.OPEN
    )
    assert update.quiet_until == update.due_at
    assert update.due_at - opened.now < timedelta(hours=2)


def test_not_an_escalation_ends_every_clock_once_the_customer_knows_who_answers(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "NOT an exercise of theirs, agreed by phone", "assignment")

    assert world.store.cases.get(1).stage is Stage.QUEUED
    assert any("an exercise of theirs" in line for line in world.story())
    world.forward(minutes=3)
    assert world.sent(ADA)[-1] == f"queue_receipt → {ADA}"
    assert all(p.state is not State.OPEN for p in world.store.promises.of(world.case()))


def test_a_time_that_was_named_stays_owed_while_nobody_can_take_it_back(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "STOP we look into it", "assignment")
    world.answers(DANA, "NOT an exercise of theirs", "assignment")
    world.forward(minutes=16)

    assert f"queue_receipt → {ADA}" not in world.sent(ADA)
    owed = {p.kind for p in world.store.promises.of(world.case()) if p.state is State.OPEN}
    assert owed == {Kind.FIRST_HUMAN, Kind.NEXT_UPDATE}
    assert "chain: first_human 100%: Rafael Ortiz, Jon Bell" in world.story()


def test_a_sentence_that_begins_with_not_moves_nothing(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "Not sure what they mean.", "assignment")
    assert world.store.cases.get(1).stage is Stage.ACKNOWLEDGED


def test_a_case_in_the_normal_queue_is_opened_again_and_owes_an_update(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "NOT an exercise", "assignment")
    world.forward(minutes=3)
    world.answers(DANA, "REOPEN it was none", "assignment")

    assert world.store.cases.get(1).stage is Stage.INVESTIGATE
    owed = [p.kind for p in world.store.promises.of(world.case()) if p.state is State.OPEN]
    assert owed == [Kind.NEXT_UPDATE]


def test_an_open_case_is_not_opened_again(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "REOPEN again", "assignment")
    assert "does not go this way" in outcome(world, DANA)


def test_help_names_the_words_of_whoever_asks(opened):
    opened.forward(minutes=20)
    opened.answers(DANA, "HELP", "assignment")
    owners = outcome(opened, DANA)
    assert "UPDATE text" in owners
    assert "REOPEN reason" in owners

    opened.answers(JON, "HELP", "approval_request")
    assert "UPDATE text" not in outcome(opened, JON)
    assert "FACT text" in outcome(opened, JON)
    opened.answers(JON, "REOPEN reason", "approval_request")
    assert "does not go this way" in outcome(opened, JON)


@pytest.mark.parametrize("said", ["SEV 2 the logs say so", "UPDATE The queue is empty again", "RESOLVE it is repaired"])
def test_a_word_of_the_owner_in_another_mouth_does_nothing(opened, said):
    opened.forward(minutes=20)
    before = opened.store.cases.get(1)
    opened.answers(JON, said, "approval_request")

    assert "nothing was done" in outcome(opened, JON)
    assert opened.store.cases.get(1) == before
    assert not opened.store.facts.of(opened.case())


def test_an_account_region_adds_its_holidays_to_its_clock(world):
    desk, epiphany = world.app.desk, date(2027, 1, 6)
    assert not desk.calendar("ACC-1002").free(epiphany)

    bavarian = replace(desk.directory.account("ACC-1002"), region="Bayern")
    desk.register.keep(Directory((bavarian,), desk.directory.people))
    assert desk.calendar("ACC-1002").free(epiphany)

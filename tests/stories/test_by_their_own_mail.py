"""Our people answer the customer from their own mail program, with the address of the case in copy."""

from datetime import UTC, datetime

import pytest

from commsvc.domain.playbook.words import Kind
from commsvc.domain.promise.promise import State
from tests.stories.world import ADA, DANA, DOWN, World

KENJI = "kenji@kestrel.example"
ANSWER = "Dear Ada,\n\nI have your case and look at the gateway now. I will write again by 14:40 UTC.\n\nDana"


@pytest.fixture
def down(world: World) -> World:
    world.receives(DOWN, ADA)
    return world


def writes(world: World, who: str, text: str, to: str = ADA, submitted: bool = True) -> None:
    copy = {"Cc": world.mint.case_address(1)}
    world.receives(text, who, "Re: your stores", to, headers=copy, submitted_by=who if submitted else "")


def open_kinds(world: World) -> dict[Kind, datetime]:
    return {p.kind: p.due_at for p in world.store.promises.of(world.case()) if p.state is State.OPEN}


def test_it_is_the_first_human_answer_and_its_time_is_a_promise(down):
    writes(down, DANA, ANSWER)

    assert any(line.startswith("promise kept: first_human by ") for line in down.story())
    assert "moved: acknowledged to investigate: a person answered the customer" in down.story()
    assert open_kinds(down)[Kind.NEXT_UPDATE] == datetime(2026, 11, 23, 14, 40, tzinfo=UTC)


def test_the_draft_it_overtook_cannot_be_approved_any_more(down):
    writes(down, DANA, ANSWER)
    down.answers(DANA, "APPROVE", "approval_request")
    down.forward(minutes=3)

    assert down.sent(ADA) == [f"acknowledge → {ADA}"]
    assert "no longer waits" in down.text("outcome", DANA)


def test_without_a_time_the_next_update_stays_on_its_grid(down):
    writes(down, DANA, "Dear Ada,\n\nI have your case.\n\nDana")
    assert open_kinds(down)[Kind.NEXT_UPDATE] > down.now


def test_a_second_voice_is_reported_and_keeps_nothing(down):
    writes(down, KENJI, ANSWER)

    assert "kenji@kestrel.example wrote to ada@nimbusretail.example" in " ".join(
        down.text("needs_person", DANA).split()
    )
    assert Kind.FIRST_HUMAN in open_kinds(down)


def test_words_to_a_colleague_are_no_answer_to_the_customer(down):
    writes(down, DANA, ANSWER, to=KENJI)
    assert Kind.FIRST_HUMAN in open_kinds(down)


def test_a_mail_that_is_not_proven_theirs_keeps_nothing(down):
    writes(down, DANA, ANSWER, submitted=False)
    assert Kind.FIRST_HUMAN in open_kinds(down)

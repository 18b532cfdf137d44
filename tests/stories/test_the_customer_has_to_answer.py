"""A solution was proposed: the customer is asked, not held; asked often enough, they are phoned; silence closes nothing."""

from datetime import timedelta

import pytest

from commsvc.domain.case.case import Stage
from tests.stories.world import ADA, DANA, World

LATE_ON_THE_RECORD = "promise late: next_update"


@pytest.fixture
def proposed(world: World) -> World:
    world.first_answered()
    world.answers(DANA, "RESOLVE the gateway was restarted and answers", "assignment")
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=3)
    assert world.store.cases.get(1).stage is Stage.VALIDATE
    return world


def hours(world: World, count: int, approve: bool) -> None:
    """Time passes in quarters of an hour; Dana approves what she is asked about, or does not."""
    asked = len(requests(world))
    for _ in range(count * 4):
        world.now += timedelta(minutes=15)
        world.tick()
        if approve and len(requests(world)) > asked:
            asked = len(requests(world))
            world.answers(DANA, "APPROVE", "approval_request")


def requests(world: World) -> list[str]:
    return [s for s in world.sent(DANA) if s.startswith("approval_request")]


def test_no_holding_statement_goes_when_nobody_approves_the_question(proposed):
    before = proposed.sent(ADA)
    hours(proposed, 48, approve=False)

    assert proposed.sent(ADA) == before
    assert any(line.startswith(LATE_ON_THE_RECORD) for line in proposed.story())


def test_three_questions_then_the_owner_phones(proposed):
    hours(proposed, 5 * 24, approve=True)

    assert proposed.sent(ADA).count(f"reminder → {ADA}") == 3
    assert "Please phone" in proposed.text("needs_person", DANA)
    assert proposed.store.cases.get(1).stage is Stage.VALIDATE

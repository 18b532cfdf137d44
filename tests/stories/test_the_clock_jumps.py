"""The clock of the machine is set while a letter waits to go."""

from datetime import timedelta

import pytest

from commsvc.domain.letter.switches import Scope, Switch
from tests.stories.world import ADA, DANA, DOWN, World

OPERATOR = "operator@kestrel.example"


@pytest.mark.parametrize("minutes", [6, -6, 600])
def test_more_than_five_minutes_pause_customers_letters_and_call_a_person(world: World, minutes):
    world.receives(DOWN, ADA)
    world.answers(DANA, "APPROVE", "approval_request")
    world.now += timedelta(minutes=minutes)
    world.app.clock_jumped(timedelta(minutes=minutes), world.now)
    world.forward(minutes=10)

    assert world.sent(ADA) == [f"acknowledge → {ADA}"]
    assert f"jumped {abs(minutes)} minutes {'forwards' if minutes > 0 else 'backwards'}" in world.text(
        "clock_jumped", OPERATOR
    )


def test_less_pauses_nothing(world: World):
    world.receives(DOWN, ADA)
    world.answers(DANA, "APPROVE", "approval_request")
    world.app.clock_jumped(timedelta(minutes=4), world.now)
    world.forward(minutes=3)

    assert world.sent(ADA)[-1] == f"first_answer → {ADA}"
    assert "clock_jumped" not in " ".join(world.sent(OPERATOR))


def test_once_a_person_has_resumed_it_what_is_owed_goes_back_to_approval(world: World):
    world.receives(DOWN, ADA)
    world.answers(DANA, "APPROVE", "approval_request")
    world.app.clock_jumped(timedelta(minutes=-6), world.now)
    world.forward(minutes=3)
    with world.store.transaction():
        world.store.records.turn(Switch(Scope.ALL, "", live=True, by=OPERATOR, reason="the clock is right"), world.now)
    world.forward(minutes=1)
    assert world.sent(ADA) == [f"acknowledge → {ADA}"]

    world.answers(DANA, "ACK", "assignment")
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=3)

    assert world.sent(ADA)[-1] == f"first_answer → {ADA}"

"""An open case on which nothing is owed is reported to its owner, once a day."""

from datetime import timedelta

from commsvc.domain.promise.promise import State
from tests.stories.world import ADA, DANA, World


def stalls(world: World) -> int:
    return sum(line.startswith("stalled: ") for line in world.story())


def test_nobody_is_told_while_something_is_owed(world: World):
    world.first_answered()
    world.app.audit(world.now)
    assert stalls(world) == 0


def test_the_owner_is_told_once_a_day_until_something_is_owed_again(world: World):
    world.first_answered()
    for promise in world.store.promises.of(world.case()):
        world.store.promises.settle(promise, State.VOID, world.now)
    for _ in range(3):
        world.app.audit(world.now)
        world.tick()
    assert stalls(world) == 1
    assert "Nothing is owed on this open case" in world.text("needs_person", DANA)

    world.now += timedelta(days=1)
    world.app.audit(world.now)
    assert stalls(world) == 2

    world.receives("It is still down.", ADA, "Re: [ESC-1] Down", answering="1." + ADA)
    world.now += timedelta(days=1)
    world.app.audit(world.now)
    assert stalls(world) == 2

"""When it turns out to be worse than it looked, what is owed is owed sooner, never later."""

from tests.stories.world import ADA, DANA

SLOW = "The dashboard is very slow for some users since Friday. We can plan with the printed lists."


def owed(world):
    open_ones = [p for p in world.store.promises.of(world.case()) if p.state.value == "open"]
    return {p.kind.value: p.due_at for p in open_ones}


def test_a_person_raises_the_severity_and_the_earlier_due_time_counts(world):
    world.receives(SLOW, ADA)
    before = owed(world)
    world.answers(DANA, "SEV 1 all stores are affected", "assignment")

    after = owed(world)
    assert after["first_human"] < before["first_human"]
    assert (after["first_human"] - world.now).total_seconds() == 15 * 60
    assert any(line.startswith("brought forward: first_human") and "no longer" in line for line in world.story())
    world.forward(minutes=13)
    assert f"chain_notice → {DANA}" in world.sent()


def test_a_raise_late_in_the_clock_never_moves_a_due_time_back(world):
    world.receives(SLOW, ADA)
    world.answers(DANA, "SEV 1 all stores are affected", "assignment")
    before = owed(world)
    world.forward(minutes=10)
    world.answers(DANA, "SEV 1 still so", "assignment")

    assert owed(world)["first_human"] == before["first_human"]

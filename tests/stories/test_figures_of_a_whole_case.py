"""The figures of one case that was played to its end and opened again: what the flow writes is what they read."""

from datetime import UTC, datetime, timedelta

from commsvc.desk.measuring import Measuring
from commsvc.domain.learning.figures.catalogue import FIGURES
from tests.stories.world import ADA, DANA, World


def figure(world: World, name: str) -> list[float]:
    knowns = Measuring(world.app.desk).received(world.now - timedelta(days=30), world.now, "")
    return [s.value for k in knowns for s in FIGURES[name].of(k, world.now)]


def test_a_case_that_is_resolved_and_opened_again_counts_so(tmp_path):
    world = World(tmp_path, start=datetime(2026, 11, 24, 15, 0, tzinfo=UTC))
    world.first_answered()
    world.answers(DANA, "STAGE mitigate: orders go by the old queue", "approval_request")
    world.forward(minutes=40)
    assert [round(h, 1) for h in figure(world, "mitigated")] == [round(_since(world, "moved", "to mitigate") + 0.5, 1)]
    world.answers(DANA, "RESOLVE the queue runs again", "approval_request")
    world.forward(minutes=2)
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=4)
    proposal = world.last("resolution_proposed", ADA)
    world.receives("Yes, it works, thank you.", ADA, str(proposal["Subject"]), str(proposal["Reply-To"]))
    world.forward(minutes=1)
    assert (figure(world, "validated"), figure(world, "reopened")) == ([1.0], [0.0])
    world.receives("It is down again in all our stores.", ADA, str(proposal["Subject"]), str(proposal["Reply-To"]))
    world.forward(minutes=1)
    assert (figure(world, "reopened"), figure(world, "resolved_gross")) == ([1.0], [])


def _since(world: World, what: str, said: str) -> float:
    """Hours from the first mail to this entry."""
    entries = world.store.records.timeline(world.case())
    at = next(e.at for e in entries if e.what == what and said in e.said)
    return (at - world.store.cases.get(1).opened_at) / timedelta(hours=1)

"""The same story on PostgreSQL: the whole way, from the mail to the customer's own word."""

from tests.stories.world import ADA, DANA, DOWN, World

JON = "jon@kestrel.example"


def test_the_whole_way_on_postgresql(tmp_path, postgres):
    world = World(tmp_path, database=postgres.database())
    world.receives(DOWN, ADA, "ALL STORES down")
    world.answers(DANA, "SEV 1 seen myself", "assignment")
    world.answers(DANA, "FACT The gateway refuses all stores", "assignment")
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=25)
    world.answers(JON, "APPROVE", "approval_request")
    world.forward(minutes=3)
    world.answers(DANA, "RESOLVE the certificate was replaced", "assignment")
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=3)
    proposal = world.last("resolution_proposed", ADA)
    world.receives("Confirmed, it works again.", ADA, str(proposal["Subject"]), str(proposal["Reply-To"]))

    assert [line.split(" → ")[0] for line in world.sent(ADA)] == [
        "acknowledge",
        "call_invitation",
        "first_answer",
        "update_no_progress",
        "resolution_proposed",
    ]
    assert "resolved: the customer confirmed" in world.story()
    assert world.store.records.troubles() == []
    world.store.close()

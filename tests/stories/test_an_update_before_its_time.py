"""UPDATE text: the customer is told what is new before the update is due, once a person approved."""

import pytest

from tests.stories.world import ADA, DANA, DOWN, World

KENJI = "kenji@kestrel.example"
NEWS = "The feed was restarted and orders arrive in all stores."


@pytest.fixture
def opened(world: World) -> World:
    """Dana owns Ada's case, and Ada has had her first answer."""
    world.first_answered()
    return world


def test_the_customer_reads_the_news_at_once_when_it_is_approved(opened):
    opened.answers(DANA, f"UPDATE {NEWS}", "assignment")
    assert not any("update_progress" in line for line in opened.sent(ADA))

    opened.answers(DANA, "APPROVE", "approval_request")
    opened.forward(minutes=3)
    assert NEWS in " ".join(opened.text("update_progress", ADA).split())


def test_who_is_neither_owner_nor_backup_writes_no_update(opened):
    opened.answers(DANA, "HANDOFF Kenji: my shift ends", "assignment")
    opened.answers(KENJI, f"UPDATE {NEWS}", "handoff_offer")

    assert "UPDATE is for the owner or backup" in opened.text("outcome", KENJI)
    assert not opened.store.facts.untold(opened.case())


def test_no_update_is_written_on_a_case_that_the_normal_queue_has(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "NOT it is a question", "assignment")
    world.answers(DANA, f"UPDATE {NEWS}", "assignment")

    assert "UPDATE says nothing of a case that is in a normal queue" in world.text("outcome", DANA)
    assert not world.store.facts.untold(world.case())

"""A rule that raises when it is asked: it is skipped and reported, and when unsure the higher level is taken."""

from dataclasses import replace

import pytest

from commsvc.adapters.memory import DirectReader
from commsvc.app import App
from commsvc.domain.playbook.criteria import When
from tests.console.conftest import Browser
from tests.stories.world import ADA, DANA, World

SLOW = "The reports page is very slow for some users. We can plan with the printed lists."
LOST = "Some orders of yesterday are lost, they are gone from the database."
HOW = "How do I change the language of the reports?"
REASON = "ZeroDivisionError: planted"


class Failing(When):
    """A condition that cannot be evaluated."""

    def holds(self, facts):
        raise ZeroDivisionError("planted")


class Planted:
    """The rules of a world, but for one condition, which fails."""

    def __init__(self, rulebook, playbook):
        self._rulebook, self._playbook = rulebook, playbook

    def current(self, account_id=""):
        return self._playbook

    def version(self, digest):
        return self._playbook if digest == self._playbook.digest else self._rulebook.version(digest)


def failing(playbook, file, key, id):
    """The same playbook, where the condition of one rule fails."""
    head = getattr(playbook, file)
    rules = tuple(
        r.model_copy(update={"when": Failing(**r.when.model_dump())}) if r.id == id else r for r in getattr(head, key)
    )
    assert [r for r in rules if isinstance(r.when, Failing)]
    return playbook.model_copy(update={file: head.model_copy(update={key: rules})})


@pytest.fixture
def world_with(tmp_path):
    """A world in which one rule fails: named by its file, its list and its id."""

    def made(*rule):
        world = World(tmp_path)
        desk = replace(world.app.desk, playbooks=Planted(world.rulebook, failing(world.rulebook.current(), *rule)))
        world.app = App(desk, DirectReader(), world.sender, world.calendar, (world.mailbox,))
        return world

    return made


def test_a_level_that_may_hold_is_taken_and_the_failure_told(world_with):
    world = world_with("severity", "rule", "H4_data_loss_spreading")
    world.receives(LOST, ADA)
    assert world.store.cases.get(1).severity.value == "SEV1", "SEV2 by the rule that works, but nobody knows"
    said = f"it could not be evaluated ({REASON}): it is skipped, and the higher level is taken"
    assert f"rule failed: {said}" in world.story()
    assert dict(world.store.records.troubles())["rule H4_data_loss_spreading"] == said
    assert "rule H4_data_loss_spreading" in Browser(world).sign_in(DANA).read("/health")


def test_it_raises_no_mail_that_it_can_not_be_about(world_with):
    world = world_with("severity", "rule", "H1_safety")
    world.receives(SLOW, ADA)
    assert world.store.cases.get(1).severity.value == "SEV3"
    assert "rule H1_safety" in dict(world.store.records.troubles())


def test_a_cap_that_fails_lowers_nothing(world_with):
    world = world_with("severity", "rule", "H10_non_production")
    world.receives("Our staging system is completely down, nobody of us can sign in to the test environment.", ADA)
    assert world.store.cases.get(1).severity.elevated


def test_a_modifier_that_fails_raises(world_with, tmp_path_factory):
    partly = "Printing is partly broken: some labels are missing, we print them by hand."
    calm, world = World(tmp_path_factory.mktemp("calm")), world_with("severity", "modifier", "M1_recurrence")
    for each in (calm, world):
        each.receives(partly, ADA)
    assert calm.store.cases.get(1).severity.value == "SEV3"
    assert world.store.cases.get(1).severity.value == "SEV2"


def test_a_rule_that_files_mail_away_files_nothing_away_when_it_fails(world_with):
    world = world_with("escalation", "not_escalation", "N1_how_to_no_impact")
    world.receives(HOW, ADA)
    case = world.store.cases.get(1)
    assert case.stage.open, "a person looks at what may be a question"
    assert "rule failed" in " ".join(world.story())


def test_a_kind_that_fails_is_silent_and_restricted_all_the_same(world_with):
    world = world_with("escalation", "escalation", "E4_security")
    world.receives("We found customer data of another company in our export, a security breach.", ADA)
    case = world.store.cases.get(1)
    assert case.restricted
    assert "acknowledge" not in " ".join(world.sent(ADA))


def test_an_answer_that_fails_a_rule_joins_its_case_and_is_reported_there(world_with):
    world = world_with("severity", "rule", "H4_data_loss_spreading")
    world.receives(SLOW, ADA)
    receipt = world.last("acknowledge", ADA)["Message-ID"].strip("<>")
    world.receives(LOST, ADA, "Re: Orders", answering=receipt)
    story = world.story()
    assert any(line.startswith("raised: SEV3 to SEV1") for line in story)
    assert any(line.startswith("rule failed") for line in story)
    assert len(world.store.cases.listed()) == 1

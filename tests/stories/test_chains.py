"""Each chain of practice.md 5.1 by its rows: who is told when. ACK stops it before the due time, silence reaches the top.

The expected minutes are written here by hand from the practice, for a strategic customer whose SEV1 arrives at minute 0: the
first answer is owed after 15 minutes, the first update after 30, an approval or an answer to an offer after 10.
"""

import email
import email.policy
import re
from collections import defaultdict
from dataclasses import replace

import pytest

from tests.stories.world import ADA, DANA, DOWN, World

STEP = re.compile(r"^(.*?) (?:is due|is late since) .*\(step ([^)]+)\)")
ACK, FIRST, UPDATE = "An acknowledgement by the owner", "The first human answer", "The next update"
DECISION, OFFER = "A decision on the first answer", "An answer to the offer of this case"
Told = dict[int, set[str]]

SILENCE = {
    ACK: {0: {"dana"}, 3: {"katrin"}, 6: {"sam"}, 10: {"rafael", "jon"}, 30: {"helen"}},
    FIRST: {8: {"dana"}, 12: {"dana", "katrin"}, 14: {"sam"}, 15: {"rafael", "jon"}, 23: {"helen"}, 263: {"helen"}},
    DECISION: {5: {"katrin"}, 10: {"rafael"}},
}
"""What everybody's silence leads to, by mail alone."""
PAGED = {0: {"dana"}, 5: {"katrin"}, 10: {"sam"}, 15: {"rafael", "jon"}, 30: {"helen"}}


def lived(world: World, minutes: int) -> dict[str, Told]:
    """Let the time pass; returns who was told of what at which minute, as their mailboxes show it."""
    told: dict[str, Told] = defaultdict(lambda: defaultdict(set))
    seen = 0
    for minute in range(minutes + 1):
        if minute:
            world.forward(minutes=1)
        for envelope in world.sender.sent[seen:]:
            notice = world.store.letters.get(envelope.letter_id).wish.letter == "chain_notice"
            mail = email.message_from_bytes(envelope.data, policy=email.policy.default)
            body = str(mail.get_body(("plain",)).get_content()) if notice else ""  # type: ignore[union-attr]
            for found in filter(None, map(STEP.match, body.splitlines())):
                told[found[1]][minute].add(envelope.rcpt_to.partition("@")[0])
        seen = len(world.sender.sent)
    return told


def plain(told: Told) -> Told:
    return {minute: set(who) for minute, who in told.items()}


@pytest.fixture
def down(world: World) -> World:
    world.receives(DOWN, ADA)
    return world


@pytest.fixture(scope="module")
def silence(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    world = World(tmp_path_factory.mktemp("silence"))
    world.receives(DOWN, ADA)
    return lived(world, 263)


@pytest.mark.parametrize("chain", SILENCE)
def test_silence_reaches_the_top_row_by_row(silence: dict[str, Told], chain: str) -> None:
    assert plain(silence[chain]) == SILENCE[chain]


def test_where_people_can_be_paged_the_steps_of_the_first_chain_are_wider(world: World) -> None:
    world.app = replace(world.app, desk=replace(world.app.desk, paging=True))
    world.receives(DOWN, ADA)
    assert plain(lived(world, 31)[ACK]) == PAGED


def test_an_acknowledgement_ends_its_chain_and_silences_the_others_until_the_due_time(down: World) -> None:
    down.answers(DANA, "ACK I ask the vendor", "assignment")
    told = lived(down, 31)
    assert set(told[ACK]) <= {0}
    assert min(told[FIRST]) == 15


def test_an_update_that_nobody_writes_climbs_to_the_managers(world: World) -> None:
    """Ada asked for a person, so no holding statement goes by itself. Minute 0 is three after her mail."""
    world.receives(f"{DOWN}\n\nI want to speak to a real person.", ADA)
    world.first_answered(received=True)
    assert plain(lived(world, 40)[UPDATE]) == {21: {"dana", "katrin", "jon"}, 27: {"sam"}, 35: {"rafael", "jon"}}


def test_an_update_that_nobody_approves_is_announced_before_its_time(world: World) -> None:
    world.first_answered()
    told = lived(world, 40)
    assert plain(told[UPDATE]) == {21: {"dana", "katrin", "jon"}}
    assert world.sent(ADA)[-1] == f"holding_statement → {ADA}"


def test_an_offer_that_nobody_answers_goes_to_the_manager_and_back_to_the_owner(world: World) -> None:
    world.first_answered()
    world.answers(DANA, "HANDOFF Katrin: my shift ends", "assignment")
    assert plain(lived(world, 11)[OFFER]) == {5: {"katrin"}, 10: {"sam", "dana"}}

"""Whatever people say and leave unsaid, at every instant each case has exactly one accountable owner."""

from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.domain.letter.approval import Verb
from commsvc.domain.letter.command import Channel, Command
from commsvc.domain.promise.handoff import State
from tests.stories.world import ADA, DOWN, World

PEOPLE = tuple(f"{n}@kestrel.example" for n in ("dana", "katrin", "kenji", "jon", "sam", "rafael", "helen", "noor"))
SAID = st.one_of(
    st.tuples(st.just(Verb.MINE), st.just("")),
    st.tuples(st.just(Verb.ACK), st.just("")),
    st.tuples(st.just(Verb.DECLINE), st.just("I am on a train")),
    st.tuples(st.just(Verb.HANDOFF), st.sampled_from(PEOPLE).map("{}: my shift ends".format)),
    st.tuples(st.just(Verb.ABSENT), st.sampled_from(["until 2026-11-24", "until 2026-12-01 deputy Katrin", "until 2026-12-01 deputy Dana"])),
    st.tuples(st.just(Verb.NOT), st.just("they only ask")),
    st.tuples(st.just(Verb.REOPEN), st.just("it is back")),
    st.tuples(st.just(Verb.SNOOZE), st.just("2h the vendor answers at noon")),
)  # fmt: skip
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(PEOPLE), SAID),
        st.integers(1, 45).map(lambda minutes: ("nobody", minutes)),
    ),
    max_size=14,
)


def says(world, person, verb, argument):
    with world.store.transaction():
        world.store.records.order(Command(verb, argument, person, Channel.PAGE, world.case(), world.now))
    world.tick()


def owners(world):
    """Who was accountable, one after the other, as the timeline tells: pairs of who gave and who took."""
    changes = [
        e.said.partition(":")[0] for e in world.store.records.timeline(world.case()) if e.what == "owner changed"
    ]
    return [tuple(c.split(" to ")) for c in changes]


def holds(world, first):
    case, offers = world.store.cases.get(1), world.store.staff.offers(1)
    assert case.owner in PEOPLE
    assert case.owner != case.backup
    assert sum(o.state is State.OFFERED for o in offers) <= 1, "two people would each believe they are asked"
    hands = owners(world)
    for (_, taken), (given_by, _) in zip([("", first), *hands], hands, strict=False):
        assert given_by == taken, "it was taken from somebody who did not have it"
    assert case.owner == (hands[-1][1] if hands else first)


@settings(max_examples=25, deadline=None)
@given(DEEDS)
def test_there_is_never_nobody_and_never_two(tmp_path_factory, deeds):
    world = World(Path(tmp_path_factory.mktemp("owners")), database=":memory:")
    world.receives(DOWN, ADA)
    first = world.store.cases.get(1).owner
    for who, deed in deeds:
        if who == "nobody":
            end = world.now + timedelta(minutes=deed)
            while world.now < end:
                world.forward(minutes=1)
                holds(world, first)
        else:
            says(world, who, *deed)
            holds(world, first)
    world.store.close()

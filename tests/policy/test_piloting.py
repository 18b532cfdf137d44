"""A version is live for one account and in the shadow for the others: what is done, and what is only reported."""

from dataclasses import replace
from datetime import timedelta

import pytest

from commsvc.adapters.memory import DirectReader
from commsvc.adapters.rulebook import build
from commsvc.domain.learning.piloting import pilot_report
from commsvc.errors import Trouble
from commsvc.flow.adopting import Adopting
from commsvc.flow.piloting import Piloting
from commsvc.trying.replay import simulate
from tests.policy.history import SOON
from tests.policy.test_simulating import SOON_WORSE
from tests.stories.world import ADA, DANA, World

SAM = "sam@kestrel.example"
NIMBUS = "ACC-1008"


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def worse(world):
    """The rules with a future loss one level higher, and their files."""
    file, old, new = SOON_WORSE
    files = {**world.rulebook.files, file: world.rulebook.files[file].replace(old, new, 1)}
    return build(files, world.app.desk.stationery.letters()), files


def begin(world, accounts=frozenset([NIMBUS]), by=SAM, *, adopts=False):
    begun = Piloting(world.app.desk, adopts).begin(*worse(world), accounts, by, world.now)
    world.rulebook.try_on(world.rulebook.remember(worse(world)[1]), begun.accounts)
    return begun


def strangers(world):
    """A contact of another account than the pilot's."""
    return next(c.address for a in world.directory.accounts if a.id != NIMBUS and a.contacts for c in a.contacts)


def cases(world):
    return {c.account_id: c for c in world.store.cases.listed()}


def test_new_cases_of_its_accounts_begin_with_it_and_all_others_do_not(world):
    pilot = begin(world)
    world.receives(SOON, ADA)
    world.receives(SOON, strangers(world))
    theirs, others = cases(world).pop(NIMBUS), [c for c in world.store.cases.listed() if c.account_id != NIMBUS]
    assert (theirs.severity.value, theirs.playbook) == ("SEV2", pilot.digest)
    assert [(c.severity.value, c.playbook) for c in others] == [("SEV3", world.rulebook.current().digest)]


def test_a_case_keeps_the_version_of_the_pilot_when_it_has_ended(world):
    pilot = begin(world)
    world.receives(SOON, ADA)
    Piloting(world.app.desk, adopts=False).end(SAM, world.now)
    world.rulebook.try_on(None)
    assert world.app.desk.rules(world.store.cases.get(1)).digest == pilot.digest
    assert world.rulebook.current(NIMBUS).digest != pilot.digest
    assert world.store.adoptions.pilot() is None


def test_the_report_tells_live_from_shadow(world):
    pilot = begin(world)
    other = strangers(world)
    world.receives(SOON, ADA)
    world.receives(SOON + " Really.", other)
    world.forward(minutes=5)
    found = simulate(world.app.desk, DirectReader(), worse(world)[0], pilot.started_at, world.now, None)
    said = pilot_report(pilot, found)
    live, shadow = "\n".join(said).split("Everybody else")
    assert f"live for {NIMBUS} since 2026-11-23 14:02 UTC" in live
    for part in (live, shadow):
        assert "1 mails replayed, 1 would end otherwise." in part
        assert "Severity: SEV3 → SEV2: 1" in part
    assert other not in world.sent(), "of the shadow nothing is done"


def test_mail_after_its_end_is_no_part_of_it(world):
    pilot = begin(world)
    world.receives(SOON, ADA)
    ended = replace(pilot, ended_at=world.now)
    world.forward(minutes=60)
    world.receives(SOON, strangers(world))
    found = simulate(world.app.desk, DirectReader(), worse(world)[0], ended.started_at, ended.ended_at, None)
    assert len(found.pairs) == 1


@pytest.mark.parametrize(
    ("accounts", "by", "said"),
    [
        ({"ACC-0"}, SAM, "no accounts of ours"),
        (set(), SAM, "no accounts of ours"),
        ({NIMBUS}, DANA, "only those who adopt"),
        ({NIMBUS}, "eve@kestrel.example", "only those who adopt"),
    ],
)
def test_who_may_not_begin_one_or_names_nobody_is_refused(world, accounts, by, said):
    with pytest.raises(Trouble, match=said):
        begin(world, frozenset(accounts), by)


def test_one_pilot_lasts_at_a_time(world):
    begin(world)
    with pytest.raises(Trouble, match="another pilot lasts"):
        begin(world)
    with pytest.raises(Trouble, match="only those who adopt"):
        Piloting(world.app.desk, adopts=False).end(DANA, world.now)
    Piloting(world.app.desk, adopts=False).end(SAM, world.now)
    with pytest.raises(Trouble, match="no pilot lasts"):
        Piloting(world.app.desk, adopts=False).end(SAM, world.now)


def test_where_versions_are_adopted_a_pilot_needs_two_people_as_well(world):
    with pytest.raises(Trouble, match="second person"):
        begin(world, adopts=True)
    files = {name: text.replace('version = "1.0.0"', 'version = "1.1.0"', 1) for name, text in worse(world)[1].items()}
    new = world.rulebook.remember(files)
    with world.store.transaction():
        world.store.records.keep_playbook(world.rulebook.current(), world.rulebook.files, world.now)
    Adopting(world.app.desk).propose(new, files, DANA, "losses come sooner than we think", world.now)
    begun = Piloting(world.app.desk, adopts=True).begin(
        new, files, frozenset([NIMBUS]), SAM, world.now + timedelta(minutes=1)
    )
    assert begun.version == "1.1.0"

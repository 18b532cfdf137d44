"""A changed rule takes force when a second person says so; whom it concerns is told, and answers."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from commsvc.domain.promise.promise import Subject
from commsvc.errors import Trouble
from commsvc.flow.adopting import Adopting
from tests.console.conftest import Browser
from tests.stories.world import DANA, ROOT, World

KATRIN, SAM, RAFAEL, NOOR = (f"{n}@kestrel.example" for n in ("katrin", "sam", "rafael", "noor"))
KENJI = "kenji@kestrel.example"
SOONER = ("timelines.toml", 'SEV2 = { strategic = "1h/24x7"', 'SEV2 = { strategic = "30m/24x7"')
WHY = "two strategic customers waited too long"
DAY = timedelta(days=1)


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    with world.store.transaction():
        world.store.records.keep_playbook(world.rulebook.current(), world.rulebook.files, world.now)
    return world


@pytest.fixture
def adopting(world):
    return Adopting(world.app.desk)


def edited(world, *edits, version="1.1.0"):
    """A version with these edits, and its files."""
    files = dict(world.rulebook.files)
    for file, old, new in edits:
        assert old in files[file]
        files[file] = files[file].replace(old, new, 1).replace('version = "1.0.0"', f'version = "{version}"', 1)
    return world.rulebook.remember(files), files


def proposed(world, adopting, *edits, by=DANA, **more):
    return adopting.propose(*edited(world, *edits or (SOONER,), **more), by, WHY, world.now)


def taken(world, adopting):
    """What the daemon does every ten seconds."""
    return world.rulebook.take(world.store.adoptions.files(adopting.begin(world.now).digest))


def test_a_version_needs_a_second_person_who_may(world, adopting):
    wanted = proposed(world, adopting, by=SAM)
    for by, said in ((SAM, "second person"), (DANA, "authority"), ("eve@kestrel.example", "one of our people")):
        with pytest.raises(Trouble, match=said):
            adopting.adopt(wanted.id, by, world.now, world.now)
    with pytest.raises(Trouble, match="has passed"):
        adopting.adopt(wanted.id, RAFAEL, world.now - DAY, world.now)
    adopting.adopt(wanted.id, RAFAEL, world.now, world.now)
    with pytest.raises(Trouble, match="adopted already"):
        adopting.adopt(wanted.id, RAFAEL, world.now, world.now)


def test_what_changes_nothing_or_carries_too_low_a_number_is_not_proposed(world, adopting):
    with pytest.raises(Trouble, match="nothing changes"):
        adopting.propose(world.rulebook.current(), world.rulebook.files, DANA, WHY, world.now)
    with pytest.raises(Trouble, match=r"too low .*write 1\.1\.0"):
        proposed(world, adopting, version="1.0.1")
    with pytest.raises(Trouble, match="does not let this person"):
        proposed(world, adopting, by=KENJI)


def test_it_takes_force_at_its_time_and_open_cases_keep_theirs(world, adopting):
    before = adopting.begin(world.now).digest
    world.receives("Everything is down.", "ada@nimbusretail.example")
    wanted = proposed(world, adopting)
    assert not taken(world, adopting), "a proposal alone changes nothing"
    adopting.adopt(wanted.id, SAM, world.now + DAY, world.now)
    world.now += DAY - timedelta(seconds=1)
    assert not taken(world, adopting)
    world.now += timedelta(seconds=1)
    assert taken(world, adopting)
    assert world.rulebook.current().digest == wanted.digest
    assert world.app.desk.rules(world.store.cases.get(1)).digest == before


def test_going_back_is_adopting_the_older_version(world, adopting):
    first = adopting.begin(world.now)
    wanted = proposed(world, adopting)
    adopting.adopt(wanted.id, SAM, world.now, world.now)
    assert taken(world, adopting)
    world.now += DAY
    files = world.store.adoptions.files(first.digest)
    back = adopting.propose(world.rulebook.remember(files), files, SAM, "it paged too much", world.now)
    adopting.adopt(back.id, RAFAEL, world.now, world.now)
    assert taken(world, adopting)
    assert world.rulebook.current().version == "1.0.0"


def test_whom_it_concerns_is_told_what_changes_for_them(world, adopting):
    sooner = ("chains.toml", '{ at = "90%", to = ["support_manager"]', '{ at = "85%", to = ["support_manager"]')
    who = ("approvals.toml", 'first_answer = { SEV1 = "owner"', 'first_answer = { SEV1 = "owner|security_lead"')
    wanted = proposed(world, adopting, SOONER, sooner, who, version="2.0.0")
    adopting.adopt(wanted.id, SAM, world.now + DAY, world.now)
    world.tick()
    told = [t.person for t in world.store.adoptions.told(wanted.id)]
    assert set(told) >= {DANA, KATRIN, SAM, NOOR}
    assert KENJI not in told
    mail = " ".join(world.text("policy_change", DANA).split())
    assert "What changes for you - SEV2 first answer for strategic: 1 hour → 30 minutes" in mail
    assert "Dana Whitfield proposed it, Sam Okada adopted it" in mail
    mine, others = " ".join(world.text("policy_change", NOOR).split()).split("What changes for others")
    assert "SEV1 first answer, approved by: owner → owner or security lead" in mine
    assert "30 minutes" in others


def test_an_answer_is_kept_and_holds_nothing_up(world, adopting):
    wanted = proposed(world, adopting)
    adopting.adopt(wanted.id, SAM, world.now + DAY, world.now)
    world.tick()
    world.answers(DANA, "ACK", "policy_change")
    world.answers(KATRIN, "I can not do that at night.\nKatrin", "policy_change")
    assert [str(t) for t in world.store.adoptions.told(wanted.id)][:2] == [
        f"{DANA} has acknowledged",
        f"{KATRIN} objects: I can not do that at night. Katrin",
    ]
    assert "Katrin Vogt: I can not do that at night." in world.text("policy_objection", SAM)
    story = [e.what for e in world.store.records.timeline(Subject("playbook", wanted.id))]
    assert story == ["proposed", "adopted", "ack", "note"]
    world.now += DAY
    assert taken(world, adopting), "nobody waits for the others"


def test_an_automatic_answer_acknowledges_nothing(world, adopting):
    wanted = proposed(world, adopting)
    adopting.adopt(wanted.id, SAM, world.now, world.now)
    world.tick()
    mail = world.last("policy_change", DANA)
    world.receives("ACK", DANA, "Re: Playbook", str(mail["Reply-To"]), submitted_by=DANA,
                   headers={"Auto-Submitted": "auto-replied"})  # fmt: skip
    assert not any(t.answered_at for t in world.store.adoptions.told(wanted.id))


def test_the_page_shows_who_decided_and_takes_an_acknowledgement(world, adopting):
    adopting.begin(world.now)
    wanted = proposed(world, adopting)
    dana = Browser(world).sign_in(DANA)
    assert f"commsvc rules adopt {wanted.digest}" in dana.read("/playbook")
    adopting.adopt(wanted.id, SAM, world.now + DAY, world.now)
    page = dana.read("/playbook")
    for said in (f"Proposed by Dana Whitfield: {WHY}.", "Adopted by Sam Okada", "Dana Whitfield has not answered"):
        assert said in page, said
    assert "30 minutes" in dana.read(f"/playbook/{wanted.replaces}/{wanted.digest}")
    page = dana.send("/playbook", f"/playbook/{wanted.id}/ack").text
    assert "Acknowledged." in page
    assert "Dana Whitfield acknowledged it" in page
    assert "I know it" not in page


def test_the_second_person_adopts_on_the_page_by_their_own_clock(world, adopting):
    wanted = proposed(world, adopting, by=SAM)
    for other in (DANA, SAM):
        assert "Adopt 1.1.0" not in Browser(world).sign_in(other).read("/playbook")
    rafael = Browser(world).sign_in(RAFAEL)
    assert rafael.send("/playbook", f"/playbook/{wanted.id}/adopt", since="soon").status_code == 400
    assert "has passed" in rafael.send("/playbook", f"/playbook/{wanted.id}/adopt", since="2026-11-01T09:00").text
    page = rafael.send("/playbook", f"/playbook/{wanted.id}/adopt", since="2026-12-01T09:00").text
    assert "Adopted by Rafael Ortiz" in page
    assert world.store.adoptions.get(wanted.id).effective_at == datetime(2026, 12, 1, 8, tzinfo=UTC), "nine in Madrid"
    assert "Adopt 1.1.0" not in page


def test_a_folder_that_was_edited_changes_nothing_by_itself(tmp_path):
    folder = shutil.copytree(ROOT / "rules", tmp_path / "rules")
    world = World(tmp_path, rules=folder)
    file, old, new = SOONER
    (folder / file).write_text((folder / file).read_text().replace(old, new, 1))
    assert world.rulebook.edited().digest != world.rulebook.current().digest


def test_an_answer_is_judged_by_the_version_its_case_began_with(world, adopting):
    adopting.begin(world.now)
    world.receives("The reports page is very slow for some users.", "ada@nimbusretail.example")
    filed_away = (
        "escalation.toml",
        'id = "N3_thanks_no_request"',
        'id = "N9"\nreason = "r"\nwhen = { all = ["degraded"], none = ["function_down"] }\nroute = "append_log_only"\n\n[[not_escalation]]\nid = "N3_thanks_no_request"',
    )
    wanted = proposed(world, adopting, filed_away, version="2.0.0")
    adopting.adopt(wanted.id, SAM, world.now, world.now)
    assert taken(world, adopting)
    receipt = world.last("acknowledge", "ada@nimbusretail.example")["Message-ID"].strip("<>")
    world.receives(
        "It is still very slow, now for more users.", "ada@nimbusretail.example", "Re: Orders", answering=receipt
    )
    assert "customer wrote" in " ".join(world.story())
    assert "mail noted" not in " ".join(world.story())
    world.receives("The search page is very slow.", "ada@nimbusretail.example", "Search")
    assert len(world.store.cases.listed()) == 1, "a mail of its own is filed away as the new version says"

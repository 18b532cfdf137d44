"""MERGE, SPLIT, OPEN, PAUSE, STAGE: what is the same answers once, what was phoned in is a case, quiet is announced."""

from datetime import UTC, datetime, timedelta

import pytest

from commsvc.domain.case.case import Stage
from commsvc.domain.playbook.words import Kind, Severity
from commsvc.domain.promise.promise import State, Subject
from tests.stories.world import ADA, DANA, DOWN, World

BOB, KATRIN, MATTHIAS = "bob@nimbusretail.example", "katrin@kestrel.example", "m.brandt@hartmann-pt.example"
SLOW = "The nightly data export takes three hours longer than last week.\n\nAda"


def outcome(world: World, who: str = DANA) -> str:
    return " ".join(world.text("outcome", who).split())


def owed(world: World, case: int) -> dict[Kind, datetime]:
    return {p.kind: p.due_at for p in world.store.promises.of(Subject("case", case)) if p.state is State.OPEN}


def owner(world: World, case: int) -> str:
    return world.store.cases.get(case).owner


def theirs(world: World, case: int) -> list[str]:
    return [m.words for m in world.store.inbox.thread(Subject("case", case)) if not m.by_us]


@pytest.fixture
def two(world: World) -> World:
    """Two cases of one account: the second is graver and due sooner."""
    world.receives(SLOW, ADA, "Export")
    world.receives(DOWN, BOB, "Orders")
    assert world.store.cases.get(1).severity.level > world.store.cases.get(2).severity.level
    return world


def test_the_case_that_answers_for_two_takes_the_graver_level_and_the_earlier_time(two: World) -> None:
    second = owed(two, 2)
    two.answers(owner(two, 2), "MERGE ESC-1", "assignment")

    merged, kept = two.store.cases.get(2), two.store.cases.get(1)
    assert (merged.stage, merged.merged_into) == (Stage.MERGED, 1)
    assert owed(two, 2) == {}
    assert kept.severity is merged.severity
    assert owed(two, 1)[Kind.FIRST_HUMAN] <= second[Kind.FIRST_HUMAN]
    assert "bob@nimbusretail.example has to hear from you too" in " ".join(two.text("needs_person", kept.owner).split())


def test_an_answer_to_a_merged_case_joins_the_one_that_answers_for_it(two: World) -> None:
    receipt = two.last("acknowledge", BOB)
    two.answers(owner(two, 2), "MERGE 1", "assignment")
    two.receives("Any news?", BOB, f"Re: {receipt['Subject']}", str(receipt["Reply-To"]))

    assert "customer wrote" in [line.partition(":")[0] for line in two.story(1)]
    assert two.store.cases.get(2).stage is Stage.MERGED


def test_parting_gives_a_case_back_what_was_owed_at_its_old_times(two: World) -> None:
    before = {k: at for k, at in owed(two, 2).items() if k in (Kind.FIRST_HUMAN, Kind.NEXT_UPDATE)}
    two.answers(owner(two, 2), "MERGE ESC-1", "assignment")
    two.forward(minutes=5)
    two.answers(owner(two, 1), "SPLIT ESC-2", "assignment")

    parted = two.store.cases.get(2)
    assert (parted.stage, parted.merged_into) == (Stage.INVESTIGATE, 0)
    assert owed(two, 2) == before


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("MERGE ESC-2", "it is the same case"),
        ("MERGE ESC-1", "not of the same account"),
        ("MERGE ESC-77", "say which case it is the same as"),
        ("SPLIT ESC-1", "is not merged into ESC-2"),
        ("SPLIT", "say which case to part"),
    ],
)
def test_what_may_not_be_merged_or_parted_says_why(world: World, said: str, why: str) -> None:
    world.receives("Der Etikettendruck steht im ganzen Werk still.", MATTHIAS, "Druck")
    world.receives(SLOW, ADA, "Export")
    before = owed(world, 1), owed(world, 2)
    world.answers(owner(world, 2), said, "assignment")

    assert why in outcome(world, owner(world, 2))
    assert (owed(world, 1), owed(world, 2)) == before


def test_a_mail_that_joined_a_case_is_parted_from_it_and_becomes_one(world: World) -> None:
    world.first_answered()
    receipt = world.last("acknowledge", ADA)
    world.receives("By the way, invoices of October show the wrong tax, please correct them.", ADA, "Re: Orders",
                   str(receipt["Reply-To"]))  # fmt: skip
    assert len(theirs(world, 1)) == 2
    world.answers(DANA, "SPLIT", "customer_wrote")
    world.tick()

    assert len(theirs(world, 1)) == 1
    assert theirs(world, 2)[0].startswith("By the way, invoices")
    assert world.store.cases.get(2).contact == ADA


def test_a_case_that_was_phoned_in_is_owned_and_owed_and_sends_nothing_by_itself(world: World) -> None:
    said = f"OPEN {ADA}: Since 08:40 not a single web order reaches our stores. All 214 stores are completely stopped."
    world.receives(said, KATRIN, "phone", submitted_by=KATRIN)

    case = world.store.cases.get(1)
    assert (case.contact, case.account_id, case.severity) == (ADA, "ACC-1008", Severity.SEV1)
    assert Kind.FIRST_HUMAN in owed(world, 1)
    assert world.sent(ADA) == []
    assert "ESC-1 is open" in outcome(world, KATRIN)
    world.answers(case.owner, "APPROVE", "approval_request")
    world.forward(minutes=3)
    assert world.sent(ADA) == [f"first_answer → {ADA}"]


@pytest.mark.parametrize(
    ("said", "proven"),
    [(f"OPEN {ADA}: everything is down", False), ("OPEN stranger@elsewhere.example: everything is down", True)],
)
def test_what_may_not_be_opened_is_put_to_a_person(world: World, said: str, proven: bool) -> None:
    world.receives(said, KATRIN, "phone", submitted_by=KATRIN if proven else "")
    case = world.store.cases.get(1)
    assert not case.trusted
    assert case.contact != ADA
    world.forward(minutes=5)
    assert world.sent(ADA) == []


def test_a_pause_holds_once_a_letter_has_told_the_customer(world: World) -> None:
    world.receives(SLOW, ADA, "Export")
    me = owner(world, 1)
    world.answers(me, "PAUSE customer until 27 November", "assignment")
    assert "owed a first answer" in outcome(world, me)
    world.answers(me, "APPROVE", "approval_request")
    world.forward(minutes=3)
    promised = owed(world, 1)[Kind.NEXT_UPDATE]

    world.answers(me, "PAUSE customer until 1 December", "assignment")
    assert owed(world, 1)[Kind.NEXT_UPDATE] == promised
    world.answers(me, "FACT waiting: your trace of the export", "assignment")
    world.answers(me, "APPROVE", "approval_request")
    world.forward(minutes=3)
    assert owed(world, 1)[Kind.NEXT_UPDATE] == datetime(2026, 12, 1, 15, tzinfo=UTC)

    world.receives("Here is the trace.", ADA, "Re: Export", str(world.last("acknowledge", ADA)["Reply-To"]))
    assert owed(world, 1)[Kind.NEXT_UPDATE] < datetime(2026, 12, 1, tzinfo=UTC)
    assert world.store.cases.get(1).paused_until is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("PAUSE lunch until 27 November", "the reasons are customer, agreed, window"),
        ("PAUSE customer until 27 November", "pauses no SEV1"),
    ],
)
def test_no_pause_that_the_playbook_does_not_know(world: World, said: str, why: str) -> None:
    world.first_answered()
    world.answers(DANA, said, "assignment")
    assert why in outcome(world)


def test_a_case_that_is_mitigated_is_updated_less_often_and_goes_back_with_a_reason(world: World) -> None:
    world.first_answered()
    world.answers(DANA, "STAGE mitigate: orders go by the old queue", "assignment")
    case = world.store.cases.get(1)
    assert case.stage is Stage.MITIGATE
    assert world.app.desk.pace(case).length == timedelta(hours=4)

    world.answers(DANA, "STAGE exit: they agreed", "assignment")
    assert "no exit escalation has been sent" in outcome(world)
    world.answers(DANA, "REOPEN the old queue fills up", "assignment")
    assert world.store.cases.get(1).stage is Stage.INVESTIGATE

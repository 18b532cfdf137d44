"""An approver with nothing but a telephone: one word, one paragraph, one colleague."""

import re
import shutil
from pathlib import Path

import pytest

from commsvc.domain.letter.letter import State
from tests.stories.world import ADA, DANA, DOWN, ROOT, World

JON, KATRIN = "jon@kestrel.example", "katrin@kestrel.example"


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.receives(DOWN, ADA)
    return world


def request(world: World, who: str = DANA) -> str:
    return world.text("approval_request", who)


def test_the_first_screen_says_who_when_what_and_how_in_sixty_words(world):
    first = " ".join(request(world).split()[:60])
    assert "Nimbus Retail Group" in first
    assert "Adaeze Okafor" in first
    assert "decide by" in first
    assert "New in it" in first
    reply_to = world.last("approval_request", DANA)["Reply-To"]
    assert f"mailto:{reply_to}?subject=ESC-1&body=APPROVE" in first
    assert f"mailto:{reply_to}?subject=ESC-1&body=REJECT" in first


@pytest.mark.parametrize(
    "answer",
    [
        "APPROVE",
        "approve",
        "Approve.",
        "APPROVE!\n\nSent from my iPhone",
        "**approve** ✓\n-- \nDana",
        "APPROVE\n\n> REJECT no",
    ],
)
def test_a_word_in_any_case_with_a_phones_signature_is_enough(world, answer):
    world.answers(DANA, answer, "approval_request")
    world.forward(minutes=3)
    assert f"first_answer → {ADA}" in world.sent()


def test_the_outcome_comes_back_within_a_minute(world):
    world.answers(DANA, "APPROVE", "approval_request")
    assert "approved; it will be sent" in world.text("outcome", DANA)


def test_the_text_between_the_marks_is_edited_in_place(world):
    """Mail programs quote what they answer; the words between the marks are found behind the quotes."""
    quoted = "\n".join(f"> {line}" for line in request(world).splitlines())
    assert "What happens next" in quoted
    world.answers(
        DANA,
        "EDIT\n\nOn Monday support wrote:\n" + quoted.replace("What happens next", "What we do next"),
        "approval_request",
    )
    assert "your text is in" in world.text("outcome", DANA)
    assert "What we do next" in request(world)
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=3)
    letter = world.text("first_answer", ADA)
    assert "What we do next" in letter
    assert "====" not in letter
    assert not re.search(r"^>", letter, re.MULTILINE)


def test_edit_without_marks_or_words_does_nothing(world):
    world.answers(DANA, "EDIT\n\nSent from my phone", "approval_request")
    world.answers(DANA, "EDIT", "approval_request")
    assert f"first_answer → {ADA}" not in world.sent()


def test_one_paragraph_is_replaced_and_the_rest_stays(world):
    before = world.store.letters.drafted()[0].words.text
    world.answers(DANA, "REPLACE 2: Good afternoon Ms Okafor,", "approval_request")
    after = world.store.letters.drafted()[0].words.text
    assert after.split("\n\n")[1] == "Good afternoon Ms Okafor,"
    assert after.split("\n\n")[2:] == before.split("\n\n")[2:]


def test_a_paragraph_that_is_not_there_replaces_nothing(world):
    before = world.store.letters.drafted()[0].words.text
    world.answers(DANA, "REPLACE 77: words", "approval_request")
    assert world.store.letters.drafted()[0].words.text == before
    assert "there is no such paragraph" in world.text("outcome", DANA)


def test_words_that_may_not_go_are_not_taken_and_the_reason_comes_back(world):
    world.answers(DANA, "REPLACE 2: Unfortunately it was a user error.", "approval_request")
    said = world.text("outcome", DANA)
    assert "your text was not taken: wording" in said
    assert "user error" in said


def test_a_colleague_is_asked_in_ones_place_and_their_yes_counts(world):
    world.answers(DANA, "DELEGATE katrin", "approval_request")
    assert "Katrin Vogt is asked now" in world.text("outcome", DANA)
    world.answers(KATRIN, "APPROVE", "approval_request")
    world.forward(minutes=3)
    assert f"first_answer → {ADA}" in world.sent()


@pytest.mark.parametrize("name", ["nobody", "a", "@kestrel.example"])
def test_a_delegate_is_one_person_or_nobody(world, name):
    world.answers(DANA, f"DELEGATE {name}", "approval_request")
    assert "nobody was asked" in world.text("outcome", DANA)


def test_a_draft_that_the_customer_overtook_is_asked_again_with_the_change_first(world):
    world.receives("Now the warehouse is down as well. All 9 warehouses are stopped.", ADA, "Re: Orders",
                   str(world.last("acknowledge", ADA)["Reply-To"]))  # fmt: skip
    world.answers(DANA, "FACT the warehouses run on the same server", "assignment")
    first = " ".join(request(world).split()[:60])
    assert "Changed since you were asked" in first
    assert "now: - the warehouses run on the same server" in first


def test_after_the_second_mail_that_overtakes_an_update_the_holding_statement_goes(world):
    world.first_answered(received=True)
    world.forward(minutes=20)
    assert [x.wish.letter for x in world.store.letters.drafted()] == ["update_no_progress"]
    for n in range(2):
        assert f"holding_statement → {ADA}" not in world.sent()
        world.forward(minutes=1)
        world.receives(f"It is still the same here, all 214 stores. Any news? ({n})", ADA, "Re: Orders",
                       str(world.last("acknowledge", ADA)["Reply-To"]))  # fmt: skip
    world.tick()
    assert world.sent().count(f"holding_statement → {ADA}") == 1


def test_a_name_that_holds_a_letter_is_released_with_a_reason_by_the_owner(world):
    world.answers(DANA, "FACT the carrier is Hartmann Präzisionstechnik GmbH", "assignment")
    assert "another account" in world.text("needs_person", DANA)
    world.answers(DANA, "RELEASE they share that carrier and know it", "needs_person")
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=3)
    assert "Hartmann" in world.text("first_answer", ADA)


def test_a_letter_that_says_the_same_again_is_held_until_something_is_new(world):
    world.first_answered(received=True)
    world.forward(minutes=20)
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=40)
    held = [x for x in world.store.letters.of(world.case()) if x.state is State.REFUSED]
    assert any(x.why.startswith("similar") for x in held)


def four_eyes(tmp_path, who: str = "owner+account_manager") -> World:
    rules = Path(shutil.copytree(ROOT / "rules", tmp_path / "rules"))
    text = (rules / "approvals.toml").read_text()
    (rules / "approvals.toml").write_text(
        text.replace('first_answer = { SEV1 = "owner"', f'first_answer = {{ SEV1 = "{who}"')
    )
    world = World(tmp_path, rules=rules)
    world.receives(DOWN, ADA)
    return world


def test_where_two_must_say_yes_one_is_not_enough_however_often(tmp_path):
    world = four_eyes(tmp_path)
    for _ in range(2):
        world.answers(DANA, "APPROVE", "approval_request")
    assert "1 more of those who were asked" in world.text("outcome", DANA)
    world.forward(minutes=2)
    assert f"first_answer → {ADA}" not in world.sent()
    world.answers(JON, "APPROVE", "approval_request")
    world.forward(minutes=3)
    assert world.sent().count(f"first_answer → {ADA}") == 1


def test_a_yes_is_for_the_words_that_were_seen(tmp_path):
    world = four_eyes(tmp_path)
    world.answers(DANA, "APPROVE", "approval_request")
    world.answers(JON, "REPLACE 2: Good afternoon,", "approval_request")
    world.answers(JON, "APPROVE", "approval_request")
    world.forward(minutes=2)
    assert f"first_answer → {ADA}" not in world.sent()


def test_whoever_was_delegated_to_says_the_yes_of_one(tmp_path):
    world = four_eyes(tmp_path)
    world.answers(JON, "DELEGATE katrin", "approval_request")
    world.answers(KATRIN, "APPROVE", "approval_request")
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=3)
    assert world.sent().count(f"first_answer → {ADA}") == 1

"""A customer is answered in their language; whoever approves reads it in English too."""

from pathlib import Path
from shutil import copytree

from tests.stories.world import ROOT, World

MIRIAM = "m.brandt@hartmann-pt.example"
GERMAN = (
    "Unser Datenexport liefert seit heute früh falsche Zahlen, die Produktion in Aalen steht. Bitte eskalieren Sie das."
)


def draft(world, letter):
    return next(x for x in world.store.letters.drafted() if x.wish.letter == letter)


def request(world, number):
    """The text of the approval request for a draft."""
    asked = next(
        x
        for x in world.store.letters.of(world.case())
        if x.wish.letter == "approval_request" and x.wish.regarding == number
    )
    return asked.words.text


def test_a_german_is_answered_in_german_and_the_approver_sees_the_english_beside_it(tmp_path):
    world = World(tmp_path)
    world.receives(GERMAN, MIRIAM, "Datenexport falsch")
    first = draft(world, "first_answer")
    assert "Wie es weitergeht" in first.words.text
    assert "What happens next" in first.words.twin
    asked = request(world, first.id)
    assert "> Wie es weitergeht" in asked
    assert "> What happens next" in asked
    assert asked.index("> Wie es weitergeht") < asked.index("> What happens next")


def test_both_say_the_same_times_and_words(tmp_path):
    world = World(tmp_path)
    world.receives(GERMAN, MIRIAM, "Datenexport falsch")
    words = draft(world, "first_answer").words
    for said in ("die Produktion in Aalen steht", "UTC"):
        assert said in words.text
        assert said in words.twin


def test_the_customer_never_gets_the_twin(tmp_path):
    world = World(tmp_path)
    world.receives(GERMAN, MIRIAM, "Datenexport falsch")
    world.forward(minutes=1)
    mail = world.text("acknowledge", MIRIAM)
    assert "Was wir von Ihnen brauchen" in mail
    assert "What we need from you" not in mail


def test_a_language_without_a_template_goes_to_a_person_in_english_and_never_by_itself(tmp_path):
    letters = Path(copytree(ROOT / "templates/email", tmp_path / "letters"))
    (letters / "acknowledge/de.txt.j2").unlink()
    world = World(tmp_path, letters=letters)
    world.receives(GERMAN, MIRIAM, "Datenexport falsch")
    world.forward(minutes=4)
    assert "acknowledge → " + MIRIAM not in world.sent()
    waiting = draft(world, "acknowledge")
    assert waiting.rule == "owner"
    assert "What happens next" in waiting.words.text

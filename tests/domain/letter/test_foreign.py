"""Another account in a letter is found, and an ordinary word that is also a name is not taken for one."""

import pytest

from commsvc.domain.case.directory import Account, Directory
from commsvc.domain.letter.foreign import foreign
from commsvc.domain.playbook.words import Segment


def account(id: str, name: str, *domains: str, **more: object) -> Account:
    return Account(id, name, Segment.ENTERPRISE, "UTC", "GB", "en", domains, (), "", **more)  # type: ignore[arg-type]


ACME = account("ACC-1", "Acme Ltd", "acme.example", may_mention=("ACC-4",))
ORANGE = account("ACC-2", "Orange", "orange.example", ambiguous=("Orange",))
HARTMANN = account("ACC-3", "Hartmann Präzisionstechnik GmbH", "hartmann.example", also_known_as=("HPT",))
CARRIER = account("ACC-4", "Veldhaven Carriers", "veldhaven.example")
ALL = Directory((ACME, ORANGE, HARTMANN, CARRIER))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("as at Hartmann Präzisionstechnik GmbH today", "Hartmann Präzisionstechnik GmbH"),
        ("HARTMANN PRÄZISIONSTECHNIK GMBH", "Hartmann Präzisionstechnik GmbH"),
        ("the same as (HPT), last week", "HPT"),
        ("see ACC-3.", "ACC-3"),
        ("write to ops@hartmann.example", "hartmann.example"),
        ("https://status.hartmann.example/x", "hartmann.example"),
        ("it also happened at Orange last week", "Orange"),
        ("mail from x@orange.example", "orange.example"),
    ],
)
def test_it_is_found(text, name):
    assert foreign(text, ACME, ALL) == name


@pytest.mark.parametrize(
    "text",
    [
        "the orange lamp on the scanner",
        "Orange lamps mean that it waits.",
        "It waits. Orange means that.",
        "Acme Ltd and acme.example and ACC-1",
        "ACC-33 and hpt2 and xHPT",
        "Veldhaven Carriers pick it up on Friday",
        "Hartmann",
    ],
)
def test_it_is_not_there(text):
    assert foreign(text, ACME, ALL) == ""


def test_a_name_that_a_person_released_passes_and_no_other():
    assert foreign("HPT", ACME, ALL, frozenset(["hpt"])) == ""
    assert foreign("HPT and at Orange", ACME, ALL, frozenset(["hpt"])) == "Orange"


def test_without_an_account_every_name_is_foreign():
    assert foreign("Acme Ltd", None, ALL) == "Acme Ltd"

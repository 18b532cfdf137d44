"""Fifty accounts with words that only they have: no letter to one has a word of another, and each planted one is held.

Twenty renderings an account; with COMMSVC_PROVE two thousand (reliability.md, T26).
"""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from commsvc.adapters.rulebook import Rulebook
from commsvc.adapters.stationery import Templates
from commsvc.adapters.store.store import PeeweeStore, connect
from commsvc.desk import Desk, Identity, Register
from commsvc.domain.case.case import Case, Stage
from commsvc.domain.case.directory import Account, Contact, Directory, Person
from commsvc.domain.letter.draft import Brand
from commsvc.domain.letter.facts import Disclosure, Fact
from commsvc.domain.letter.letter import Audience, Letter, State, Wish, Words
from commsvc.domain.letter.saying import names
from commsvc.domain.letter.tokens import Mint
from commsvc.domain.playbook.words import Kind, Segment, Severity
from commsvc.domain.promise.promise import Subject
from commsvc.flow.letters.compose import Composer
from tests.stories.world import MONDAY, ROOT

RENDERINGS = 2000 if os.environ.get("COMMSVC_PROVE") else 20
ACCOUNTS, SEED = 50, 26
LETTERS = ("acknowledge", "first_answer", "update_progress", "update_no_progress", "holding_statement")
LANGUAGES = ("en", "de", "fr", "es", "ja")
OWNER = Person("Dana Whitfield", "dana@kestrel.example", ("escalation_owner",), phone="+1 555 0100")
_CANARY = re.compile(r"[Cc]anary(\d+)|ACC-(\d+)")


def account(n: int) -> Account:
    name = f"Canary{n} Works"
    contact = Contact(f"Casey Canary{n}", f"casey@canary{n}.example")
    return Account(f"ACC-{n}", name, Segment.ENTERPRISE, "Europe/Berlin", "DE", "en", (f"canary{n}.example",), (contact,),
                   OWNER.address, (f"Canary{n} Group",), f"the presses of Canary{n}")  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    templates = Templates(ROOT / "templates/email")
    identity = Identity(Brand("Kestrel"), Mint(b"canaries", "kestrel.example", "support@kestrel.example"),
                        "support@kestrel.example", "operator@kestrel.example")  # fmt: skip
    store: PeeweeStore = connect(str(tmp_path / "commsvc.db"))
    rulebook = Rulebook(ROOT / "rules", templates.letters())
    desk = Desk(
        store, rulebook, Register(Directory(tuple(map(account, range(ACCOUNTS))), (OWNER,))), templates, identity
    )
    with store.transaction():
        for n in range(ACCOUNTS):
            _case(desk, n)
    yield desk
    store.close()


def _case(desk: Desk, n: int) -> None:
    case = desk.store.cases.open(Case(
        0, f"ACC-{n}", f"casey@canary{n}.example", f"Presses of Canary{n}", Stage.INVESTIGATE, Severity.SEV2, True, "outage",
        "order_sync", "en", OWNER.address, "", f"All presses of Canary{n} stand still.", (), False, True,
        desk.playbooks.current().digest, MONDAY))  # fmt: skip
    due = MONDAY + timedelta(minutes=30)
    desk.store.promises.make(Subject("case", case.id), Kind.FIRST_HUMAN, "30m/24x7", MONDAY, due, None)
    said = f"the queue of Canary{n} is empty again"
    desk.store.facts.add(
        Fact(0, Subject("case", case.id), said, Disclosure.CUSTOMER, OWNER.address, MONDAY, OWNER.address, MONDAY)
    )


def rendered(desk: Desk, n: int, letter: str, language: str) -> tuple[Letter, Case]:
    case = desk.store.cases.get(n + 1)
    draft = Letter(
        0, Wish(letter, Subject("case", case.id), Audience.CUSTOMER, case.contact, "canary"), State.WANTED, MONDAY
    )
    return replace(draft, words=Composer(desk).preview(draft, case, language, MONDAY)), case


def strangers(words: Words, n: int) -> set[str]:
    found = _CANARY.finditer(f"{words.title} {words.text} {words.html} {words.twin}")
    return {m.group() for m in found if (m[1] or m[2]) != str(n)}


def test_no_letter_has_a_word_of_another_account(desk: Desk) -> None:
    chance = random.Random(SEED)
    seen = 0
    for n in range(ACCOUNTS):
        for _ in range(RENDERINGS):
            letter, case = rendered(desk, n, chance.choice(LETTERS), chance.choice(LANGUAGES))
            assert letter.words is not None
            assert not strangers(letter.words, n)
            assert names(letter, desk.situation(letter, case, MONDAY)) is None
            seen += f"Canary{n}" in letter.words.text
    assert seen > ACCOUNTS * RENDERINGS / 2


def test_each_planted_word_is_held_wherever_it_stands(desk: Desk) -> None:
    chance = random.Random(SEED)
    for _ in range(ACCOUNTS * 4):
        n, other = chance.sample(range(ACCOUNTS), 2)
        letter, case = rendered(desk, n, chance.choice(LETTERS), "en")
        assert letter.words is not None
        leak = chance.choice(account(other).names)
        spoilt = _planted(
            letter.words, chance.choice((leak, leak.upper(), f"x@{leak}" if "." in leak else leak)), chance
        )
        held = names(replace(letter, words=spoilt), desk.situation(letter, case, MONDAY))
        assert held is not None
        assert held.evidence.lower() in leak.lower()


def _planted(words: Words, leak: str, chance: random.Random) -> Words:
    """The leak between two words of the subject, the text or the HTML."""
    where = chance.choice(("title", "text", "html"))
    parts = getattr(words, where).split(" ")
    at = chance.randrange(len(parts) + 1)
    return replace(words, **{where: " ".join([*parts[:at], leak, *parts[at:]])})

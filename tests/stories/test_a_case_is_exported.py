"""A case is handed to a lawyer: whole, readable without us, and any later hand in it shows."""

import email
import email.policy
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from commsvc.domain.learning.dossier import MANIFEST, problems
from commsvc.errors import Missing, Trouble
from commsvc.flow.export import Export
from tests.stories.world import ADA, DANA, World


@pytest.fixture
def exported(world: World) -> dict[str, bytes]:
    world.first_answered()
    return Export(world.app.desk).folder(1, "lee@law.example", world.now)


def test_the_mails_are_the_bytes_that_came(world: World, exported: dict[str, bytes]) -> None:
    mails = [raw for name, raw in exported.items() if name.startswith("mails/")]
    assert mails[0] == world.raw[0]


def test_the_letters_say_what_was_sent(world: World, exported: dict[str, bytes]) -> None:
    letters = [raw for name, raw in exported.items() if name.startswith("letters/")]
    sent = [e.data for e in world.sender.sent if e.letter_id]
    assert len(letters) == len(sent) > 3

    def heard(raw: bytes) -> tuple[object, ...]:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        text = message.get_body(("plain",))  # type: ignore[attr-defined]
        return (
            *(message[h] for h in ("From", "To", "Subject", "Date", "Message-ID", "References")),
            text.get_content(),
        )

    assert sorted(map(str, map(heard, letters))) == sorted(map(str, map(heard, sent)))


def test_every_decision_is_in_it_with_its_rule_and_playbook(world: World, exported: dict[str, bytes]) -> None:
    rows = json.loads(exported["decisions.json"])
    assert [r["what"] for r in rows] == [e.what for e in world.store.records.timeline(world.case())]
    severity = next(r for r in rows if "severity" in r["what"] or "opened" in r["what"])
    assert severity["rule"]
    assert severity["playbook"]


def test_that_it_was_handed_out_is_on_the_record_and_in_the_export(world: World, exported: dict[str, bytes]) -> None:
    assert world.story()[-1] == "exported: the whole case was exported by lee@law.example"
    assert json.loads(exported["decisions.json"])[-1]["who"] == "lee@law.example"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_has_no_script_and_reaches_nothing_outside(world: World) -> None:
    world.receives('<script>alert(1)</script> "><img src=x onerror=alert(1)> Everything is down for all users.', ADA,
                   "<b onmouseover=alert(1)>Orders</b>")  # fmt: skip
    found = Export(world.app.desk).folder(1, "<i>lee</i>", world.now)
    tags = Tags()
    tags.feed(found["index.html"].decode())
    names = {tag for tag, _ in tags.found}
    assert not names & {"script", "img", "b", "i", "iframe", "link", "form"}
    assert not [a for _, attrs in tags.found for a in attrs if a.startswith("on")]
    links = {attrs["href"] for tag, attrs in tags.found if tag == "a"}
    assert links <= set(found)
    assert not re.search(rb"https?://[^<]*\"", found["index.html"])


def test_an_export_that_nobody_touched_is_whole(world: World, exported: dict[str, bytes]) -> None:
    assert problems(exported) == []
    assert Export(world.app.desk).against_record(exported) == []


@pytest.mark.parametrize(
    ("hand", "named"),
    [
        (lambda f: {**f, "mails/0001.eml": b"other"}, "mails/0001.eml was changed"),
        (lambda f: {n: r for n, r in f.items() if n != "facts.json"}, "facts.json is missing"),
        (lambda f: {**f, "more.txt": b""}, "more.txt is not part of the export"),
        (lambda f: {n: r for n, r in f.items() if n != MANIFEST}, "manifest.json is missing"),
        (lambda f: {**f, MANIFEST: b"{"}, "manifest.json cannot be read"),
    ],
    ids=["changed", "removed", "added", "no manifest", "broken manifest"],
)  # fmt: skip
def test_a_hand_in_the_folder_is_named(exported, hand, named: str) -> None:
    assert any(said.startswith(named) for said in problems(hand(exported)))


def test_who_mends_the_digests_too_is_given_away_by_the_seal(exported: dict[str, bytes]) -> None:
    forged = exported["decisions.json"].replace(b"SEV1", b"SEV3")
    manifest = json.loads(exported[MANIFEST])
    manifest["files"]["decisions.json"] = hashlib.sha256(forged).hexdigest()
    found = {**exported, "decisions.json": forged, MANIFEST: json.dumps(manifest).encode()}
    assert any("was changed after it was written" in said for said in problems(found))


def test_a_record_written_anew_does_not_run_through_the_export(world: World, exported: dict[str, bytes]) -> None:
    entries = [replace(e, said=e.said.replace("SEV1", "SEV3")) for e in world.store.records.timeline(world.case())]
    world.store.db.execute_sql("DELETE FROM timeline")
    world.store.db.execute_sql("DELETE FROM chain")
    for entry in entries:
        world.store.records.write(entry)
    (said,) = Export(world.app.desk).against_record(exported)
    assert "was written anew" in said


def test_a_record_that_does_not_hold_is_not_handed_out(world: World) -> None:
    world.first_answered()
    world.store.db.execute_sql("UPDATE timeline SET said = 'all is well' WHERE id = 2")
    with pytest.raises(Trouble, match=r"ESC-1, entry 2 .* was changed after it was written"):
        Export(world.app.desk).folder(1, DANA, world.now)


def test_a_case_that_is_not_there(world: World) -> None:
    with pytest.raises(Missing, match="there is no case 9"):
        Export(world.app.desk).folder(9, DANA, world.now)

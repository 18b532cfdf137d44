"""What automation may not do: bother a person who asked for one, write at night, write to those who left."""

import base64
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from commsvc.app import App
from commsvc.console.viewer import COOKIE
from commsvc.console.web import create
from commsvc.desk import Register
from commsvc.domain.case.directory import Directory
from commsvc.domain.letter.letter import SUBSCRIPTIONS, State
from tests.stories.world import ADA, DANA, DOWN, ROOT, SUPPORT, World

HELEN, KATRIN = "helen@kestrel.example", "katrin@kestrel.example"
WEEKLY = "A few orders a day arrive late, we get by with the old list. The report of hall 2 is slow.\n\nAda"


@pytest.mark.parametrize(
    "words",
    ["I want to speak to a real person.", "Please stop sending me automated mails.", "Ich möchte mit einem Menschen sprechen.",
     "Je veux parler à un responsable.", "Quiero hablar con una persona.", "担当者と話したいです。"],
)  # fmt: skip
def test_who_asks_for_a_person_gets_nothing_automatic_and_a_person_knows(tmp_path, words):
    world = World(tmp_path)
    world.receives(f"{DOWN}\n\n{words}", ADA)
    world.forward(minutes=5)
    assert not [s for s in world.sent() if s.endswith(ADA)]
    assert "asks for a person" in world.text("needs_person", DANA)
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=3)
    assert [s for s in world.sent() if s.endswith(ADA)] == [f"first_answer → {ADA}"]


def rules(tmp_path: Path, before: str, after: str) -> Path:
    folder = Path(shutil.copytree(ROOT / "rules", tmp_path / "rules"))
    text = (folder / "guardrails.toml").read_text()
    assert before in text
    (folder / "guardrails.toml").write_text(text.replace(before, after))
    return folder


def test_with_drafts_only_even_a_receipt_waits_for_a_person(tmp_path):
    world = World(tmp_path, rules=rules(tmp_path, "draft_only = false", "draft_only = true"))
    world.receives(DOWN, ADA)
    world.forward(minutes=5)
    assert not [s for s in world.sent() if s.endswith(ADA)]
    assert "acknowledge" in {x.wish.letter for x in world.store.letters.drafted()}


def test_a_letter_over_a_cap_waits_and_the_owner_is_told(tmp_path):
    capped = rules(tmp_path, "max_automated_per_contact_per_day = 4", "max_automated_per_contact_per_day = 1")
    world = World(tmp_path, rules=capped)
    world.receives(DOWN, ADA)
    world.receives("The staff portal of the head office shows a blank page since noon.", ADA, "Portal")
    world.tick()
    waiting = [x for x in world.store.letters.of(world.case(2)) if x.wish.letter in ("acknowledge", "queue_receipt")]
    assert [x.state for x in waiting] == [State.READY]
    assert "waits, and was not dropped" in " ".join(world.text("needs_person", world.store.cases.get(2).owner).split())
    world.forward(hours=25)
    assert world.store.letters.get(waiting[0].id).state is not State.READY


def test_what_can_wait_is_not_written_into_the_night_of_the_reader(tmp_path):
    """Friday 22:30 in New York; the draft was approved in the European morning."""
    world = World(tmp_path, start=datetime(2026, 11, 20, 21, 0, tzinfo=UTC))
    world.receives(WEEKLY, ADA)
    assert world.store.cases.get(1).severity.value in ("SEV3", "SEV4")
    world.now += timedelta(hours=5)
    world.tick()
    world.answers(DANA, "ACK looking", "assignment")
    world.answers(DANA, "APPROVE", "approval_request")
    world.forward(minutes=5)
    letter = next(x for x in world.store.letters.of(world.case()) if x.wish.letter == "first_answer" and x.approved_by)
    assert letter.state is State.READY
    assert letter.send_at == datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert "letter waits" in " ".join(world.story())


def briefed(tmp_path) -> World:
    world = World(tmp_path, start=datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    world.receives(DOWN, ADA)
    world.forward(hours=3)
    return world


def test_a_briefing_can_be_left_with_one_click_and_a_case_letter_cannot(tmp_path):
    world = briefed(tmp_path)
    briefing = world.last("exec_daily", HELEN)
    assert briefing["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert world.last("acknowledge", ADA)["List-Unsubscribe"] is None
    path = str(briefing["List-Unsubscribe"]).strip("<>").removeprefix("http://127.0.0.1:8025")
    client = TestClient(create(world.app.desk, lambda: world.now, world.tick, None))
    for _ in range(3):
        assert client.get(path).status_code == client.head(path).status_code == 200
    assert not world.store.letters.left("briefing", HELEN)
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    world.forward(hours=26)
    assert world.sent().count(f"exec_daily → {HELEN}") == 1


@pytest.mark.parametrize(
    "token", ["x", "YnJpZWZpbmc.aaaa", "YnJpZWZpbmcgZXZlQGUuZXhhbXBsZQ.aaaaaaaaaaaaaaaaaaaaaaaaaa", "é.é"]
)
def test_a_link_that_we_did_not_write_takes_nobody_off(tmp_path, token):
    world = World(tmp_path)
    client = TestClient(create(world.app.desk, lambda: world.now, world.tick, None))
    assert client.post(f"/leave/{token}").status_code == 404


def test_only_briefings_and_surveys_are_on_a_list():
    assert set(SUBSCRIPTIONS) == {"exec_daily", "exec_weekly", "survey"}


def test_an_answer_extends_outlooks_index_of_the_conversation(tmp_path):
    world = World(tmp_path)
    index = b"\x01" + b"\xdc\x5d\x00\x11\x22" + bytes(range(16))
    world.receives(DOWN, ADA, headers={"Thread-Index": base64.b64encode(index).decode()})
    ours = base64.b64decode(str(world.last("acknowledge", ADA)["Thread-Index"]))
    assert ours[6:22] == index[6:22]
    assert len(ours) == len(index) + 5
    other = World(tmp_path / "other") if (tmp_path / "other").mkdir() is None else world
    other.receives(DOWN, ADA)
    assert other.last("acknowledge", ADA)["Thread-Index"] is None
    assert SUPPORT in str(other.last("acknowledge", ADA)["From"])


def test_who_reads_text_gets_text_alone(tmp_path):
    world = World(tmp_path)
    account = world.directory.known_contact(ADA)[0]
    plain = replace(account, contacts=tuple(replace(c, plain=True) for c in account.contacts))
    people = Directory(tuple(plain if a is account else a for a in world.directory.accounts), world.directory.people)
    world.app = App(
        replace(world.app.desk, register=Register(people)),
        world.app.reader,
        world.sender,
        world.calendar,
        (world.mailbox,),
    )
    world.receives(DOWN, ADA)
    letter = world.last("acknowledge", ADA)
    assert letter.get_content_type() == "text/plain"
    assert "SEV1" in letter.get_content()
    assert world.last("assignment", DANA).get_content_type() == "multipart/alternative"


def test_a_colleague_is_asked_and_a_name_is_let_through_on_the_console_too(tmp_path):
    world = World(tmp_path)
    world.receives(DOWN, ADA)
    world.answers(DANA, "FACT the carrier is Hartmann Präzisionstechnik GmbH", "assignment")
    held = next(x for x in world.store.letters.of(world.case()) if x.state is State.REFUSED)
    page = Page(world, DANA)
    assert "names another account" in page.reads(f"/approvals/{held.id}")
    page.does(f"/approvals/{held.id}/release", argument="they share it")
    (draft,) = world.store.letters.drafted()
    page.reads(f"/approvals/{draft.id}")
    page.does(f"/approvals/{draft.id}/delegate", argument=KATRIN, digest=draft.digest)
    assert f"approval_request → {KATRIN}" in world.sent()


class Page:
    """The console, with one of our people signed in."""

    def __init__(self, world: World, who: str) -> None:
        self._client = TestClient(
            create(world.app.desk, lambda: world.now, world.tick, None), base_url="http://127.0.0.1:8025"
        )
        with world.store.transaction():
            token = world.store.sessions.begin(who, world.now, timedelta(hours=1))
        session = world.store.sessions.find(token, world.now)
        assert session is not None
        self._client.cookies.set(COOKIE, token)
        self._csrf = session.csrf

    def reads(self, path: str) -> str:
        return self._client.get(path).text

    def does(self, path: str, **form: str) -> None:
        answer = self._client.post(path, data={"csrf": self._csrf, **form})
        assert answer.status_code == 200, answer.text


def test_a_stop_of_one_account_does_not_silence_what_our_own_people_have_to_know(world):
    world.receives(DOWN, ADA)
    world.answers(DANA, "STOP the customer asked for silence", "assignment")
    before = len(world.sent(ADA))
    world.forward(hours=2)
    assert len(world.sent(ADA)) == before
    assert f"outcome → {DANA}" in world.sent(DANA)
    assert "chain_notice → helen@kestrel.example" in world.sent()

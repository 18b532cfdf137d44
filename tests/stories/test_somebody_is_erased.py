"""A contact asks to be forgotten, or time does: no word of theirs is left, and the record still holds."""

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from commsvc.domain.case.case import Stage
from commsvc.domain.case.retention import Retention
from commsvc.domain.playbook.words import Hold
from commsvc.domain.promise.seal import check
from commsvc.errors import Trouble
from commsvc.flow.erasure import Erasure
from commsvc.flow.export import Export
from tests.stories.world import ADA, DANA, World

WORDS = re.compile(r"ada@nimbusretail|\bAda\b|214 stores|web order reaches", re.IGNORECASE)
OUR_FILES = ("playbook",)
"""Tables that hold no customer's word: the rules as they were loaded."""


@pytest.fixture
def resolved(world: World) -> World:
    """A case of Ada's that went its way and is closed."""
    world.first_answered()
    world.answers(DANA, "FACT Ada found that the queue was full", "assignment")
    world.forward(hours=2)
    close(world)
    return world


def close(world: World, **more: object) -> None:
    with world.store.transaction():
        case = world.store.cases.get(1)
        world.store.cases.save(replace(case, stage=Stage.RESOLVED, **more))  # type: ignore[arg-type]


def left(world: World) -> list[str]:
    """Every row of every table that still bears a word of the erased person."""
    db = world.store.db
    return [
        f"{table}: {row}"[:300]
        for table in db.get_tables()
        if table not in OUR_FILES
        for row in db.execute_sql(f'SELECT * FROM "{table}"').fetchall()
        if WORDS.search(str(row))
    ]


def test_no_table_holds_a_word_of_hers_and_the_seal_holds(resolved: World) -> None:
    assert len(left(resolved)) > 10
    Erasure(resolved.app.desk).erase(ADA, "sam@kestrel.example", "a request of 23 November", resolved.now)
    assert left(resolved) == []
    assert check(resolved.store.evidence.chains()) == []
    assert resolved.story()[-1] == "erased: a request of 23 November"


def test_what_was_done_and_when_stays(resolved: World) -> None:
    before = [(e.at, e.what, e.rule, e.playbook) for e in resolved.store.records.timeline(resolved.case())]
    Erasure(resolved.app.desk).erase(ADA, "sam", "a request", resolved.now)
    after = [(e.at, e.what, e.rule, e.playbook) for e in resolved.store.records.timeline(resolved.case())]
    assert after[:-1] == before
    assert resolved.store.promises.of(resolved.case())


def test_nor_does_the_file_of_the_database(resolved: World, tmp_path: Path) -> None:
    assert any(b"web order reaches" in f.read_bytes() for f in tmp_path.glob("commsvc.db*"))
    Erasure(resolved.app.desk).erase(ADA, "sam", "a request", resolved.now)
    resolved.store.scrub()
    assert not [f.name for f in tmp_path.glob("commsvc.db*") if b"web order reaches" in f.read_bytes()]


def test_nor_does_the_index_of_past_cases(world: World, tmp_path: Path) -> None:
    """A word that nobody else uses, so that the index can have it from her alone."""
    odd, others = "quaddelfunkstelle", "The label printers are down."
    world.receives(f"Our {odd} is down since this morning, all of it.", ADA, "Orders")
    close(world)
    world.receives(others, ADA, "Labels")
    assert any(odd.encode() in f.read_bytes() for f in tmp_path.glob("commsvc.db*"))
    Erasure(world.app.desk).erase(ADA, "sam", "a request", world.now)
    world.store.scrub()
    assert not [f.name for f in tmp_path.glob("commsvc.db*") if odd[:12].encode() in f.read_bytes()]


def test_a_mailbox_that_is_read_anew_does_not_bring_it_back(resolved: World) -> None:
    Erasure(resolved.app.desk).erase(ADA, "sam", "a request", resolved.now)
    sent = len(resolved.sender.sent)
    resolved.mailbox.put(resolved.raw[0], resolved.now)
    resolved.forward(minutes=5)
    assert left(resolved) == []
    assert len(resolved.store.cases.listed()) == 1
    assert len(resolved.sender.sent) == sent
    proofs = str(resolved.store.db.execute_sql("SELECT * FROM tombstone").fetchall())
    assert hashlib.sha256(resolved.raw[0]).hexdigest() not in proofs


def test_the_ledger_still_adds_up(resolved: World) -> None:
    Erasure(resolved.app.desk).erase(ADA, "sam", "a request", resolved.now)
    assert resolved.app.audit(resolved.now) == 0


def test_an_export_of_an_erased_case_is_whole_and_says_erased(resolved: World) -> None:
    Erasure(resolved.app.desk).erase(ADA, "sam", "a request", resolved.now)
    found = Export(resolved.app.desk).folder(1, "lee@law.example", resolved.now)
    assert not [n for n in found if n.startswith(("mails/", "letters/"))]
    assert "erased" in found["index.html"].decode()


def test_a_preview_changes_nothing(resolved: World) -> None:
    before = list(resolved.store.db.connection().iterdump())
    plan = Erasure(resolved.app.desk).plan("ADA@NimbusRetail.example ")
    assert [c.ref for c in plan.own] == ["ESC-1"]
    assert list(resolved.store.db.connection().iterdump()) == before


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"holds": (Hold.LEGAL,)}, "ESC-1 is under a legal hold"),
        ({"restricted": True}, "ESC-1 is restricted"),
        ({"stage": Stage.INVESTIGATE}, "ESC-1 is open and promises are owed on it"),
    ],
    ids=["legal hold", "restricted", "open"],
)
def test_what_must_stay_stays_and_says_why(resolved: World, state: dict[str, object], sentence: str) -> None:
    close(resolved)
    with resolved.store.transaction():
        resolved.store.cases.save(replace(resolved.store.cases.get(1), **state))  # type: ignore[arg-type]
    before = left(resolved)
    plan = Erasure(resolved.app.desk).erase(ADA, "sam", "a request", resolved.now)
    assert [said.startswith(sentence) for said in plan.kept] == [True]
    assert left(resolved) == before
    later = resolved.now + timedelta(days=4000)
    assert resolved.app.retain(Retention(timedelta(days=30), timedelta(days=30)), later) == 0
    assert left(resolved) == before


@pytest.mark.parametrize(
    ("who", "reason", "sentence"),
    [(DANA, "a request", "one of your own people"), (ADA, " ", "say why"), (ADA, f"{ADA} asked", "must not name")],
    ids=["a colleague", "no reason", "a reason with the name"],
)
def test_a_refusal_says_why_and_changes_nothing(resolved: World, who: str, reason: str, sentence: str) -> None:
    before = left(resolved)
    with pytest.raises(Trouble, match=sentence):
        Erasure(resolved.app.desk).erase(who, "sam", reason, resolved.now)
    assert left(resolved) == before


def test_time_erases_the_bytes_first_and_the_case_later(resolved: World) -> None:
    times, day = Retention(timedelta(days=30), timedelta(days=400)), timedelta(days=1)
    app, evidence, opened = resolved.app, resolved.store.evidence, resolved.now
    assert app.retain(times, opened + 29 * day) == 0
    assert app.retain(times, opened + 31 * day) == len(resolved.raw)
    assert [o.raw for o in evidence.originals(resolved.case()) if o.raw] == []
    assert "web order reaches" in evidence.originals(resolved.case())[0].words
    assert app.retain(times, opened + 399 * day) == 0
    assert app.retain(times, opened + 401 * day) == 1
    assert left(resolved) == []
    assert app.retain(times, opened + 900 * day) == 0
    (last,) = [e for e in resolved.store.records.timeline(resolved.case()) if e.what == "erased"]
    assert (last.who, last.rule) == ("commsvc", "retention")
    assert check(evidence.chains()) == []


def test_without_times_everything_is_kept(resolved: World) -> None:
    before = left(resolved)
    assert resolved.app.retain(Retention(), resolved.now + timedelta(days=9000)) == 0
    assert left(resolved) == before

"""A record that was restored or copied starts paused; one that was left here goes on."""

import shutil
from datetime import UTC, datetime

import pytest

from commsvc.adapters.store.store import connect
from commsvc.domain.letter.letter import Audience, Wish
from commsvc.domain.promise.promise import Subject
from commsvc.instance import COPIED, FILE, RESTORED, remember, vouch

NOW = datetime(2026, 11, 28, 6, tzinfo=UTC)


@pytest.fixture
def left(tmp_path):
    """An installation that ran, wrote two letters, and was stopped."""
    store = connect(str(tmp_path / "commsvc.db"))
    assert vouch(store, tmp_path, NOW) == ""
    shutil.copy(tmp_path / "commsvc.db", tmp_path / "backup.db")
    for n in range(2):
        store.letters.wish(Wish("acknowledge", Subject("case", 1), Audience.CUSTOMER, "a@b.example", str(n)), NOW)
    remember(store, tmp_path)
    store.close()
    return tmp_path


def starts(folder, database="commsvc.db"):
    store = connect(str(folder / database))
    why = vouch(store, folder, NOW)
    stopped = [s for s in store.records.switches().positions if not s.live]
    store.close()
    return why, bool(stopped)


def test_what_was_left_here_goes_on(left):
    assert starts(left) == ("", False)
    assert starts(left) == ("", False)


def test_a_restored_backup_is_paused_until_somebody_resumes(left):
    assert starts(left, "backup.db") == (RESTORED, True)
    assert starts(left, "backup.db") == ("", True)


def test_a_copy_somewhere_else_is_paused(left, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    shutil.copy(left / "commsvc.db", other / "commsvc.db")
    assert starts(other) == (COPIED, True)


def test_an_empty_database_where_there_was_one_is_paused(left):
    assert starts(left, "fresh.db") == (RESTORED, True)


def test_a_spoilt_file_is_no_proof(left):
    (left / FILE).write_text("{")
    assert starts(left) == (COPIED, True)

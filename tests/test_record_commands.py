"""`export`, `verify`, `erase` and `doctor` as a person types them."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from commsvc.domain.case.case import Stage
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import MOVED, OWNED, Entry
from commsvc.installation import open_installation
from tests.contract.given import ANA
from tests.contract.store_evidence import written


def commsvc(*words: str) -> tuple[int, str]:
    """Exit code, and everything it said."""
    done = subprocess.run([sys.executable, "-m", "commsvc", *words], capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """An installation with one case."""
    folder = tmp_path / "site"
    assert commsvc("init", str(folder))[0] == 0
    store = open_installation(folder).store()
    assert written(store) == 1
    with store.transaction():
        for what, said in (
            (MOVED, "new to intake: opened"),
            ("severity", "SEV2, provisional"),
            (OWNED, "olga@support.test: by hand"),
        ):
            store.records.write(Entry(Subject("case", 1), store.cases.get(1).opened_at, what, said))
    store.close()
    return folder


def test_an_export_is_written_once_and_verified(site: Path, tmp_path: Path) -> None:
    to = tmp_path / "lawyer"
    code, said = commsvc("export", "ESC-1", "--to", str(to), "--by", "lee@law.example", "--dir", str(site))
    assert (code, (to / "index.html").exists(), (to / "mails/0001.eml").exists()) == (0, True, True), said
    digest = said.split("manifest.json: ")[1].strip()
    assert to.stat().st_mode & 0o077 == 0
    code, said = commsvc("verify", str(to), "--against", str(site))
    assert (code, digest in said) == (0, True), said
    code, said = commsvc("export", "ESC-1", "--to", str(to), "--dir", str(site))
    assert (code, "nothing was written" in said) == (1, True)
    (to / "facts.json").write_text("[]")
    assert commsvc("verify", str(to)) == (1, "facts.json was changed\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(("export", "ESC-x"), "'ESC-x' is not a case"), (("export", "ESC-77"), "there is no case 77"),
     (("verify", "nowhere"), "nowhere is no folder")],
    ids=["not a number", "no such case", "no folder"],
)  # fmt: skip
def test_a_refusal_is_one_sentence_and_leaves_no_folder(site: Path, tmp_path: Path, words: tuple[str, str], sentence: str) -> None:  # fmt: skip
    extra = ("--dir", str(site), "--to", str(tmp_path / "none")) if words[0] == "export" else ()
    code, said = commsvc(*words, *extra)
    assert (code, said.startswith(sentence), len(said.splitlines())) == (1, True, 1), said
    assert not (tmp_path / "none").exists()


def test_doctor_names_the_case_and_the_entry_that_was_changed(site: Path) -> None:
    assert commsvc("doctor", "--dir", str(site))[1].splitlines()[-1] == "Nothing is wrong."
    store = open_installation(site).store()
    store.db.execute_sql("UPDATE timeline SET said = 'other' WHERE id = 2")
    store.close()
    code, said = commsvc("doctor", "--dir", str(site))
    assert code == 1
    assert "ESC-1, entry 2 (step 1, 2026-11-23 14:02 UTC) was changed after it was written" in said


def test_erase_shows_first_and_then_does(site: Path) -> None:
    store = open_installation(site).store()
    with store.transaction():
        store.cases.save(replace(store.cases.get(1), stage=Stage.RESOLVED, restricted=False, holds=()))
    here = ("--dir", str(site))
    code, said = commsvc("erase", ANA, *here)
    assert (code, "Would be erased, whole: ESC-1" in said, "Nothing was changed" in said) == (0, True, True), said
    assert store.cases.get(1).contact == ANA
    assert commsvc("erase", ANA, "--yes", *here) == (1, "say why with --reason: it goes on the record of each case\n")
    code, said = commsvc("erase", ANA, "--yes", "--reason", "request 12", "--by", "olga@support.test", *here)
    assert (code, "Erased, whole: ESC-1" in said) == (0, True), said
    assert store.cases.get(1).contact == "erased"
    assert commsvc("erase", ANA, *here) == (1, f"the record holds nothing of {ANA}\n")
    assert commsvc("doctor", *here)[0] == 0


def test_erase_keeps_what_is_under_a_hold_and_says_so(site: Path) -> None:
    code, said = commsvc("erase", ANA, "--yes", "--reason", "request 12", "--dir", str(site))
    assert (code, "ESC-1 is under a legal hold" in said) == (1, True)

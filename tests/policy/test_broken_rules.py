"""Each folder in `broken/` holds one file with the fault it is named after, laid over the small sound rules in `broken/whole`.

The comment on top of the file is what whoever edits it has to read: every problem, with its place.
"""

from pathlib import Path

import pytest

from commsvc.adapters.rulebook import build, read_files
from commsvc.errors import Misconfigured

BROKEN = Path(__file__).with_name("broken")
WHOLE = BROKEN / "whole"
LETTERS = ("acknowledge", "first_answer", "security_receipt", "queue_receipt")
FAULTS = sorted(p.name for p in BROKEN.iterdir() if p.is_dir() and p != WHOLE)


def refusal(fault):
    """The problems that are found, and the file that has the fault."""
    (file,) = (BROKEN / fault).iterdir()
    with pytest.raises(Misconfigured) as refused:
        build({**read_files(WHOLE), file.name: file.read_text()}, LETTERS)
    return [str(p).removeprefix("rules/") for p in refused.value.problems], file


def expected(file):
    lines = file.read_text().splitlines()
    return [line.removeprefix("# ") for line in lines[: next(n for n, x in enumerate(lines) if not x.startswith("#"))]]


def test_what_the_faults_are_laid_over_is_sound():
    assert build(read_files(WHOLE), LETTERS).version == "1.0.0"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_with_its_place_and_nothing_else_is(fault):
    found, file = refusal(fault)
    assert found == expected(file)
    assert file.name in " ".join(found)


def test_each_fault_has_sentences_of_its_own():
    said = {
        fault: frozenset(line.partition(": ")[2] for line in expected(*(BROKEN / fault).iterdir())) for fault in FAULTS
    }
    assert len(said) >= 40
    assert len(set(said.values())) == len(said)


def test_every_file_of_rules_has_a_fault_of_its_own():
    assert {file.name for fault in FAULTS for file in (BROKEN / fault).iterdir()} == {f.name for f in WHOLE.iterdir()}

"""`commsvc templates check | preview`, as an operator runs them on a new installation."""

import subprocess
import sys
from pathlib import Path

import pytest

from commsvc.proofreading.picture import browser
from commsvc.shipped import write_installation


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("letters") / "installation"
    write_installation(made)
    return made


def commsvc(*words, folder):
    return subprocess.run([sys.executable, "-m", "commsvc", "templates", *words, "--dir", str(folder)],
                          capture_output=True, text=True, timeout=120, check=False)  # fmt: skip


def test_the_shipped_letters_are_well(folder):
    done = commsvc("check", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("All is well: ")


def test_a_forbidden_word_is_shown_with_its_place(folder, tmp_path):
    write_installation(tmp_path / "other")
    path = tmp_path / "other/templates/email/resolved/en.txt.j2"
    path.write_text(path.read_text().replace("Thank you for confirming.", "Unfortunately you waited."))
    done = commsvc("check", folder=tmp_path / "other")
    assert done.returncode == 1
    assert "resolved/en (whole): it is worded as wording.toml forbids, filler: “unfortunately”" in done.stderr


def test_a_preview_is_text_html_and_two_pictures(folder, tmp_path):
    done = commsvc("preview", "resolved", "--language", "ja", "--out", str(tmp_path), folder=folder)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "resolved.ja.txt").read_text().startswith("Subject: Re: [ESC-412]")
    assert '<html lang="ja"' in (tmp_path / "resolved.ja.html").read_text()
    pictures = sorted(p.name for p in Path(tmp_path).glob("*.png"))
    assert pictures == (["resolved.ja.320.png", "resolved.ja.680.png"] if browser() else [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("resolvd",), "there is no letter resolvd; there are: acknowledge"),
        (("survey", "--language", "it"), "survey is not written in 'it', but in: de, en, es, fr, ja"),
        (("resolved", "--case", "ESC-99"), "there is no case ESC-99"),
        (("resolved", "--case", "soon"), "there is no case soon"),
    ],
)
def test_what_cannot_be_previewed_says_why(folder, words, said):
    done = commsvc("preview", *words, folder=folder)
    assert done.returncode == 1
    assert done.stderr.startswith(said)

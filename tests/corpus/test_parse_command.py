"""`commsvc parse`, as a process of its own: one object on one line, whatever is asked for."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from commsvc.domain.mail.contract import as_refusal

COMMAND = [sys.executable, "-m", "commsvc", "parse"]
GOOD = b"From: Ana <ana@acme.example>\r\nSubject: Hi\r\n\r\nAll well?\r\n"
KEYS = as_refusal("").keys()


def run(*arguments: str, given: bytes = b"") -> tuple[int, list[dict[str, object]]]:
    """The exit code, and the object of each line that was printed."""
    done = subprocess.run([*COMMAND, *arguments], input=given, capture_output=True, timeout=60, check=False)
    assert b"Traceback" not in done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def write(folder: Path, name: str, raw: bytes) -> str:
    (folder / name).write_bytes(raw)
    return str(folder / name)


OVER = {
    "the message is too large": b"From: a@b.example\n\n" + b"x" * 26_300_000,
    "the header block is too large": b"From: a@b.example\nX: " + b"y" * 70_000 + b"\n\nx",
    "the message has too many header lines": b"X: y\n" * 600 + b"\nx",
}


@pytest.mark.parametrize("reason", OVER)
def test_a_mail_over_a_cap_is_one_object_that_says_so(tmp_path: Path, reason: str) -> None:
    code, found = run(write(tmp_path, "mail.eml", OVER[reason]))
    assert code == 0
    assert [(o.keys(), o["errors"]) for o in found] == [(KEYS, [reason])]


def test_standard_input_is_read_for_a_dash() -> None:
    code, found = run("-", given=GOOD)
    assert code == 0
    assert [o["reply_text"] for o in found] == ["All well?"]


def test_a_broken_mail_is_readable(tmp_path: Path) -> None:
    for raw in (b"", b"\xff\x00", b"Content-Type: multipart/mixed; boundary=x\n\n--x"):
        code, found = run("-", given=raw)
        assert (code, len(found)) == (0, 1)


def test_a_file_that_is_not_there_is_one_object_and_a_refusal() -> None:
    code, found = run("/nowhere/mail.eml")
    assert code == 1
    assert [o["errors"] for o in found] == [["/nowhere/mail.eml cannot be read: No such file or directory"]]


def test_a_batch_answers_every_line_in_order(tmp_path: Path) -> None:
    good = write(tmp_path, "good.eml", GOOD)
    over = write(tmp_path, "over.eml", OVER["the header block is too large"])
    large = write(tmp_path, "large.eml", OVER["the message is too large"])
    names = [good, "/nowhere", over, str(tmp_path), "", large, os.fsdecode(b"caf\xe9 with\xff.eml"), "nul\0l", good]
    code, found = run("--batch", given=b"\n".join(map(os.fsencode, names)))
    assert code == 0
    assert [bool(o["reply_text"]) for o in found] == [n == good for n in names]
    assert all(o.keys() == KEYS for o in found)
    assert all(o["errors"] for o, n in zip(found, names, strict=True) if n != good)


def test_a_batch_answers_a_name_before_the_next_one_is_known(tmp_path: Path) -> None:
    good = write(tmp_path, "good.eml", GOOD)
    with subprocess.Popen([*COMMAND, "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as asked:
        assert asked.stdin
        assert asked.stdout
        for _ in range(3):
            asked.stdin.write(os.fsencode(good) + b"\n")
            asked.stdin.flush()
            assert json.loads(asked.stdout.readline())["reply_text"] == "All well?"
        asked.stdin.close()
        assert asked.wait(20) == 0


def test_a_batch_of_a_thousand_is_read_faster_than_one_by_one(tmp_path: Path) -> None:
    names = [write(tmp_path, f"{n}.eml", GOOD) for n in range(1000)]
    begin = time.monotonic()
    code, found = run("--batch", given="\n".join(names).encode())
    assert (code, len(found)) == (0, 1000)
    assert time.monotonic() - begin < 20

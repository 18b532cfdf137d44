"""The child processes that hostile bytes are read in: whatever one item does there, the others are answered."""

import os
import signal
import time
from pathlib import Path

from commsvc.adapters.reading import Children
from commsvc.domain.mail.mail import Unread


def work(item: bytes) -> int:
    match item:
        case b"abort":
            os.kill(os.getpid(), signal.SIGKILL)
        case b"hang":
            time.sleep(60)
        case b"memory":
            return len(bytearray(2_000_000_000))
        case b"raise":
            raise ValueError("no")
    return len(item)


def test_what_kills_the_child_costs_only_itself() -> None:
    with Children(work) as children:
        found = list(children.run([b"a", b"abort", b"bb", b"raise", b"memory", b"ccc"]))
        assert [f if isinstance(f, int) else bool(f.reason) for f in found] == [1, True, 2, True, True, 3]
        assert list(children.run([b"dddd"])) == [4]


def test_what_hangs_is_given_up_with_its_reason() -> None:
    with Children(work, seconds=1) as children:
        found = list(children.run([b"a", b"hang", b"bb"]))
    assert found == [1, Unread("reading it took more than 1 s"), 2]


def test_large_items_go_through_files_that_are_gone_afterwards() -> None:
    with Children(work) as children:
        assert list(children.run([b"a", b"x" * 3_000_000, b"y" * 2_000_000, b"raise"]))[:3] == [1, 3_000_000, 2_000_000]
        folder = Path(children._folder.name)
        assert list(folder.iterdir()) == []
    assert not folder.exists()

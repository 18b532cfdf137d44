"""What `commsvc parse` does: mails in, one JSON object a mail out, each read in a child process.

A mail over a limit, one that kills its child and a file that cannot be read are answered with the
same object, their reason in `errors`.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from commsvc.adapters.reading import Children
from commsvc.domain.mail.caps import DEFAULT
from commsvc.domain.mail.contract import as_contract, as_refusal
from commsvc.domain.mail.mail import Unread
from commsvc.domain.mail.parse import parse

_AT_ONCE = 1 << 16
_MOST = DEFAULT.message + 1


def parse_one(file: str) -> tuple[str, bool]:
    """The object of one file, or of standard input for `-`, and whether there was something to read."""
    item = sys.stdin.buffer.read(_MOST) if file == "-" else file
    with Children(_object, workers=1) as children:
        return next(map(_answer, list(children.run([item]))))


def parse_batch() -> Iterator[str]:
    """One object for each file name on standard input, in order, as soon as it is known."""
    with Children(_object) as children:
        for names in _names_as_they_come():
            yield from (_answer(a)[0] for a in children.run(names))


def _names_as_they_come() -> Iterator[list[str]]:
    """Blocks of names: what lies ready is taken at once, and nobody waits for a second name."""
    rest = b""
    while more := os.read(sys.stdin.fileno(), _AT_ONCE):
        *names, rest = (rest + more).split(b"\n")
        if names:
            yield [_name(n) for n in names]
    if rest:
        yield [_name(rest)]


def _name(raw: bytes) -> str:
    return os.fsdecode(raw.removesuffix(b"\r"))


def _object(item: bytes | str) -> tuple[str, bool]:
    """Runs in the child: a file's name or the bytes of a mail → one line, and whether it could be read."""
    try:
        raw = item if isinstance(item, bytes) else _bytes(Path(item))
    except (OSError, ValueError) as why:
        said = (why.strerror if isinstance(why, OSError) else None) or str(why)
        return _dump(as_refusal(f"{str(item).encode(errors='replace').decode()} cannot be read: {said}")), False
    return _dump(as_contract(parse(raw))), True


def _bytes(path: Path) -> bytes:
    """The bytes of a file, no more than are needed to see that it is too large."""
    with path.open("rb") as file:
        return file.read(_MOST)


def _answer(found: tuple[str, bool] | Unread) -> tuple[str, bool]:
    return (_dump(as_refusal(found.reason)), True) if isinstance(found, Unread) else found


def _dump(found: object) -> str:
    return json.dumps(found, ensure_ascii=False)

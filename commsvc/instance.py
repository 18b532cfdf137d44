"""Is this the record that this installation left? A restored or copied one starts paused (reliability.md, T32, F37).

Beside the database lies a file with the token of the installation and how far its letters had come. A record
with another token is a copy or belongs to somebody else; one whose letters end earlier was restored. Either way
it may speak of letters that went already: nothing leaves until a person resumes it.
"""

import json
import os
import secrets
from datetime import datetime
from pathlib import Path

from commsvc.domain.letter.switches import Scope, Switch
from commsvc.ports import Store

FILE = ".instance"
COPIED = "this record was copied from another installation, or its file .instance is gone: look, then resume"
RESTORED = "this record is older than what this installation last knew: it was restored; look, then resume"


def vouch(store: Store, folder: Path, now: datetime) -> str:
    """Pause a record that is not the one left here; returns why, or "" when all is well."""
    token, newest = _held(folder)
    if why := _doubt(store, token, newest):
        pause(store, folder, now, why)
    elif token:
        remember(store, folder, token)
    else:
        _adopt(store, folder, now)
    return why


def pause(store: Store, folder: Path, now: datetime, why: str) -> None:
    """Make a record this installation's own, with everything stopped until a person resumes it."""
    with store.transaction():
        store.records.turn(Switch(Scope.ALL, "", live=False, by="commsvc", reason=why), now)
    _adopt(store, folder, now)


def remember(store: Store, folder: Path, token: str = "") -> None:
    """Keep how far the letters have come, for the next start."""
    token = token or _held(folder)[0]
    draft = folder / f"{FILE}.new"
    draft.write_text(json.dumps({"token": token, "newest_letter": store.letters.newest()}))
    os.replace(draft, folder / FILE)  # noqa: PTH105  it has to be atomic


def _adopt(store: Store, folder: Path, now: datetime) -> None:
    token = secrets.token_hex(16)
    with store.transaction():
        store.records.adopt(token, now)
    remember(store, folder, token)


def _doubt(store: Store, token: str, newest: int) -> str:
    known = store.records.instance()
    if not known:
        return RESTORED if token else ""
    if known != token:
        return COPIED
    return RESTORED if store.letters.newest() < newest else ""


def _held(folder: Path) -> tuple[str, int]:
    try:
        held = json.loads((folder / FILE).read_text())
        return str(held["token"]), int(held["newest_letter"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", 0

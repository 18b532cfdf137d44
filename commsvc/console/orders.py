"""Write an order of the person who pressed a button, have it carried out, and show what became of it.

The console decides nothing: whether the person may is judged where all orders are, whatever channel
they come by. Only who gave an order is shown its outcome.
"""

import hashlib
import hmac
from dataclasses import dataclass

from fastapi import HTTPException
from fastapi.responses import RedirectResponse

from commsvc.console.viewer import Viewer
from commsvc.domain.letter.approval import Verb
from commsvc.domain.letter.command import Channel, Command
from commsvc.domain.promise.promise import Subject

LONGEST = 20_000
_DIGITS = 15
WAITS = "It is written down and will be carried out within a minute. Load this page again to see the outcome."


@dataclass(frozen=True, slots=True)
class About:
    """What an order speaks of: a case, and maybe one letter as it was shown."""

    subject: Subject
    letter_id: int | None = None
    digest: str = ""


def order(viewer: Viewer, verb: Verb, argument: str, about: About, back: str) -> RedirectResponse:
    """Write the order, wake the daemon, and lead back to `back`, where the outcome is shown."""
    words = clean(argument)
    command = Command(verb, words, viewer.person.address, Channel.PAGE, about.subject, viewer.now, about.letter_id,
                      about.digest)  # fmt: skip
    store = viewer.desk.store
    with store.transaction():
        id = store.records.order(command)
    viewer.console.wake()
    return RedirectResponse(f"{back}?done={id}.{_seal(viewer, id)}", 303)


def outcome(viewer: Viewer) -> str:
    """What became of the order this page was led back from; "" when it was led back from none."""
    number, _, seal = viewer.request.query_params.get("done", "").partition(".")
    if (
        not number.isdecimal()
        or len(number) > _DIGITS
        or not hmac.compare_digest(seal.encode(), _seal(viewer, int(number)).encode())
    ):
        return ""
    return viewer.desk.store.records.outcome(int(number)) or WAITS


def clean(text: str) -> str:
    """A field of a form as plain text. Refuses what no form of ours can send."""
    if len(text) > LONGEST:
        raise HTTPException(400, f"That is longer than {LONGEST} letters. Nothing was done.")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def _seal(viewer: Viewer, id: int) -> str:
    return hmac.new(viewer.csrf.encode(), str(id).encode(), hashlib.sha256).hexdigest()[:20]

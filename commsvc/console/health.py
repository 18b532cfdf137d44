"""Is all well? What was seen, what was set aside, what is in doubt, what is switched off. And the one
button that stops everything.
"""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from commsvc.console.orders import clean
from commsvc.console.viewer import READ, Actor, Reader, Viewer
from commsvc.domain.letter.switches import Scope, Switch

router = APIRouter()


@router.api_route("/health", methods=READ)
def health(viewer: Reader) -> HTMLResponse:
    """Is all well?"""
    store = viewer.desk.store
    doubts = [(x, c) for x in store.letters.in_doubt() if viewer.may_see(c := store.cases.get(x.wish.subject.id))]
    quarantined, troubles = store.inbox.quarantined(), store.records.troubles()
    switches = store.records.switches()
    return viewer.page(
        "health.html.j2", ledger=store.inbox.ledger(), quarantined=quarantined, doubts=doubts, troubles=troubles,
        switches=switches, heading=_heading(viewer, len(quarantined) + len(doubts) + len(troubles), switches.watching),
    )  # fmt: skip


@router.post("/stop")
def stop(viewer: Actor, reason: Annotated[str, Form()] = "") -> Response:
    """Stop everything at once. Anybody signed in may: stop is the safe state."""
    why = clean(reason) or "no reason given"
    with viewer.desk.store.transaction():
        viewer.desk.store.records.turn(Switch(Scope.ALL, "", live=False, by=viewer.person.address, reason=why), viewer.now)
    return RedirectResponse("/health?said=stopped", 303)


def _heading(viewer: Viewer, look: int, watching: bool) -> str:
    if viewer.stopped():
        return "Everything is stopped: no letter leaves."
    if watching:
        return "This installation watches: it reads and drafts, and sends nothing."
    if not look:
        return "All is well."
    return "One thing needs a look." if look == 1 else f"{look} things need a look."

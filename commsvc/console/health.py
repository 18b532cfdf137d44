"""Is all well? What was seen, what was set aside, what is in doubt, what is switched off. And the one
button that stops everything.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from commsvc.console import signs
from commsvc.console.orders import clean
from commsvc.console.seen import case_lines
from commsvc.console.viewer import READ, Actor, Viewer, console_of, reader
from commsvc.domain.case.case import Case
from commsvc.domain.case.search import Search
from commsvc.domain.letter.letter import Letter
from commsvc.domain.letter.switches import Scope, Switch

router = APIRouter()
MOST = 200


@router.api_route("/health", methods=READ)
def health(request: Request) -> Response:
    """Is all well? A page for people, JSON for a program: that is, for whoever neither is signed in nor reads pages."""
    reads_pages = "text/html" in request.headers.get("accept", "")
    if not reads_pages and console_of(request).find(request) is None:
        return signs.answer(request)
    return _page(reader(request))


def _page(viewer: Viewer) -> HTMLResponse:
    store = viewer.desk.store
    vitals = store.signs.look(viewer.now)
    doubts = [(x, case) for x in store.letters.in_doubt() if (case := _case(viewer, x)) is None or viewer.may_see(case)]
    quarantined, troubles = store.inbox.quarantined(), [(t.source, t.said) for t in vitals.troubles]
    switches = store.records.switches()
    owed = case_lines(viewer, store.cases.owed_first(Search(reader=viewer.reads_as), MOST))
    late = sum(1 for line in owed if line.next and viewer.face.late(line.next.due_at))
    look = len(quarantined) + len(doubts) + len(troubles)
    return viewer.page(
        "health.html.j2", vitals=vitals, ledger=vitals.mails, quarantined=quarantined, doubts=doubts, troubles=troubles,
        switches=switches, late=late, heading=_heading(viewer, look, late, switches.watching),
    )  # fmt: skip


@router.post("/stop")
def stop(viewer: Actor, reason: Annotated[str, Form()] = "") -> Response:
    """Stop everything at once. Anybody signed in may: stop is the safe state."""
    why = clean(reason) or "no reason given"
    with viewer.desk.store.transaction():
        viewer.desk.store.records.turn(
            Switch(Scope.ALL, "", live=False, by=viewer.person.address, reason=why), viewer.now
        )
    return RedirectResponse("/health?said=stopped", 303)


def _case(viewer: Viewer, letter: Letter) -> Case | None:
    """The case a letter is about; a briefing is about none."""
    return viewer.desk.store.cases.get(letter.wish.subject.id) if letter.wish.subject.kind == "case" else None


def _heading(viewer: Viewer, look: int, late: int, watching: bool) -> str:
    if viewer.stopped():
        return "Everything is stopped: no letter leaves."
    if watching:
        return "This installation watches: it reads and drafts, and sends nothing."
    if not look and late:
        return f"The service is well, but {'1 case is' if late == 1 else f'{late} cases are'} late with a promise."
    if not look:
        return "All is well."
    return "One thing needs a look." if look == 1 else f"{look} things need a look."

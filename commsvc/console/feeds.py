"""One's own deadlines and calls as a calendar for other programs, at a secret address that can be ended.

Whoever has the address reads case numbers, kinds and times; nothing of a customer, no restricted case, and it opens nothing else.
"""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from commsvc.console.viewer import READ, Actor, Reader, console_of
from commsvc.domain.call.feed import Owed, feed
from commsvc.domain.case.case import Stage
from commsvc.domain.case.search import Search

router = APIRouter()
MOST = 200
OPEN = tuple(s for s in Stage if s.open)


@router.api_route("/feed", methods=READ)
def own(viewer: Reader) -> HTMLResponse:
    """What the feed is, whether there is one, and the buttons."""
    return viewer.page("feed.html.j2", there=viewer.desk.store.sessions.has_feed(viewer.person.address), url="")


@router.post("/feed")
def renew(viewer: Actor) -> HTMLResponse:
    """Make an address, and end the one before. It is shown this once."""
    store = viewer.desk.store
    with store.transaction():
        secret = store.sessions.begin_feed(viewer.person.address)
    base = viewer.desk.identity.brand.console_url.rstrip("/")
    return viewer.page("feed.html.j2", there=True, url=f"{base}/feed/{secret}.ics")


@router.post("/feed/end")
def end(viewer: Actor) -> Response:
    """The address leads nowhere from now on."""
    store = viewer.desk.store
    with store.transaction():
        store.sessions.end_feed(viewer.person.address)
    return RedirectResponse("/feed", 303)


@router.api_route("/feed/{secret}.ics", methods=READ)
def read(request: Request, secret: str) -> Response:
    """The calendar behind an address, without signing in."""
    console = console_of(request)
    desk, address = console.desk, console.desk.store.sessions.feed_of(secret)
    person = desk.directory.person(address) if address else None
    if person is None:
        raise HTTPException(404)
    cases = [c for c in desk.store.cases.found(Search(stages=OPEN, person=person.address), MOST) if not c.restricted]
    owed = (Owed(c, desk.store.promises.of(desk.subject(c)), desk.store.calls.of(desk.subject(c))) for c in cases)
    text = feed(owed, f"{desk.identity.brand.name}: what I owe", desk.identity.mint.domain, console.clock())
    return Response(text, media_type="text/calendar; charset=utf-8")

"""Sign in and out. Under `run` by a one-time link sent to the work address; in the demo by one click.

Whether an address is one of ours is never told: the answer is the same sentence for everybody. A
link opens a page with a button, so that a scanner that opens links uses nothing up (T6).
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from commsvc.console.seen import role_of
from commsvc.console.viewer import COOKIE, READ, Actor, Console, console_of, inside
from commsvc.domain.case.directory import Person

router = APIRouter()
demo_router = APIRouter()

SESSION = timedelta(hours=12)
DEMO_SESSION = timedelta(days=3650)
"""The demo's clock is moved by hours and weeks; nobody is to be signed out by that."""
LINK = timedelta(minutes=15)
PAUSE = timedelta(minutes=1)


@router.api_route("/sign-in", methods=READ)
def ask(request: Request, next: str = "/") -> HTMLResponse:
    """The page that asks who you are."""
    console = console_of(request)
    waits = _waits(console) if console.demo else {}
    people = [(p, role_of(p), waits.get(p.address, 0)) for p in console.desk.directory.people] if console.demo else []
    people.sort(key=lambda row: -row[2])
    return _page(console, "sign_in.html.j2", people=people, next=inside(next), asked=False)


@router.post("/sign-in")
def send(request: Request, address: Annotated[str, Form()] = "") -> HTMLResponse:
    """Send a link, if this is one of our people. Everybody reads the same answer."""
    console = console_of(request)
    person = console.desk.directory.person(address.strip().lower())
    if person and console.demo is None and console.send_link and _rested(request, person, console.clock()):
        with console.desk.store.transaction():
            secret = console.desk.store.sessions.invite(person.address, console.clock(), LINK)
        console.send_link(person, f"{console.desk.identity.brand.console_url.rstrip('/')}/sign-in/{secret}")
    return _page(console, "sign_in.html.j2", people=[], next="/", asked=True)


@router.api_route("/sign-in/{secret}", methods=READ)
def link(request: Request, secret: str) -> HTMLResponse:
    """The page behind a link: a button. Opening it uses nothing up."""
    return _page(console_of(request), "sign_in_link.html.j2", secret=secret)


@router.post("/sign-in/{secret}")
def accept(request: Request, secret: str) -> Response:
    """Use the link up and begin a session."""
    console = console_of(request)
    with console.desk.store.transaction():
        address = console.desk.store.sessions.accept(secret, console.clock())
    person = console.desk.directory.person(address) if address else None
    if person is None:
        raise HTTPException(403, "This link has been used already, or its time is over. Ask for a new one.")
    return _begin(request, console, person, "/")


@router.post("/sign-out")
def leave(viewer: Actor) -> Response:
    with viewer.desk.store.transaction():
        viewer.desk.store.sessions.end(viewer.request.cookies[COOKIE])
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE)
    return answer


@demo_router.post("/be")
def be(request: Request, address: Annotated[str, Form()] = "", next: Annotated[str, Form()] = "/") -> Response:
    """Be one of our people. Exists in the demo only."""
    console = console_of(request)
    person = console.desk.directory.person(address)
    if person is None:
        raise HTTPException(404)
    return _begin(request, console, person, inside(next))


def _waits(console: Console) -> Mapping[str, int]:
    """How many letters wait for each of our people."""
    letters = console.desk.store.letters
    return Counter(address for x in letters.drafted() for address in letters.approvers(x.id).approvers)


def _begin(request: Request, console: Console, person: Person, next: str) -> Response:
    """End whatever session the browser had, and begin one for this person."""
    lasts = DEMO_SESSION if console.demo else SESSION
    with console.desk.store.transaction():
        console.desk.store.sessions.end(request.cookies.get(COOKIE, ""))
        token = console.desk.store.sessions.begin(person.address, console.clock(), lasts)
    answer = RedirectResponse(next, 303)
    answer.set_cookie(COOKIE, token, max_age=int(SESSION.total_seconds()), httponly=True, samesite="lax",
                      secure=request.url.scheme == "https")  # fmt: skip
    return answer


def _rested(request: Request, person: Person, now: datetime) -> bool:
    """At most one link a minute for one person, so that nobody's mailbox can be flooded."""
    last: dict[str, datetime] = request.app.state.links_sent
    if person.address in last and now - last[person.address] < PAUSE:
        return False
    last[person.address] = now
    return True


def _page(console: Console, name: str, **values: object) -> HTMLResponse:
    template = console.pages.get_template(name)
    return HTMLResponse(template.render(brand=console.desk.identity.brand.name, demo=console.demo, **values))

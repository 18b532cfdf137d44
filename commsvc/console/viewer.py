"""Who reads this page, whether they may, and how a page is made for them.

A session lives in a cookie that no script can read. Every form carries the session's own token; a
form without it changes nothing. Reading never changes anything, so link scanners are harmless (T6).
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from commsvc.console.controls import DemoControls
from commsvc.console.times import Face
from commsvc.desk import Desk
from commsvc.domain.case.case import Case
from commsvc.domain.case.directory import Person
from commsvc.domain.case.reading import may_read, reads_as
from commsvc.domain.letter.letter import Letter
from commsvc.domain.letter.switches import Scope, Switch
from commsvc.ports import Session

COOKIE = "commsvc_session"
READ = ["GET", "HEAD"]
NOTICES = {
    "written": "The mail is on its way. What the service made of it stands below.",
    "replied": "The answer is sent, and the service has read it.",
    "stopped": "Everything is stopped. Nothing leaves until somebody resumes it; promises go on counting.",
    "resumed": "Letters leave again.",
    "forward": "Time has passed.",
}


class NotSignedIn(Exception):
    """A reader who has to sign in first."""


@dataclass(frozen=True)
class Console:
    """What every page works with. `demo` is None wherever real mail is at stake."""

    desk: Desk
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    demo: DemoControls | None
    send_link: Callable[[Person, str], None] | None
    pages: Environment

    def find(self, request: Request) -> tuple[Session, Person] | None:
        """The session behind a request, if it is one of somebody who is still one of our people."""
        token = request.cookies.get(COOKIE, "")
        session = self.desk.store.sessions.find(token, self.clock()) if token else None
        person = self.desk.directory.person(session.person) if session else None
        return (session, person) if session and person else None


@dataclass(frozen=True)
class Viewer:
    """Somebody signed in, reading one page at one instant."""

    console: Console
    request: Request
    person: Person
    csrf: str
    now: datetime

    @property
    def desk(self) -> Desk:
        return self.console.desk

    @property
    def face(self) -> Face:
        return Face(self.person.zone, self.now)

    def may_see(self, case: Case) -> bool:
        return may_read(self.person, case)

    @property
    def reads_as(self) -> str:
        return reads_as(self.person)

    def waiting(self) -> list[Letter]:
        """The drafts this person may approve, the next due first."""
        letters = self.desk.store.letters
        mine = [x for x in letters.drafted() if self.person.address in letters.approvers(x.id).approvers]
        return sorted(mine, key=lambda x: x.approve_by or x.created_at)

    def stopped(self) -> Switch | None:
        """The switch that stops everything, if it is thrown."""
        positions = self.desk.store.records.switches().positions
        return next((s for s in positions if s.scope is Scope.ALL and not s.live), None)

    def name(self, address: str) -> str:
        """A person's name; the address itself for somebody we do not know by name."""
        if person := self.desk.directory.person(address):
            return person.name
        known = self.desk.directory.known_contact(address)
        return known[1].name if known else address

    def page(self, name: str, status: int = 200, **values: object) -> HTMLResponse:
        """Render a page for this reader."""
        query, demo = self.request.query_params, self.console.demo
        shared = {
            "viewer": self, "face": self.face, "csrf": self.csrf, "path": self.request.url.path,
            "query": query, "demo": demo, "brand": self.desk.identity.brand.name, "waiting": self.waiting(),
            "stopped": self.stopped(), "notice": NOTICES.get(query.get("said", ""), ""),
        }  # fmt: skip
        return HTMLResponse(self.console.pages.get_template(name).render({**shared, **values}), status)


def console_of(request: Request) -> Console:
    found: Console = request.app.state.console
    return found


def reader(request: Request) -> Viewer:
    """Whoever is signed in. Raises NotSignedIn."""
    console = console_of(request)
    found = console.find(request)
    if found is None:
        raise NotSignedIn
    return Viewer(console, request, found[1], found[0].csrf, console.clock())


def _actor(request: Request, csrf: Annotated[str, Form()] = "") -> Viewer:
    """Whoever is signed in and sent one of our own forms; anybody else is refused."""
    console = console_of(request)
    found = console.find(request)
    if found is None:
        raise HTTPException(403, "You are not signed in, so nothing was done.")
    if not hmac.compare_digest(found[0].csrf.encode(), csrf.encode()):
        raise HTTPException(403, "This form is not one of ours, or it is from an earlier session. Nothing was done.")
    return Viewer(console, request, found[1], found[0].csrf, console.clock())


Reader = Annotated[Viewer, Depends(reader)]
Actor = Annotated[Viewer, Depends(_actor)]


def inside(path: str) -> str:
    """A path of this very site to go to next; the first page for anything else."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe else "/"

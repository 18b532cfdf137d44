"""The demo's own pages: everybody's mailbox, writing as a customer, and moving the clock.

None of these routes exists where real mail is at stake.
"""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from commsvc.console.approvals import FRAME
from commsvc.console.controls import DemoControls, Scribe
from commsvc.console.orders import clean
from commsvc.console.seen import Id
from commsvc.console.viewer import READ, Actor, Reader, Viewer, inside
from commsvc.domain.letter.switches import Scope, Switch

router = APIRouter()
STEPS = {5: "5 min", 60: "1 hour", 480: "8 hours"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One received mail as a page shows it. `number` counts from the oldest, so that it stays."""

    number: int
    sender: str
    subject: str
    at: datetime | None
    text: str
    html: bool
    reply_to: str
    message_id: str


@router.api_route("/post", methods=READ)
def post(viewer: Reader) -> HTMLResponse:
    """All mailboxes."""
    demo, scribes = _demo(viewer), {s.address: s for s in _demo(viewer).scribes()}
    boxes = [(address, count, scribes.get(address)) for address, count in demo.mailboxes()]
    return viewer.page("post.html.j2", boxes=boxes)


@router.api_route("/post/{address}", methods=READ)
def mailbox(viewer: Reader, address: str) -> HTMLResponse:
    """One mailbox, newest first."""
    mails = _mails(viewer, address)
    shown = [_shown(mail, len(mails) - n) for n, mail in enumerate(mails)]
    return viewer.page("mailbox.html.j2", address=address, who=_scribe(viewer, address), mails=shown)


@router.api_route("/post/{address}/{number}/html", methods=READ)
def as_html(viewer: Reader, address: str, number: Id) -> HTMLResponse:
    """The HTML of one mail alone, for its frame."""
    return HTMLResponse(_part(_mail(viewer, address, number), "html"), headers=FRAME)


@router.post("/post/{address}/{number}/reply")
def reply(viewer: Actor, address: str, number: Id, text: Annotated[str, Form()] = "") -> Response:
    """Answer a mail as the person who received it."""
    if not clean(text):
        raise HTTPException(400, "An empty answer was not sent. Go back and write one.")
    mail = _mail(viewer, address, number)
    subject = str(mail["Subject"] or "")
    subject = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    to = str(mail["Reply-To"] or mail["From"] or "")
    _demo(viewer).write(address, to, subject, clean(text), str(mail["Message-ID"] or "").strip())
    viewer.console.wake()
    return RedirectResponse(f"/post/{address}?said=replied", 303)


@router.api_route("/write", methods=READ)
def letter(viewer: Reader) -> HTMLResponse:
    """Write a mail as any customer."""
    scribes = sorted(_demo(viewer).scribes(), key=lambda s: (s.ours, s.company, s.name))
    return viewer.page("write.html.j2", scribes=scribes, to=viewer.desk.identity.mailbox)


@router.post("/write")
def write(viewer: Actor, sender: Annotated[str, Form()] = "", to: Annotated[str, Form()] = "",
          subject: Annotated[str, Form()] = "", text: Annotated[str, Form()] = "") -> Response:  # fmt: skip
    if _scribe(viewer, sender) is None:
        raise HTTPException(400, "Choose who writes. Nothing was sent.")
    one_line = " ".join(clean(subject).split())
    _demo(viewer).write(sender, clean(to) or viewer.desk.identity.mailbox, one_line, clean(text))
    viewer.console.wake()
    return RedirectResponse("/cases?said=written", 303)


@router.post("/forward")
def forward(viewer: Actor, minutes: Annotated[int, Form()] = 0, back: Annotated[str, Form()] = "/") -> Response:
    """Let time pass."""
    if minutes not in STEPS:
        raise HTTPException(400, "Time passes by 5 minutes, 1 hour or 8 hours.")
    _demo(viewer).forward(minutes)
    return RedirectResponse(inside(back), 303)


@router.post("/resume")
def resume(viewer: Actor) -> Response:
    """Undo the stop. A real installation is resumed with `commsvc resume`, on purpose not by a click."""
    with viewer.desk.store.transaction():
        viewer.desk.store.records.turn(Switch(Scope.ALL, "", live=True, by=viewer.person.address), viewer.now)
    viewer.console.wake()
    return RedirectResponse("/health?said=resumed", 303)


def _demo(viewer: Viewer) -> DemoControls:
    if viewer.console.demo is None:
        raise HTTPException(404)
    return viewer.console.demo


def _scribe(viewer: Viewer, address: str) -> Scribe | None:
    return next((s for s in _demo(viewer).scribes() if s.address == address), None)


def _mails(viewer: Viewer, address: str) -> list[EmailMessage]:
    if address not in dict(_demo(viewer).mailboxes()):
        raise HTTPException(404)
    return list(_demo(viewer).mails(address))


def _mail(viewer: Viewer, address: str, number: int) -> EmailMessage:
    mails = _mails(viewer, address)
    if number > len(mails):
        raise HTTPException(404)
    return mails[len(mails) - number]


def _shown(mail: EmailMessage, number: int) -> Shown:
    reply_to = str(mail["Reply-To"] or mail["From"] or "")
    return Shown(number, str(mail["From"] or ""), str(mail["Subject"] or ""), _date(mail), _part(mail, "plain"),
                 mail.get_body(("html",)) is not None, reply_to, str(mail["Message-ID"] or ""))  # fmt: skip


def _part(mail: EmailMessage, kind: str) -> str:
    """The text of one part; "" when the mail has none that can be read."""
    body = mail.get_body((kind,))
    try:
        return str(body.get_content()) if body is not None else ""
    except (LookupError, ValueError):
        return ""


def _date(mail: EmailMessage) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(mail["Date"]))
    except ValueError:
        return None
    return found if found.tzinfo else None

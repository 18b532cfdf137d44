"""The playbook as people read it: who does what when, why, and what changed between two versions of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from commsvc.console.orders import About, order, outcome
from commsvc.console.seen import Id
from commsvc.console.times import sentence
from commsvc.console.viewer import READ, Actor, Reader, Viewer
from commsvc.domain.letter.approval import Verb
from commsvc.domain.playbook import sentences
from commsvc.domain.playbook.adoption import Adoption, Told, bar_adoption, in_force, waiting
from commsvc.domain.playbook.changes import changes
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.playbook.words import Severity
from commsvc.domain.promise.promise import Subject
from commsvc.errors import Missing, Trouble
from commsvc.flow.adopting import Adopting

router = APIRouter()


@router.api_route("/playbook", methods=READ)
def playbook(viewer: Reader) -> HTMLResponse:
    """The version in force, in sentences."""
    active = viewer.desk.playbooks.current()
    segments, paces = sentences.paces(active)
    letters = [
        (name.replace("_", " "), [sentences.approver(by[s]) for s in Severity])
        for name, by in active.approvals.letter.items()
    ]
    return viewer.page(
        "playbook.html.j2", active=active, segments=segments, paces=paces, always=tuple(sentences.always(active)),
        limits=tuple(sentences.limits(active)), letters=letters, owed=sentences.OWED, told=sentences.steps,
        kept=tuple(reversed(viewer.desk.store.records.playbooks())), levels=tuple(Severity),
        versions=_versions(viewer), pilot=viewer.desk.store.adoptions.pilot(), outcome=outcome(viewer),
    )  # fmt: skip


@router.post("/playbook/{id}/ack")
def acknowledge(viewer: Actor, id: Id) -> Response:
    """Whoever was told of a version says that they know it."""
    return order(viewer, Verb.ACK, "", About(Subject("playbook", id)), "/playbook")


@router.api_route("/playbook/{old}/{new}", methods=READ)
def difference(viewer: Reader, old: str, new: str) -> HTMLResponse:
    """What changed from one version to another, and for whom."""
    before, after = _version(viewer, old), _version(viewer, new)
    return viewer.page("difference.html.j2", before=before, after=after, found=changes(before, after))


@router.post("/playbook/{id}/adopt")
def adopt(viewer: Actor, id: Id, since: Annotated[str, Form()] = "") -> Response:
    """A second person has a proposal take force; `since` as their own clock shows it, at once when left out."""
    try:
        local = datetime.fromisoformat(since).replace(tzinfo=ZoneInfo(viewer.person.zone)) if since else viewer.now
    except ValueError as why:
        raise HTTPException(400, "Write a day and a time. Nothing was done.") from why
    try:
        Adopting(viewer.desk).adopt(id, viewer.person.address, local.astimezone(UTC), viewer.now)
    except Missing as why:
        raise HTTPException(404) from why
    except Trouble as why:
        raise HTTPException(400, f"{sentence(str(why))} Nothing was done.") from why
    viewer.console.wake()
    return RedirectResponse("/playbook", 303)


@dataclass(frozen=True, slots=True)
class Version:
    """A version that people decided about, as the page shows it.

    `asked`: this reader is to acknowledge it; `open`: this reader may be its second person.
    """

    adoption: Adoption
    told: tuple[Told, ...]
    now: bool
    asked: bool
    open: bool


def _versions(viewer: Viewer) -> list[Version]:
    """What was proposed and adopted, newest first."""
    adoptions, me = viewer.desk.store.adoptions, viewer.person.address
    every = adoptions.all()
    current, waits = in_force(every, viewer.now), waiting(every)
    rules, roles = viewer.desk.playbooks.current().ownership, viewer.desk.roles(me)
    return [
        Version(
            a, told := tuple(adoptions.told(a.id)), a == current, any(t.person == me and not t.answered_at for t in told),
            a in waits and bar_adoption(a, me, roles, rules, viewer.now, viewer.now) is None,
        )
        for a in reversed(every)
    ]  # fmt: skip


def _version(viewer: Viewer, digest: str) -> Playbook:
    store = viewer.desk.store
    files = store.records.playbook_files(digest) or store.adoptions.files(digest)
    if files is None:
        raise HTTPException(404)
    return viewer.desk.playbooks.remember(files)

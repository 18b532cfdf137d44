"""The playbook as people read it: who does what when, why, and what changed between two versions of it."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from commsvc.console.viewer import READ, Reader, Viewer
from commsvc.domain.playbook import sentences
from commsvc.domain.playbook.changes import changes
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.playbook.words import Severity

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
    )  # fmt: skip


@router.api_route("/playbook/{old}/{new}", methods=READ)
def difference(viewer: Reader, old: str, new: str) -> HTMLResponse:
    """What changed from one version to another, and for whom."""
    before, after = _version(viewer, old), _version(viewer, new)
    return viewer.page("difference.html.j2", before=before, after=after, found=changes(before, after))


def _version(viewer: Viewer, digest: str) -> Playbook:
    files = viewer.desk.store.records.playbook_files(digest)
    if files is None:
        raise HTTPException(404)
    return viewer.desk.playbooks.remember(files)

"""All cases: what is owed first, by stage on a board, or what somebody looks for."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from commsvc.console.seen import CaseLine, case_lines
from commsvc.console.viewer import READ, Reader, Viewer
from commsvc.domain.case.case import Stage
from commsvc.domain.case.search import Search
from commsvc.domain.playbook.words import Severity

router = APIRouter()
PAGE = 50
COLUMN = 20
"""So many cases stand in a column of the board; the rest is a click away."""
Word = Annotated[str, Query(max_length=200)]


@router.api_route("/cases", methods=READ)
def cases(viewer: Reader, q: Word = "", stage: Word = "", severity: Word = "", owner: Word = "", account: Word = "",
          before: Annotated[int, Query(ge=0, le=2**53)] = 0) -> HTMLResponse:  # fmt: skip
    """Open cases, what is owed first on top; or what fits, newest first. Conditions that mean nothing are left out."""
    asked = {"q": q.strip(), "stage": stage, "severity": severity, "owner": owner, "account": account}
    search = _search(viewer, asked, before)
    store = viewer.desk.store.cases
    looking = any(asked.values()) or before > 0
    found = store.found(search, PAGE + 1) if looking else store.owed_first(search, PAGE)
    lines = case_lines(viewer, found[:PAGE])
    older = {k: v for k, v in {**asked, "before": str(found[PAGE - 1].id)}.items() if v} if len(found) > PAGE else {}
    counts = store.stages(search.reader)
    return viewer.page(
        "cases.html.j2", lines=lines, asked=asked, looking=looking, older=urlencode(older), counts=counts, stages=tuple(Stage),
        severities=tuple(Severity), heading=_found(lines, bool(older)) if looking else _heading(viewer, lines, counts),
        owners=sorted((p for p in viewer.desk.directory.people), key=lambda p: p.name),
    )  # fmt: skip


@router.api_route("/cases/board", methods=READ)
def board(viewer: Reader) -> HTMLResponse:
    """Open cases by stage, newest first in each."""
    store, reader = viewer.desk.store.cases, viewer.reads_as
    counts = store.stages(reader)
    columns = [(s, counts.get(s, 0), case_lines(viewer, store.found(Search(stages=(s,), reader=reader), COLUMN)))
               for s in Stage if s.open]  # fmt: skip
    return viewer.page("board.html.j2", columns=columns, heading=_count(counts))


def _search(viewer: Viewer, asked: Mapping[str, str], before: int) -> Search:
    words = asked["q"].casefold()
    accounts = (a.id for a in viewer.desk.directory.accounts if words in a.name.casefold()) if words else ()
    return Search(
        asked["q"], frozenset(accounts), tuple(s for s in Stage if s.value == asked["stage"]),
        next((s for s in Severity if s.value == asked["severity"]), None), asked["owner"],
        account=asked["account"], before=before, reader=viewer.reads_as,
    )  # fmt: skip


def _found(lines: list[CaseLine], more: bool) -> str:
    if not lines:
        return "No case fits."
    count = f"The {len(lines)} newest cases" if more else "1 case" if len(lines) == 1 else f"{len(lines)} cases"
    return f"{count} that fit{'s' if len(lines) == 1 else ''}."


def _count(counts: Mapping[Stage, int]) -> str:
    open = sum(n for stage, n in counts.items() if stage.open)
    return (
        "No escalation is open."
        if not open
        else "1 escalation is open."
        if open == 1
        else f"{open} escalations are open."
    )


def _heading(viewer: Viewer, lines: list[CaseLine], counts: Mapping[Stage, int]) -> str:
    late = sum(1 for x in lines if x.next and viewer.face.late(x.next.due_at))
    if late:
        many = "At least " * (late == PAGE) + str(late)
        return f"{_count(counts)} {many} of them {'is' if late == 1 else 'are'} late with a promise."
    due = next((x.next.due_at for x in lines if x.next), None)
    return f"{_count(counts)} The next promise falls due {viewer.face.due(due)}." if due else _count(counts)

"""What waits for me, and one letter with the decision about it.

The letter is shown exactly as the customer will read it, in a frame of its own that can do nothing
(T22, T23). A decision is bound to the digest that stood in the form.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import HTMLResponse, Response

from commsvc.console.orders import About, clean, order, outcome
from commsvc.console.seen import Id, LetterView, case_lines, letter_of, letter_view
from commsvc.console.times import length
from commsvc.console.viewer import READ, Actor, Reader, Viewer
from commsvc.desk.asking import IF_SILENT
from commsvc.domain.case.search import Search
from commsvc.domain.letter.approval import Verb

router = APIRouter()
MOST = 100

FRAME = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox",
}
"""What mail may do in its frame: be laid out. No script, no form, nothing from any host."""


@router.api_route("/", methods=READ)
def today(viewer: Reader) -> HTMLResponse:
    """What do I have to do, by when?"""
    mine = viewer.desk.store.cases.owed_first(Search(person=viewer.person.address, reader=viewer.reads_as), MOST)
    lines = case_lines(viewer, mine)
    return viewer.page("today.html.j2", letters=_waiting(viewer), cases=lines, heading=heading(viewer))


@router.api_route("/approvals", methods=READ)
def approvals(viewer: Reader) -> HTMLResponse:
    """Every letter that waits: mine first, then those that wait for somebody else."""
    mine = _waiting(viewer)
    ours = {v.letter.id for v in mine}
    drafted = [
        (x, viewer.desk.store.cases.get(x.wish.subject.id))
        for x in viewer.desk.store.letters.drafted()
        if x.id not in ours
    ]
    others = [letter_view(viewer, x, c) for x, c in drafted if viewer.may_see(c)]
    return viewer.page("approvals.html.j2", letters=mine, others=others, heading=heading(viewer))


@router.api_route("/approvals/{id}", methods=READ)
def letter(viewer: Reader, id: Id, show: Literal["page", "phone", "text"] = "page") -> HTMLResponse:
    """One letter, and the decision about it."""
    found, case = letter_of(viewer, id)
    view = letter_view(viewer, found, case)
    return viewer.page("letter.html.j2", view=view, show=show, if_silent=IF_SILENT, outcome=outcome(viewer),
                       rules=viewer.desk.rules(case),
                       colleagues=[p for p in viewer.desk.directory.people if p != viewer.person], may_see_case=viewer.may_see(case))  # fmt: skip


@router.api_route("/approvals/{id}/as-sent", methods=READ)
def as_sent(viewer: Reader, id: Id) -> HTMLResponse:
    """The HTML of a letter alone, for its frame."""
    found, _ = letter_of(viewer, id)
    return HTMLResponse(found.words.html if found.words else "", headers=FRAME)


@router.post("/approvals/{id}/{act}")
def decide(viewer: Actor, id: Id, act: Literal["approve", "edit", "reject", "fact", "delegate", "release"], argument: Annotated[str, Form()] = "",
           digest: Annotated[str, Form()] = "") -> Response:  # fmt: skip
    """Write down a decision about a letter as it was shown."""
    found, _ = letter_of(viewer, id)
    verb = Verb[act.upper()]
    if verb is not Verb.APPROVE and not clean(argument):
        raise HTTPException(400, "This needs a few words. Nothing was done; go back and write them.")
    about = About(found.wish.subject, found.id, digest)
    return order(viewer, verb, "" if verb is Verb.APPROVE else argument, about, f"/approvals/{id}")


def heading(viewer: Viewer) -> str:
    """The answer to: what do I have to do?"""
    letters = viewer.waiting()
    if not letters:
        return "No letter waits for you."
    count = "1 letter waits for you." if len(letters) == 1 else f"{len(letters)} letters wait for you."
    due = letters[0].approve_by
    if due is None:
        return count
    which = "It" if len(letters) == 1 else "The next"
    if viewer.face.late(due):
        return f"{count} {which} is {length(viewer.now - due)} late."
    return f"{count} {which} falls due in {length(due - viewer.now)}."


def _waiting(viewer: Viewer) -> list[LetterView]:
    letters = ((x, viewer.desk.store.cases.get(x.wish.subject.id)) for x in viewer.waiting())
    return [letter_view(viewer, x, case) for x, case in letters]

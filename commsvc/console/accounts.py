"""Accounts: who our customers are, how they stand with us, and everything about one of them."""

from collections import Counter
from typing import Literal
from urllib.parse import quote

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response

from commsvc.console.orders import About, order, outcome
from commsvc.console.seen import Id, case_lines
from commsvc.console.viewer import READ, Actor, Reader, Viewer
from commsvc.desk.campaigns import hold_on
from commsvc.domain.case.learnt import Learnt, question
from commsvc.domain.case.search import Search
from commsvc.domain.letter.approval import Verb
from commsvc.domain.promise.promise import Subject

router = APIRouter()
MOST = 1000
LAST = 20


@router.api_route("/accounts", methods=READ)
def accounts(viewer: Reader, q: str = "") -> HTMLResponse:
    """Every account, those with open cases first."""
    words = q.strip().casefold()
    seen = viewer.desk.store.cases.owed_first(Search(reader=viewer.reads_as), MOST)
    open = Counter(c.account_id for c in seen)
    worst = {id: min((c.severity for c in seen if c.account_id == id), key=lambda s: s.level) for id in open}
    fit = [a for a in viewer.desk.directory.accounts if words in a.name.casefold()]
    fit.sort(key=lambda a: (-open[a.id], a.name.casefold()))
    troubled = sum(1 for a in viewer.desk.directory.accounts if open[a.id])
    return viewer.page("accounts.html.j2", accounts=fit, open=open, worst=worst, q=q.strip(), troubled=troubled)


@router.api_route("/accounts/{id}", methods=READ)
def account(viewer: Reader, id: str) -> HTMLResponse:
    """One account: the card, its people, its cases."""
    found = viewer.desk.directory.account(id)
    if found is None:
        raise HTTPException(404)
    cases = viewer.desk.store.cases.found(Search(account=id, reader=viewer.reads_as), LAST)
    lines = case_lines(viewer, cases)
    names = {c.address: c.name for c in found.contacts}
    asked = [(x, question(x, names.get(x.address, x.address))) for x in _asked(viewer, id)]
    return viewer.page("account.html.j2", account=found, open=[x for x in lines if x.case.stage.open], asked=asked,
                       closed=[x for x in lines if not x.case.stage.open], outcome=outcome(viewer),
                       hold=hold_on(viewer.desk, id, viewer.now))  # fmt: skip


@router.post("/accounts/{id}/{word}/{learnt}")
def decide(viewer: Actor, id: str, word: Literal["add", "no"], learnt: Id) -> Response:
    """Answer what a mail has shown about its writer."""
    one = next((x for x in _asked(viewer, id) if x.id == learnt), None)
    if one is None:
        raise HTTPException(404)
    subject = Subject("case", one.case_id)
    letters = viewer.desk.store.letters.of(subject)
    about = next((x.id for x in letters if x.wish.key == one.wish_key), None)
    return order(viewer, Verb[word.upper()], "", About(subject, about), f"/accounts/{quote(id, safe='')}")


def _asked(viewer: Viewer, account_id: str) -> list[Learnt]:
    """What waits for an answer, of the cases this reader may see."""
    store = viewer.desk.store
    return [x for x in store.learnt.waiting(account_id) if viewer.may_see(store.cases.get(x.case_id))]

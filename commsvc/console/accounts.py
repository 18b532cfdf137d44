"""Accounts: who our customers are, how they stand with us, and everything about one of them."""

from collections import Counter

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from commsvc.console.seen import case_lines
from commsvc.console.viewer import READ, Reader
from commsvc.domain.case.search import Search

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
    return viewer.page("account.html.j2", account=found, open=[x for x in lines if x.case.stage.open],
                       closed=[x for x in lines if not x.case.stage.open])  # fmt: skip

"""Leave a list of letters: briefings, surveys. One click of a mail program is enough (RFC 8058), and no sign-in.

Opening the link changes nothing, for scanners open links too (T31). Letters about cases are on no list.
"""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from commsvc.console.viewer import READ, Console, console_of

router = APIRouter()


@router.api_route("/leave/{token}", methods=READ)
def ask(request: Request, token: str) -> HTMLResponse:
    """The page behind the link: what would end, and a button."""
    console = console_of(request)
    list_, address = _of(console, token)
    return _page(console, list_, address, token, left=False)


@router.post("/leave/{token}")
def leave(request: Request, token: str) -> HTMLResponse:
    """Take the address off the list; once more is the same."""
    console = console_of(request)
    list_, address = _of(console, token)
    with console.desk.store.transaction():
        console.desk.store.letters.leave(list_, address, console.clock())
    return _page(console, list_, address, token, left=True)


def _page(console: Console, list_: str, address: str, token: str, *, left: bool) -> HTMLResponse:
    words = {"brand": console.desk.identity.brand.name, "demo": console.demo, "list_": list_, "address": address}
    return HTMLResponse(console.pages.get_template("leave.html.j2").render(**words, token=token, left=left))


def _of(console: Console, token: str) -> tuple[str, str]:
    found = console.desk.identity.mint.left(token)
    if found is None:
        raise HTTPException(404, "This link is none of ours.")
    return found

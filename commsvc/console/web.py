"""The console: web pages for the people who approve letters and keep promises.

Server-rendered, without script and without anything from another host. Reading changes nothing;
every change is a form of a signed-in person (viewer.py). What goes wrong is said in a plain page.

Temporary:  the store is away     a page that says so; the same form may be sent again
Standards:  RFC 9110 (9.2.1 safe methods), CSP Level 3
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from commsvc.api import app as api
from commsvc.api.problem import problem
from commsvc.console import (
    accounts,
    approvals,
    cases,
    feeds,
    figures,
    health,
    leaving,
    listing,
    playbook,
    sign_in,
    signs,
)
from commsvc.console import demo as demo_pages
from commsvc.console.controls import DemoControls
from commsvc.console.seen import height, role_of
from commsvc.console.times import length, sentence
from commsvc.console.viewer import READ, Console, NotSignedIn, console_of
from commsvc.desk import Desk
from commsvc.domain.case.directory import Person
from commsvc.errors import Temporary

LARGEST_FORM = 256 * 1024
BAD, NOT_FOUND, NOT_ALLOWED = 400, 404, 405
_HEADERS = {
    b"content-security-policy": b"default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    b"frame-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-dns-prefetch-control": b"off",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"cache-control": b"no-store",
}
_SAID = {
    400: "That could not be understood", 403: "That was not done", 404: "There is no such page",
    413: "That is too long", 500: "Something broke on our side", 503: "The record is busy for a moment",
}  # fmt: skip
_NEXT = {
    400: "Go back and look at the form once more.",
    403: "Sign in, open the page again and repeat it there.",
    404: "It was never here, or it is not yours to see. What is yours stands under Today.",
    500: "The reason is in the log. Open the page again to see what is true now, or tell whoever runs this.",
    503: "Nothing was lost. Try again in a few seconds.",
}


def create(
    desk: Desk,
    clock: Callable[[], datetime],
    wake: Callable[[], None],
    demo: DemoControls | None,
    send_link: Callable[[Person, str], None] | None = None,
) -> FastAPI:
    """Build the console.

    `wake` lets the daemon tick now, so that outcomes are seen at once. `send_link` brings a one-time
    sign-in link to a person. The demo's pages and its one-click sign-in exist only with its controls.
    """
    app = FastAPI(title="commsvc", docs_url=None, redoc_url=None, openapi_url=None)
    style = files("commsvc.console").joinpath("static/console.css").read_text(encoding="utf-8")
    app.state.console = Console(desk, clock, wake, demo, send_link, _pages(style))
    app.state.links_sent = {}
    routers = [
        sign_in.router,
        approvals.router,
        listing.router,
        cases.router,
        accounts.router,
        playbook.router,
        figures.router,
        health.router,
        signs.router,
        feeds.router,
        leaving.router,
    ]
    routers += [sign_in.demo_router, demo_pages.router] if demo is not None else []
    for router in routers:
        app.include_router(router)
    _serve_style(app, style)
    _answer_errors(app)
    app.mount(api.PATH, api.create(desk, clock, wake))
    app.add_middleware(Guard)
    return app


class Guard:
    """Headers on every answer, and two refusals before anything is read: a form sent by another
    site, and one larger than any of ours.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                added = [(n, v) for n, v in _HEADERS.items() if n not in present]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        refused = _refused(scope)
        answer = problem if scope["path"].startswith(api.PATH) else error_page
        target = self._app if refused is None else answer(*refused)
        await target(scope, receive, guarded)


def _refused(scope: Scope) -> tuple[int, str] | None:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    if scope["method"] in READ:
        return None
    if headers.get(b"sec-fetch-site", b"same-origin") not in (b"same-origin", b"none"):
        return 403, "The form came from another site. Nothing was done."
    length = headers.get(b"content-length", b"")
    if not length.isdigit() or int(length) > LARGEST_FORM:
        return 413, "Nothing was done."
    return None


def error_page(status: int, said: str = "") -> HTMLResponse:
    """What went wrong, in a plain page that says what to do next."""
    return HTMLResponse(_errors.get_template("error.html.j2").render(
        heading=_SAID.get(status, _SAID[BAD]), said=said, next=_NEXT.get(status, ""), brand="", demo=None), status)  # fmt: skip


def _answer_errors(app: FastAPI) -> None:
    @app.exception_handler(NotSignedIn)
    def sign_in_first(request: Request, _why: Exception) -> Response:
        path = request.url.path
        return RedirectResponse("/sign-in" if path == "/" else f"/sign-in?next={quote(path)}", 303)

    @app.exception_handler(HTTPException)
    def plain(_request: Request, why: HTTPException) -> Response:
        status = NOT_FOUND if why.status_code == NOT_ALLOWED else why.status_code
        return error_page(status, why.detail if status in (400, 403) else "")

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, why: RequestValidationError) -> Response:
        in_path = any(e["loc"][:1] == ("path",) for e in why.errors())
        signed_in = console_of(request).find(request) is not None
        if not in_path and not signed_in and request.method not in READ:
            return error_page(403, "You are not signed in, so nothing was done.")
        return error_page(NOT_FOUND if in_path else BAD)

    @app.exception_handler(Temporary)
    def away(_request: Request, _why: Exception) -> Response:
        answer = error_page(503)
        answer.headers["Retry-After"] = "5"
        return answer

    @app.exception_handler(Exception)
    def broken(_request: Request, _why: Exception) -> Response:
        return error_page(500)


def _serve_style(app: FastAPI, style: str) -> None:
    icon = files("commsvc.console").joinpath("static/icon.svg").read_text(encoding="utf-8")

    @app.api_route("/static/icon.svg", methods=READ)
    def svg() -> Response:
        return Response(icon, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})

    @app.api_route("/static/console.css", methods=READ)
    def css() -> Response:
        return Response(style, media_type="text/css", headers={"Cache-Control": "public, max-age=86400"})


def _pages(style: str) -> Environment:
    env = Environment(loader=PackageLoader("commsvc.console", "pages"), autoescape=True, undefined=StrictUndefined,
                      trim_blocks=True, lstrip_blocks=True)  # fmt: skip
    env.filters.update(sentence=sentence, segment=lambda text: quote(text, safe="@+"))
    env.globals.update(style=hashlib.sha256(style.encode()).hexdigest()[:12], length=length, role_of=role_of, height=height,
                       steps=demo_pages.STEPS)  # fmt: skip
    return env


_errors = _pages(files("commsvc.console").joinpath("static/console.css").read_text(encoding="utf-8"))

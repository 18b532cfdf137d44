"""The REST API: what pages show and people order, for programs. Version 1, described by its own OpenAPI document.

Every call but the document carries a bearer token with the scope it needs (caller.py). Reading changes nothing.
"""

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI

from commsvc.api import accounts, cases, figures, orders
from commsvc.api.caller import Service
from commsvc.api.problem import answer_errors
from commsvc.desk import Desk

PATH = "/api/v1"
_ERRORS = {
    400: "the request cannot be read", 401: "no valid token", 403: "the token lacks the scope",
    404: "it does not exist, or not for this token", 422: "a value is not what it should be", 503: "try again in a few seconds",
}  # fmt: skip


def create(desk: Desk, clock: Callable[[], datetime], wake: Callable[[], None]) -> FastAPI:
    """Build the API, to be served under `PATH`."""
    problems: dict[int | str, dict[str, object]] = {
        status: {"description": said, "content": {"application/problem+json": {}}} for status, said in _ERRORS.items()
    }
    app = FastAPI(title="commsvc", version="1", docs_url=None, redoc_url=None, responses=problems)
    app.state.service = Service(desk, clock, wake)
    for router in (accounts.router, cases.router, figures.router, orders.router):
        app.include_router(router)
    answer_errors(app)
    return app

"""What went wrong, for a program: never a traceback, never what the request said.

Standards: RFC 9457 (problem details), RFC 6750 (3.1 errors of bearer tokens), RFC 9110 (15 status codes)
"""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from commsvc.errors import Temporary

MEDIA = "application/problem+json"


def problem(status: int, detail: str = "", headers: dict[str, str] | None = None) -> JSONResponse:
    """One problem as an answer."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return JSONResponse({**body, "detail": detail} if detail else body, status, headers, MEDIA)


def answer_errors(app: FastAPI) -> None:
    """Every error of this app is a problem."""

    @app.exception_handler(HTTPException)
    def refused(_request: Request, why: HTTPException) -> Response:
        said = "" if why.detail == HTTPStatus(why.status_code).phrase else why.detail
        return problem(why.status_code, said, dict(why.headers or {}))

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, why: RequestValidationError) -> Response:
        places = sorted({".".join(str(part) for part in e["loc"]) + f": {e['msg']}" for e in why.errors()})
        return problem(422, "; ".join(places)[:1000].encode("ascii", "backslashreplace").decode())

    @app.exception_handler(Temporary)
    def away(_request: Request, _why: Exception) -> Response:
        return problem(503, "The record is busy for a moment; nothing was lost.", {"Retry-After": "5"})

    @app.exception_handler(Exception)
    def broken(_request: Request, _why: Exception) -> Response:
        return problem(500, "Something broke on our side; the reason is in the log.")

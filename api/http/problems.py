"""One shape for every error: RFC 9457 `application/problem+json`."""

from __future__ import annotations

import http
import logging
from typing import Final

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from graph.errors import BusyError, PermedError

__all__ = [
    "PROBLEM",
    "MethodRefused",
    "NotAcceptable",
    "TooLarge",
    "TooMany",
    "Unauthorised",
    "UnsupportedMedia",
    "explain",
    "install_problems",
    "problem_response",
]

PROBLEM: Final = "application/problem+json"
_log = logging.getLogger("permed.http")


class NotAcceptable(PermedError):  # noqa: N818 - named like the status
    """No format of ours is in the Accept header."""

    status = 406
    title = "No acceptable format"


class UnsupportedMedia(PermedError):  # noqa: N818 - named like the status
    """A request body of a type that is not read here."""

    status = 415
    title = "Media type not read here"


class MethodRefused(PermedError):  # noqa: N818 - named like the status
    """A method that this address does not take, or an update where only queries are answered."""

    status = 405
    title = "Not possible here"

    def __init__(self, message: str, allow: str = "GET, HEAD, OPTIONS, POST") -> None:
        super().__init__(message)
        self.allow = allow


class TooLarge(PermedError):  # noqa: N818 - named like the status
    """A request body over the limit."""

    status = 413
    title = "Request too large"


class TooMany(PermedError):  # noqa: N818 - named like the status
    """More requests than one client may send."""

    status = 429
    title = "Too many requests"


class Unauthorised(PermedError):  # noqa: N818 - named like the status
    """No token, or one that is not known."""

    status = 401
    title = "Token needed"


def problem_response(
    status: int,
    title: str,
    detail: str,
    headers: dict[str, str] | None = None,
    report: str = "",
) -> Response:
    """Return a problem document: `type` names its kind, `detail` what to do, `report` all of it."""
    slug = title.lower().replace(" ", "-")
    body = {
        "type": f"urn:permed:problem:{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        **({"report": report} if report else {}),
    }
    return Response(orjson.dumps(body), status, headers, PROBLEM)


def install_problems(app: FastAPI) -> None:
    """Send every error of every route in the one shape."""
    app.add_exception_handler(PermedError, explain)
    app.add_exception_handler(RequestValidationError, _parameters)
    app.add_exception_handler(HTTPException, _status)
    app.add_exception_handler(Exception, _unexpected)


def explain(request: Request, problem: Exception) -> Response:
    """Return the response to an error of ours."""
    status = getattr(problem, "status", 500)
    headers: dict[str, str] = {}
    if isinstance(problem, BusyError | TooMany):
        headers["Retry-After"] = "5"
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="contributions"'
    if isinstance(problem, MethodRefused):
        headers["Allow"] = problem.allow
    detail, _, report = str(problem).partition("\n")
    return problem_response(status, getattr(problem, "title", "Problem"), detail, headers, report)


def _parameters(request: Request, problem: Exception) -> Response:
    said = problem.errors() if isinstance(problem, RequestValidationError) else []
    parts = [f"{'.'.join(str(p) for p in e['loc'][1:])}: {e['msg']}" for e in said]
    return problem_response(400, "Unusable input", "; ".join(parts) or "parameters do not fit")


def _status(request: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    title = http.HTTPStatus(status).phrase
    given = problem.detail if isinstance(problem, HTTPException) else ""
    detail = given if given and given != title else f"{request.method} {request.url.path}: {title}"
    headers = dict(getattr(problem, "headers", None) or {})
    return problem_response(status, title, detail, headers)


def _unexpected(request: Request, problem: Exception) -> Response:
    _log.error("unexpected", exc_info=problem, extra={"path": request.url.path})
    detail = "the server met something that nobody foresaw; its log says more"
    return problem_response(500, "Unexpected problem", detail)

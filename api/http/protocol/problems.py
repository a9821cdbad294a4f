"""One shape for every error: RFC 9457 `application/problem+json`, for a reader the same as a page.

The Accept header decides, as everywhere: a browser names `text/html`, programs do not.
"""

from __future__ import annotations

import http
import logging
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from permed.api.http.protocol.http_errors import MethodNotAllowed, RateLimited
from permed.api.http.protocol.methods import allowed_methods
from permed.api.http.protocol.negotiation import prefers_html
from permed.api.http.protocol.parameters import declared_parameters
from permed.api.http.protocol.templates import written
from permed.api.text.suggestion import unknown
from permed.graph.errors import BusyError, PermedError, RemovedError

__all__ = [
    "PROBLEM",
    "explain",
    "install_problems",
    "problem_response",
    "unexpected",
]

PROBLEM: Final = "application/problem+json"
_AGAIN: Final = (429, 500, 502, 503, 504)  # the same request may succeed later
_LONGEST: Final = 2000  # letters of an address that is offered again
_log = logging.getLogger("permed.http")


def problem_response(
    status: int,
    title: str,
    detail: str,
    headers: dict[str, str] | None = None,
    report: str = "",
    asked: HTTPConnection | None = None,
) -> Response:
    """Return a problem: `type` names its kind, `detail` what to do, `report` all of it.

    asked: the request, whose Accept header may want a page; without it a document is sent.
    """
    headers = {"Vary": "Accept", **(headers or {})}
    told: dict[str, object] = {"title": title, "status": status, "detail": detail}
    if asked is not None and prefers_html(asked.headers.get("accept")):
        return Response(_page(asked, told, report), status, headers, "text/html")
    slug = title.lower().replace(" ", "-")
    body = {"type": f"urn:permed:problem:{slug}", **told, **({"report": report} if report else {})}
    return Response(orjson.dumps(body), status, headers, PROBLEM)


def _page(asked: HTTPConnection, told: dict[str, object], report: str) -> str:
    """Write the page: what went wrong, and ways on that fit it."""
    path = "/" + asked.url.path.lstrip("/")  # two slashes would name another host
    address = f"{path}?{asked.url.query}" if asked.url.query else path
    missing = told["status"] == 404
    gone = told["status"] == 410
    values = {
        "report": report,
        "current": address if gone else "",
        "guess": _words(path) if missing else "",
        "again": address if told["status"] in _AGAIN and len(address) < _LONGEST else "",
        "plain": path if told["status"] == 400 and asked.url.query else "",
    }
    return written("problem.html", told | values)


def _words(path: str) -> str:
    """What a reader may have looked for: the words of an address's last part."""
    last = unquote(path).rstrip("/").rsplit("/", 1)[-1].replace("-", " ").replace("_", " ")
    return last[:80] if any(c.isalpha() for c in last) else ""


def install_problems(app: FastAPI) -> None:
    """Send every foreseen error of every route in the one shape."""
    app.add_exception_handler(PermedError, explain)
    app.add_exception_handler(RequestValidationError, _parameters)
    app.add_exception_handler(HTTPException, _status)


def explain(request: Request, problem: Exception) -> Response:
    """Return the response to an error of ours."""
    status = getattr(problem, "status", 500)
    headers: dict[str, str] = {}
    if isinstance(problem, BusyError | RateLimited):
        told = getattr(problem, "retry_after", None)  # by the store, where another server is it
        headers["Retry-After"] = str(round(told)) if told else "5"
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="contributions"'
    if isinstance(problem, RemovedError):
        headers["Link"] = _ways_on(request)
    if isinstance(problem, MethodNotAllowed):
        headers["Allow"] = problem.allow
    detail, _, report = str(problem).partition("\n")
    title = getattr(problem, "title", "Problem")
    return problem_response(status, title, detail, headers, report, request)


def _ways_on(request: Request) -> str:
    """Lead from a release that is gone to the current one (RFC 5829) and to the list of all."""
    path = request.url.path
    if path.startswith("/releases/"):
        path = "/releases/current/" + path.split("/", 3)[3] if path.count("/") > 2 else path
    query = f"?{request.url.query}" if request.url.query else ""
    return f'<{path}{query}>; rel="latest-version", </releases>; rel="collection"'


def _parameters(request: Request, problem: Exception) -> Response:
    said = problem.errors() if isinstance(problem, RequestValidationError) else []
    detail = "; ".join(_worded(request, e) for e in said) or "parameters do not fit"
    return problem_response(400, "Unusable input", detail, asked=request)


def _worded(request: Request, error: Mapping[str, Any]) -> str:
    """Tell one parameter that does not fit in words of ours, with the one that may be meant."""
    name = ".".join(str(part) for part in error["loc"][1:] if isinstance(part, str))
    if error["type"] == "extra_forbidden":
        return unknown("parameter", name, declared_parameters(request))
    if error["type"] == "missing":
        return f"the parameter {name} is missing; give it as ?{name}=..."
    if kind := _NUMBERS.get(error["type"]):
        return f"{name}: {str(error['input'])[:80]!r} is no {kind}"
    if permitted := _permitted(error):
        return f"{name}: {str(error['input'])[:80]!r} is not known; use {permitted}"
    return f"{name}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _permitted(error: Mapping[str, Any]) -> str:
    """The values that an enumerated parameter takes; empty for another kind of parameter."""
    if error["type"] == "bool_parsing":
        return "true or false"
    expected = error.get("ctx", {}).get("expected", "")
    return str(expected) if error["type"] in ("literal_error", "enum") else ""


_NUMBERS: Final = {"int_parsing": "whole number", "float_parsing": "number"}


def _status(request: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    phrase = http.HTTPStatus(status).phrase
    given = problem.detail if isinstance(problem, HTTPException) else ""
    usual = f"{request.method} {request.url.path}: {phrase}"
    if status == 404:
        usual += "; the ways in are at / and, for programs, /api"
    detail = given if given and given != phrase else usual
    headers = dict(getattr(problem, "headers", None) or {})
    if status == 405:
        headers["Allow"] = ", ".join(allowed_methods(request.scope))
        detail = f"{request.method} {request.url.path}: this address takes {headers['Allow']}"
    return problem_response(status, phrase.capitalize(), detail, headers, asked=request)


def unexpected(request: Request, problem: Exception) -> Response:
    """Log what nobody foresaw, and return a response that tells nothing of it."""
    _log.error("unexpected", exc_info=problem, extra={"path": request.url.path})
    detail = "the server met something that nobody foresaw; its log says more"
    return problem_response(500, "Unexpected problem", detail, asked=request)

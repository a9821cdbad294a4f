"""The outermost layer: size and rate limits, CORS, security headers, log line, metrics."""

from __future__ import annotations

import http
import logging
import time
from contextlib import nullcontext
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from permed.api.http.limits.admission import Admission
from permed.api.http.limits.rate_limit import RateLimit
from permed.api.http.protocol.http_errors import ContentTooLarge, RateLimited
from permed.api.http.protocol.methods import allowed_methods
from permed.api.http.protocol.metrics import Metrics
from permed.api.http.protocol.parameters import refuse_other_encodings
from permed.api.http.protocol.problems import explain, problem_response, unexpected
from permed.api.http.protocol.public_address import relative_location
from permed.api.http.protocol.request_body import RequestBody, too_large
from permed.api.http.release.settings import Settings
from permed.graph.errors import PermedError
from permed.graph.extras import or_missing_extra

__all__ = ["SECURITY", "RequestMiddleware"]

_log = logging.getLogger("permed.access")
SECURITY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer-when-downgrade",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'self'"
    ),
}
_CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Content-Disposition, ETag, Last-Modified, Link, Location, Retry-After, X-Permed-Max-Rows, "
        "X-Permed-Lacking, X-Permed-Next, X-Permed-Release, X-Permed-Seconds, X-Permed-Total, "
        "X-Permed-Truncated"
    ),
}


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI sends them."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_ALWAYS: Final = _raw(SECURITY | _CORS)
_PREFLIGHT: Final = _raw(
    {
        "Access-Control-Allow-Headers": (
            "Accept, Authorization, Content-Type, If-Match, If-None-Match"
        ),
        "Access-Control-Max-Age": "86400",
    }
)
_UNLIMITED: Final = ("/healthz", "/readyz", "/metrics", "/static/")


_ENDING: Final = (408, 413)
_REFUSED: Final = 400  # and above: the request failed


async def _nothing() -> Message:
    """Receive nothing: a refusal reads no body."""
    return {"type": "http.disconnect"}


class RequestMiddleware:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self._limit = RateLimit(settings.rate, settings.burst)
        self._admission = Admission(settings.at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection event; only HTTP is looked at."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send, self._metrics, self._settings.log_requests)
        try:
            await self._handle(scope, receive, exchange)
        finally:
            exchange.end()

    async def _handle(self, scope: Scope, receive: Receive, exchange: _Exchange) -> None:
        refusal = self._refusal(scope)
        if refusal is not None:
            headers = {"Retry-After": "5"} if isinstance(refusal, RateLimited) else None
            said = (refusal.status, refusal.title, str(refusal))
            response = problem_response(*said, headers, asked=HTTPConnection(scope))
            await response(scope, receive, exchange.send)
        elif scope["method"] == "OPTIONS":
            await _options(scope)(scope, receive, exchange.send)
        else:
            inner = _whole(scope) if scope["method"] == "HEAD" else scope
            exchange.scope = inner
            await self._enter(inner, receive, exchange)

    async def _enter(self, scope: Scope, receive: Receive, exchange: _Exchange) -> None:
        """Let the request in; what goes wrong unforeseen is answered here, with all headers."""
        largest, seconds = self._largest(scope["path"]), self._settings.body_seconds
        try:
            refuse_other_encodings(scope)
            body = RequestBody(scope, receive, largest, seconds)
            unlimited = scope["path"].startswith(_UNLIMITED)
            async with nullcontext() if unlimited else self._admission.turn():
                await self._app(scope, body, exchange.send)
        except Exception as raised:
            if exchange.begun:
                raise
            problem = or_missing_extra(raised)
            foreseen = isinstance(problem, PermedError)
            response = (explain if foreseen else unexpected)(Request(scope), problem)
            await response(scope, receive, exchange.send)

    def _largest(self, path: str) -> int:
        graphs = path.startswith("/graphs")
        return self._settings.max_graph_bytes if graphs else self._settings.max_request_bytes

    def _refusal(self, scope: Scope) -> RateLimited | ContentTooLarge | None:
        path = scope["path"]
        if not path.startswith(_UNLIMITED) and not self._limit.admit(
            self._client(scope), time.monotonic()
        ):
            return RateLimited(
                f"more than {self._settings.rate:g} requests a second; slow down, or take the "
                "files of the release for bulk work: /releases/current/"
            )
        size = Headers(scope=scope).get("content-length", "")
        largest = self._largest(path)
        if size.isdigit() and int(size) > largest:
            return too_large(largest)
        return None

    def _client(self, scope: Scope) -> str:
        if self._settings.behind_proxy:
            forwarded = Headers(scope=scope).get("x-forwarded-for", "")
            if forwarded:
                return forwarded.rsplit(",", 1)[-1].strip()
        return scope["client"][0] if scope.get("client") else "unknown"


def _whole(scope: Scope) -> Scope:
    """The GET whose headers a HEAD is answered with; Range means nothing to HEAD (RFC 9110, 14)."""
    headers = [pair for pair in scope["headers"] if pair[0] != b"range"]
    return {**scope, "method": "GET", "headers": headers}


def _options(scope: Scope) -> Response:
    """Tell which methods the address takes; 404 where there is none."""
    allowed = ", ".join(allowed_methods(scope))
    if not allowed:
        said = f"{scope['path']}: no such address; the ways in are at / and, for programs, /api"
        return problem_response(404, "Not found", said, asked=HTTPConnection(scope))
    return Response(None, 204, {"Allow": allowed, "Access-Control-Allow-Methods": allowed})


class _Exchange:
    """One request: adds headers to the reply and tells log and metrics about it."""

    def __init__(self, scope: Scope, send: Send, metrics: Metrics, log: bool) -> None:
        self.scope = scope  # the router writes into it which route it took
        self._method = scope["method"]
        self._send, self._metrics, self._log = send, metrics, log
        self._started = time.perf_counter()
        self._status, self._size = 500, 0
        self.begun = False
        self._replaced = False

    async def send(self, message: Message) -> None:
        if self._replaced:
            return
        if message["type"] == "http.response.start" and (problem := self._problem(message)):
            await problem(self.scope, _nothing, self.send)
            self._replaced = True  # what the refusal of before says is not sent
            return
        if message["type"] == "http.response.start":
            self.begun = True
            self._status = message["status"]
            held = list(message["headers"])
            if self._status in _ENDING:
                held.append((b"connection", b"close"))  # the rest of the body is not read
            elif 300 <= self._status < 400:
                held = [self._here(*pair) for pair in held]
            named = {name for name, _ in held}
            held += [pair for pair in _ALWAYS if pair[0] not in named]
            message["headers"] = held + _PREFLIGHT if self._method == "OPTIONS" else held
        else:
            self._size += len(message.get("body", b""))
            if self._method == "HEAD":
                message = {**message, "body": b""}
        await self._send(message)

    def _problem(self, message: Message) -> Response | None:
        """Return a refusal in our one shape in place of one that is plain text or nothing.

        Parts of files that there are not (416) are refused below our routes.
        """
        headers = Headers(raw=message["headers"])
        status = message["status"]
        if status < _REFUSED or not headers.get("content-type", "").startswith("text/plain"):
            return None
        phrase = http.HTTPStatus(status).phrase
        size = headers.get("content-range", "").rpartition("/")[2]
        known = {"Content-Range": headers["content-range"]} if size else {}
        what = f"Range asks for a part behind the end; the file has {size} bytes"
        detail = what if size else f"{self._method} {self.scope['path']}: {phrase}"
        told = (status, phrase.capitalize(), detail, known)
        return problem_response(*told, asked=HTTPConnection(self.scope))

    def _here(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        """A redirect stays on the server; the router would take the host that the client claims."""
        if name != b"location":
            return name, value
        host = Headers(scope=self.scope).get("host", "").encode("latin-1")
        return name, relative_location(value, host)

    def end(self) -> None:
        seconds = time.perf_counter() - self._started
        route = self.scope.get("route")
        path = getattr(route, "path", "other")
        self._metrics.request(self._method, path, self._status, seconds)
        if self._log:
            _log.info("request", extra=self._line(seconds))

    def _line(self, seconds: float) -> dict[str, Any]:
        client = self.scope.get("client")
        return {
            "method": self._method,
            "path": self.scope["path"],
            "status": self._status,
            "bytes": self._size,
            "seconds": round(seconds, 4),
            "client": client[0] if client else None,
        }

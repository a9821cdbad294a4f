"""HTTP to our own store: kept connections, credentials, a deadline for the whole, no redirects."""

from __future__ import annotations

import time
import weakref
from collections.abc import Generator, Mapping
from typing import Any, Final

import httpx2

from permed.graph.errors import BusyError, EndpointError, LimitExceeded
from permed.graph.store.query.dataset import Dataset
from permed.graph.store.remote.store_address import StoreAddress
from permed.graph.store.remote.transport import HttpResponse

__all__ = ["HttpTransport"]

_LARGEST: Final = 1 << 30  # bytes of one answer; the caps of the server are below
_CONNECTIONS: Final = 32


class HttpTransport:
    """Requests to one endpoint; usable from several threads."""

    def __init__(self, endpoint: StoreAddress, largest: int = _LARGEST) -> None:
        self.endpoint, self._largest = endpoint, largest
        headers = {"User-Agent": "permed-graph"}
        if endpoint.token:
            headers["Authorization"] = f"Bearer {endpoint.token}"
        self._client = httpx2.Client(
            auth=_Password(endpoint.user, endpoint.password) if endpoint.user else None,
            follow_redirects=False,
            headers=headers,
            limits=httpx2.Limits(max_connections=_CONNECTIONS),
        )
        weakref.finalize(self, self._client.close)  # whoever holds a store need not close it

    def __call__(
        self, endpoint: str, query: str, accept: str, seconds: float, dataset: Dataset, /
    ) -> HttpResponse:
        """Send one query as a form (SPARQL 1.1 Protocol, 2.1.2)."""
        form = {
            "query": query,
            "default-graph-uri": list(dataset.default),
            "named-graph-uri": list(dataset.named),
        }
        return self.send("POST", endpoint, seconds, {"Accept": accept}, data=form)

    def send(
        self, method: str, address: str, seconds: float, headers: Mapping[str, str], **more: Any
    ) -> HttpResponse:
        """Send any request and read the whole response within `seconds`.

        LimitExceeded at the deadline, BusyError where it cannot be reached, EndpointError where the
        answer breaks off or never ends.
        """
        ends = time.monotonic() + seconds
        body = bytearray()
        try:
            with self._client.stream(
                method, address, headers=dict(headers), timeout=seconds, **more
            ) as response:
                for part in response.iter_bytes():
                    body += part
                    if time.monotonic() > ends:
                        raise _slow(address, seconds)
                    if len(body) > self._largest:
                        raise LimitExceeded(f"{address}: the answer is larger than is read here")
        except httpx2.TimeoutException:
            raise _slow(address, seconds) from None
        except (httpx2.ConnectError, httpx2.ProxyError, httpx2.UnsupportedProtocol) as problem:
            raise BusyError(f"{address}: cannot be reached: {_said(problem)}") from None
        except (httpx2.TransportError, httpx2.DecodingError) as problem:
            told = f"{address}: the answer broke off: {_said(problem)}"
            raise EndpointError(told, again=True) from None
        found = {name.lower(): value for name, value in response.headers.items()}
        return HttpResponse(response.status_code, found, bytes(body))


def _slow(address: str, seconds: float) -> LimitExceeded:
    return LimitExceeded(f"{address}: no whole answer within {seconds:g} s; narrow the query")


def _said(problem: Exception) -> str:
    return " ".join(str(problem).split()) or type(problem).__name__


class _Password(httpx2.Auth):
    """User and password in the way that the server asks for: Digest (RFC 7616), else Basic."""

    def __init__(self, user: str, password: str) -> None:
        self._digest = httpx2.DigestAuth(user, password)
        self._basic = httpx2.BasicAuth(user, password)
        self._way: httpx2.Auth | None = None

    def auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Ask without, and in the way of the refusal; later at once in that way."""
        if self._way is None:
            response = yield request
            if response.status_code != httpx2.codes.UNAUTHORIZED:
                return
            asked = response.headers.get("www-authenticate", "")
            self._way = self._digest if asked.lower().startswith("digest") else self._basic
        yield from self._way.auth_flow(request)

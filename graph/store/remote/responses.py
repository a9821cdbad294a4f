"""What a status of a SPARQL server means: one error with its remedy.

Virtuoso answers a query that its engine cannot carry out with status 500, as it does when it is
worn out; its SQL state (ISO/IEC 9075-2, table 38, with its own additions) tells which.
"""

from __future__ import annotations

import re
from typing import Final

from permed.graph.errors import (
    BusyError,
    EndpointError,
    LimitExceeded,
    PermedError,
    QuerySyntaxError,
    UnsupportedQuery,
)
from permed.graph.store.remote.transport import HttpResponse

__all__ = ["check_status"]

_VIRTUOSO: Final = re.compile(r"Virtuoso (\w{5}) Error (?:([A-Z]{2}\d{3})\b)?")
_DEADLOCK: Final = "40001"
_OUT_OF_TIME: Final = re.compile(
    r"time-?out|timed out|S1T00 Error|estimated execution time", re.IGNORECASE
)
_OF_THE_QUERY: Final = ("21", "22", "37", "42")  # classes of states: the same query fails again


def check_status(endpoint: str, response: HttpResponse) -> None:
    """Raise what a status other than success means, with the remedy."""
    if 200 <= response.status < 300:
        return
    said = " ".join(response.body[:300].decode("utf-8", "replace").split())
    if 300 <= response.status < 400:
        said = response.headers.get("location", "nowhere").partition("?")[0]
        raise EndpointError(f"{endpoint}: sends elsewhere ({said}), which is not followed")
    raise _status_error(endpoint, response, said)


def _status_error(endpoint: str, response: HttpResponse, said: str) -> PermedError:
    status = response.status
    if "html" in response.headers.get("content-type", ""):
        said = "a web page"
    if status in (400, 414):
        return QuerySyntaxError(f"{endpoint}: the query is refused: {said}")
    if status in (401, 403, 407):
        return EndpointError(
            f"{endpoint}: access is refused (status {status}); give PERMED_STORE_USER and"
            " PERMED_STORE_PASSWORD, or PERMED_STORE_TOKEN"
        )
    if status in (404, 405, 410):
        return EndpointError(f"{endpoint}: there is no endpoint at this address (status {status})")
    if status == 504 or _OUT_OF_TIME.search(said):
        return LimitExceeded(f"{endpoint}: the endpoint's own time limit was reached: {said}")
    told = _VIRTUOSO.search(said)
    if told and told[1].startswith(_OF_THE_QUERY):
        return UnsupportedQuery(
            f"{endpoint}: its engine cannot carry out this query: {said}; write it otherwise,"
            " or ask another engine (docs/engines.md)",
            told[2] or "",
        )
    if told and told[1] == _DEADLOCK:  # it gave this one up for another: at once again
        return BusyError(f"{endpoint}: two queries stood in each other's way: {said}")
    return BusyError(
        f"{endpoint}: busy or out of order (status {status}): {said}; try again later",
        _retry_after(response),
    )


def _retry_after(response: HttpResponse) -> float | None:
    """Seconds that the server asks for (RFC 9110, 10.2.3); a date is not read."""
    told = response.headers.get("retry-after", "").strip()
    return float(told) if told.isdigit() else None

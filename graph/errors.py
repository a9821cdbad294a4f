"""The one exception tree. Each class carries the exit code of the command line and the HTTP status.

    PermedError                exit 1, 500   anything we can explain
    ├── InputError             exit 1, 400   a file, row, parameter or setting that cannot be used
    │   └── QuerySyntaxError   exit 1, 400   a query that does not parse
    ├── NotFoundError          exit 1, 404   a release, query, source or resource that is not there
    │   └── RemovedError       exit 1, 410   a release that was published and is no longer kept
    ├── GateRefused            exit 2, 422   the data were read, and are not good enough to publish
    ├── MissingExtra           exit 1, 501   a part that was not installed (graph/extras.py)
    ├── EndpointError          exit 1, 502   another server answers wrongly, or refuses us
    │   └── UnsupportedQuery   exit 1, 502   its engine cannot carry out this query; others it can
    ├── ClusterLost            exit 1, 503   work that a cluster lost (graph/workers)
    ├── BusyError              exit 1, 503   somebody else holds the lock, or the queue is full
    └── LimitExceeded          exit 1, 504   a deadline or a size cap was reached

The message is one line: what is wrong (file, row), and what to do next.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "BusyError",
    "EndpointError",
    "GateRefused",
    "InputError",
    "LimitExceeded",
    "NotFoundError",
    "PermedError",
    "QuerySyntaxError",
    "RemovedError",
    "UnsupportedQuery",
]


class PermedError(Exception):
    """An error with a message made for its reader; never shown as a traceback."""

    exit_code: ClassVar[int] = 1
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Unexpected problem"


class InputError(PermedError):
    """A file, row, parameter or setting that cannot be used as it is."""

    status = 400
    title = "Unusable input"


class QuerySyntaxError(InputError):
    """A SPARQL query that does not parse."""

    title = "Query does not parse"


class NotFoundError(PermedError):
    """A release, query, source or resource that does not exist."""

    status = 404
    title = "Not found"


class RemovedError(NotFoundError):
    """A release that was published and is no longer kept."""

    status = 410
    title = "No longer kept"


class GateRefused(PermedError):  # noqa: N818 - says what happened
    """Data that were read but may not be published: too many rejects, too few rows, bad shapes."""

    exit_code = 2
    status = 422
    title = "Refused by the gate"


class EndpointError(PermedError):
    """Another server answers wrongly (cut, of another kind, from elsewhere), or refuses us.

    `again`: whether asking once more may help.
    """

    status = 502
    title = "Wrong answer of another server"

    def __init__(self, message: str, *, again: bool = False) -> None:
        super().__init__(message)
        self.again = again


class UnsupportedQuery(EndpointError):  # noqa: N818 - says what happened
    """A valid query that the engine of another server cannot carry out; it is well otherwise.

    `code`: the server's own name of the error, where it has one.
    """

    title = "Query refused by another server"

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class BusyError(PermedError):
    """The lock is held or the queue is full; trying again later helps.

    `retry_after`: seconds after which to try again, where somebody said so.
    """

    status = 503
    title = "Busy"

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class LimitExceeded(PermedError):  # noqa: N818 - says what happened, like TimeoutExpired
    """A deadline or a size cap was reached; the answer would not have been whole."""

    status = 504
    title = "Limit reached"

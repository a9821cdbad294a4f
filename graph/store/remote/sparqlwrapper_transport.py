"""SPARQLWrapper as the transport: its forms of request, with its errors made regular."""

from __future__ import annotations

import http.client
import urllib.error
from typing import Final

from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, SPARQLWrapperException

from permed.graph.errors import BusyError, EndpointError, LimitExceeded
from permed.graph.store.query.dataset import Dataset
from permed.graph.store.remote.transport import HttpResponse

__all__ = ["send"]


def send(
    endpoint: str, query: str, accept: str, seconds: float, dataset: Dataset, /
) -> HttpResponse:
    """Send through SPARQLWrapper, which knows the protocol's forms of request."""
    wrapper = _Wrapper(endpoint, accept)
    for graph in dataset.default:
        wrapper.addParameter("default-graph-uri", graph)
    for graph in dataset.named:
        wrapper.addParameter("named-graph-uri", graph)
    wrapper.setQuery(query)
    wrapper.setMethod(POST)
    wrapper.setOnlyConneg(True)  # else it adds format parameters that overrule Accept
    wrapper.setTimeout(max(1, round(seconds)))
    try:
        response = wrapper.query().response
        headers = {k.lower(): v for k, v in response.headers.items()}
        return HttpResponse(response.status, headers, response.read())
    except urllib.error.HTTPError as problem:
        headers = {k.lower(): v for k, v in problem.headers.items()}
        return HttpResponse(problem.code, headers, problem.read())
    except EndPointInternalError as problem:
        return HttpResponse(500, {}, str(problem).encode())
    except SPARQLWrapperException as problem:
        return HttpResponse(_STATUS.get(type(problem).__name__, 400), {}, str(problem).encode())
    except TimeoutError:
        raise _timed_out(endpoint, seconds) from None
    except urllib.error.URLError as problem:
        if isinstance(problem.reason, TimeoutError):
            raise _timed_out(endpoint, seconds) from None
        raise BusyError(f"{endpoint}: cannot be reached: {problem.reason}") from None
    except (http.client.HTTPException, ConnectionError) as problem:
        told = f"{endpoint}: the answer broke off: {problem!r}"
        raise EndpointError(told, again=True) from None


_STATUS: Final = {"QueryBadFormed": 400, "Unauthorized": 401, "EndPointNotFound": 404}


class _Wrapper(SPARQLWrapper):
    """SPARQLWrapper with our own Accept header: its own asks for formats that we do not read."""

    def __init__(self, endpoint: str, accept: str) -> None:
        super().__init__(endpoint, agent="permed-graph")
        self._accept = accept

    def _getAcceptHeader(self) -> str:  # noqa: N802 - overridden name
        return self._accept


def _timed_out(endpoint: str, seconds: float) -> LimitExceeded:
    return LimitExceeded(
        f"{endpoint}: no answer within {seconds:g} s; narrow the query or raise the time limit"
    )

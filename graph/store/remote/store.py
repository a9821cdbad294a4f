"""Any SPARQL 1.1 endpoint behind the store protocol, with answers read whole and checked.

SPARQLWrapper is the transport. It passes cut answers and most statuses on raw, so everything it
returns is checked here: a time-out that is told inside a status-200 body becomes an error too.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson
import pyoxigraph as ox
import stamina

from permed.graph.errors import (
    BusyError,
    InputError,
    LimitExceeded,
    NotFoundError,
    PermedError,
    QuerySyntaxError,
)
from permed.graph.store.answers.answer import Answer, Form, Term
from permed.graph.store.answers.formats import GRAPH_FORMATS, SOLUTION_FORMATS, Format, format_named
from permed.graph.store.query.inspection import Inspection, inspect
from permed.graph.store.query.parameters import substitute
from permed.graph.store.query.prologue import usual_prologue
from permed.graph.store.remote.transport import HttpResponse, Transport

if TYPE_CHECKING:
    import polars as pl

__all__ = ["RemoteStore"]

_BOOLEAN: Final = "http://www.w3.org/2001/XMLSchema#boolean"
_CUT_MARKS: Final = (
    b"operation has been cancelled",  # Oxigraph server
    b"SR171",  # Virtuoso: transaction timed out
    b"Virtuoso 4",
    b"QueryTimeout",
)


@dataclass(frozen=True)
class RemoteStore:
    """A remote endpoint; `attempts` and `seconds` bound how long a query may take."""

    endpoint: str
    seconds: float = 60.0
    attempts: int = 3
    transport: Transport | None = None

    def query(
        self,
        sparql: str,
        *,
        substitutions: Mapping[str, Term] | None = None,
        format: str | None = None,  # noqa: A002 - the word that users know
    ) -> Answer:
        """Answer a query; one clear error where the endpoint is busy, slow or cuts its answer."""
        inspection = inspect(sparql)
        form = _form(inspection)
        text = usual_prologue(inspection) + substitute(sparql, substitutions or {})
        transfer = GRAPH_FORMATS["nt"] if form == "graph" else SOLUTION_FORMATS["json"]
        started = time.perf_counter()
        response = self._ask(text, f"{transfer.media_type}, */*;q=0.1")
        answer = _canonical(_checked(self.endpoint, response, form, transfer), form)
        seconds = time.perf_counter() - started
        return _in_format(Answer(form, answer, transfer, _partial(response), seconds), format)

    def select_frame(
        self, sparql: str, *, substitutions: Mapping[str, Term] | None = None
    ) -> pl.DataFrame:
        """Answer a SELECT as a frame; column types as in `frames.frame_of_tsv`."""
        return self.query(sparql, substitutions=substitutions).frame()

    def _ask(self, query: str, accept: str) -> HttpResponse:
        send = self.transport or _default_transport()
        for attempt in stamina.retry_context(on=BusyError, attempts=self.attempts, timeout=None):
            with attempt:
                response = send(self.endpoint, query, accept, self.seconds)
                _check_status(self.endpoint, response)
        return response


def _default_transport() -> Transport:
    # imported late: the package brings rdflib, which the query processes do not need
    from permed.graph.store.remote.sparqlwrapper_transport import send

    return send


def _form(inspection: Inspection) -> Form:
    if inspection.form == "update":
        raise InputError("updates are not sent to remote endpoints; write a query")
    if inspection.form in ("construct", "describe"):
        return "graph"
    return "ask" if inspection.form == "ask" else "select"


def _check_status(endpoint: str, response: HttpResponse) -> None:
    if response.status < 300:
        return
    said = " ".join(response.body[:300].decode("utf-8", "replace").split())
    raise _status_error(endpoint, response.status, said)


def _status_error(endpoint: str, status: int, said: str) -> PermedError:
    if status in (400, 414):
        return QuerySyntaxError(f"{endpoint}: the query is refused: {said}")
    if status in (401, 403):
        return InputError(f"{endpoint}: access is refused (status {status}): {said}")
    if status == 404:
        return NotFoundError(f"{endpoint}: there is no endpoint at this address")
    if status == 504 or "timeout" in said.lower() or "timed out" in said.lower():
        return LimitExceeded(f"{endpoint}: the endpoint's own time limit was reached: {said}")
    return BusyError(f"{endpoint}: busy or out of order (status {status}): {said}; try again later")


def _partial(response: HttpResponse) -> bool:
    """Virtuoso says in a header that it sends the part that it found in time."""
    return "x-sql-state" in response.headers or "x-sparql-maxrows" in response.headers


def _checked(endpoint: str, response: HttpResponse, form: Form, transfer: Format) -> bytes:
    """Return the body if it parses to its end; an error in its text is told as what it is."""
    tail = response.body[-2000:] if len(response.body) > 2000 else response.body
    try:
        _parse(response.body, form, transfer)
    except (SyntaxError, ValueError, OSError):
        if any(mark in tail for mark in _CUT_MARKS):
            raise LimitExceeded(
                f"{endpoint}: the endpoint broke off the answer at its time limit; narrow the query"
            ) from None
        kind = response.headers.get("content-type", "nothing said")
        size = len(response.body)
        raise BusyError(
            f"{endpoint}: the answer is cut or no {transfer.name} ({kind}, {size} bytes)"
        ) from None
    return response.body


def _canonical(body: bytes, form: Form) -> bytes:
    """Write truth values as XML Schema prefers (true, false): Virtuoso sends 1 and 0."""
    if form != "select" or _BOOLEAN.encode() not in body:
        return body
    told = orjson.loads(body)
    for row in told["results"]["bindings"]:
        for cell in row.values():
            if cell.get("datatype") == _BOOLEAN:
                cell["value"] = {"1": "true", "0": "false"}.get(cell["value"], cell["value"])
    return orjson.dumps(told)


def _parse(body: bytes, form: Form, transfer: Format) -> None:
    if isinstance(transfer.engine, ox.RdfFormat):
        for _ in ox.parse(body, format=transfer.engine):
            pass
        return
    found = ox.parse_query_results(body, format=transfer.engine)
    if isinstance(found, ox.QueryBoolean) != (form == "ask"):
        raise ValueError("rows and truth value mixed up")
    if not isinstance(found, ox.QueryBoolean):
        for _ in found:
            pass


def _in_format(answer: Answer, name: str | None) -> Answer:
    if name is None:
        return answer
    wanted = format_named(name, graph=answer.form == "graph")
    body = answer.serialise(name)
    return Answer(answer.form, body, wanted, answer.truncated, answer.seconds)

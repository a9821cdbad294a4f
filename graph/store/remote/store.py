"""Any SPARQL 1.1 endpoint behind the store protocol, with answers read whole and checked.

SPARQLWrapper is the transport. It passes cut answers and most statuses on raw, so everything it
returns is checked here: a time-out that is told inside a status-200 body becomes an error too.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

import orjson
import pyoxigraph as ox
import stamina

from permed.graph.errors import (
    BusyError,
    EndpointError,
    InputError,
    LimitExceeded,
    UnsupportedQuery,
)
from permed.graph.store.answers.answer import Answer, Form, Term
from permed.graph.store.answers.formats import GRAPH_FORMATS, SOLUTION_FORMATS, Format, format_named
from permed.graph.store.query.dataset import Dataset
from permed.graph.store.query.inspection import Inspection, inspect
from permed.graph.store.query.parameters import substitute
from permed.graph.store.query.prologue import usual_prologue
from permed.graph.store.remote.published import PublishedRelease
from permed.graph.store.remote.responses import check_status
from permed.graph.store.remote.sort_limit import REFUSED, SortedSlice, most_sorted, sorted_slice
from permed.graph.store.remote.transport import HttpResponse, Transport

if TYPE_CHECKING:
    import polars as pl

__all__ = ["RemoteStore"]

_BOOLEAN: Final = "http://www.w3.org/2001/XMLSchema#boolean"
_TRUTH_COLUMN: Final = "__ASK_RETVAL"  # of Virtuoso
_CUT_MARKS: Final = (
    b"operation has been cancelled",  # Oxigraph server
    b"SR171",  # Virtuoso: transaction timed out
    b"Virtuoso 4",
    b"QueryTimeout",
)


@dataclass
class Learnt:
    """What one server was found not to do; copies of a store share it."""

    most_sorted: int | None = None  # rows of a LIMIT that it sorts


@dataclass(frozen=True)
class RemoteStore:
    """A remote endpoint; `attempts` and `seconds` bound how long a query may take.

    Where a `release` is given that was published there, queries are about that release alone.
    """

    endpoint: str
    seconds: float = 60.0
    attempts: int = 3
    transport: Transport | None = None
    release: PublishedRelease | None = None
    learnt: Learnt = field(default_factory=Learnt, compare=False)

    def query(
        self,
        sparql: str,
        *,
        substitutions: Mapping[str, Term] | None = None,
        format: str | None = None,  # noqa: A002 - the word that users know
        dataset: Dataset | None = None,
        written: str | None = None,  # other stores tell errors by it
    ) -> Answer:
        """Answer a query; one clear error where the endpoint is busy, slow or cuts its answer."""
        inspection = inspect(sparql)
        form = _form(inspection)
        text = usual_prologue(inspection) + substitute(sparql, substitutions or {})
        graphs = dataset or Dataset()
        if self.release is not None:
            names = self.release.names
            text = names.query(text)
            # graphs of the protocol would go before those that the query names
            own = Dataset() if inspection.has_dataset else self.release.dataset
            graphs = own if dataset is None else names.dataset(dataset)
        transfer = GRAPH_FORMATS["nt"] if form == "graph" else SOLUTION_FORMATS["json"]
        started = time.perf_counter()
        accept = f"{transfer.media_type}, */*;q=0.1"
        response, part = self._ask_sliced(text, accept, graphs)
        body = _canonical(_checked(self.endpoint, response, form, transfer), form)
        if part is not None:
            body = part.cut(body)
        if self.release is not None:
            body = self.release.names.as_built(body)
        seconds = time.perf_counter() - started
        return _in_format(Answer(form, body, transfer, _partial(response), seconds), format)

    def select_frame(
        self, sparql: str, *, substitutions: Mapping[str, Term] | None = None
    ) -> pl.DataFrame:
        """Answer a SELECT as a frame; column types as in `frames.frame_of_tsv`."""
        return self.query(sparql, substitutions=substitutions).frame()

    def _ask_sliced(
        self, query: str, accept: str, dataset: Dataset
    ) -> tuple[HttpResponse, SortedSlice | None]:
        """Ask as it stands; where the server does not sort so many rows, for all, to be cut."""
        if self.learnt.most_sorted is None:
            try:
                return self._ask(query, accept, dataset), None
            except UnsupportedQuery as problem:
                if problem.code != REFUSED:
                    raise
                self.learnt.most_sorted = most_sorted(str(problem))
        part = sorted_slice(query)
        if part is not None and part.limit + part.offset <= self.learnt.most_sorted:
            part = None
        return self._ask(query if part is None else part.text, accept, dataset), part

    def _ask(self, query: str, accept: str, dataset: Dataset) -> HttpResponse:
        send = self.transport or _default_transport()
        ends = time.monotonic() + self.seconds
        for attempt in stamina.retry_context(
            on=partial(_wait, ends), attempts=self.attempts, timeout=None
        ):
            with attempt:
                left = max(ends - time.monotonic(), 0.1)
                response = send(self.endpoint, query, accept, left, dataset)
                check_status(self.endpoint, response)
        return response


def _wait(ends: float, problem: Exception) -> bool | float:
    """Whether to try again: at once where a server is busy, or when it says, within the time."""
    if not isinstance(problem, BusyError | EndpointError):
        return False
    if isinstance(problem, EndpointError):
        return problem.again
    if problem.retry_after is None:
        return time.monotonic() < ends
    return problem.retry_after if time.monotonic() + problem.retry_after < ends else False


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


def _partial(response: HttpResponse) -> bool:
    """Whether the endpoint says that it cut the rows at a number of its own (Virtuoso)."""
    return "x-sparql-maxrows" in response.headers


def _checked(endpoint: str, response: HttpResponse, form: Form, transfer: Format) -> bytes:
    """Return the body if it parses to its end; an error in its text is told as what it is."""
    if "x-sql-state" in response.headers:  # Virtuoso's "anytime" answers: what it found in time
        raise _broken_off(endpoint)
    tail = response.body[-2000:] if len(response.body) > 2000 else response.body
    try:
        body = _truth(response.body) if form == "ask" else response.body
        _parse(body, form, transfer)
    except (SyntaxError, ValueError, KeyError, OSError):
        if any(mark in tail for mark in _CUT_MARKS):
            raise _broken_off(endpoint) from None
        kind = response.headers.get("content-type", "nothing said")
        size = len(response.body)
        raise EndpointError(
            f"{endpoint}: the answer is cut or no {transfer.name} ({kind}, {size} bytes)"
        ) from None
    return body


def _broken_off(endpoint: str) -> LimitExceeded:
    return LimitExceeded(
        f"{endpoint}: the endpoint broke off the answer at its time limit; narrow the query"
    )


def _truth(body: bytes) -> bytes:
    """Return a truth value as SPARQL 1.1 writes it: Virtuoso may send a row of 1, or no row."""
    if _TRUTH_COLUMN.encode() not in body:
        return body
    rows = orjson.loads(body)["results"]["bindings"]
    true = any(row[_TRUTH_COLUMN]["value"] == "1" for row in rows)
    return orjson.dumps({"head": {}, "boolean": true})


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

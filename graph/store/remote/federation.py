"""SERVICE as a deliberate feature: asked by our own client, before the local query.

The engine never reaches the network. A `SERVICE <endpoint> { ... }` whose endpoint is on the
allowlist, letter by letter, is asked first; its rows take its place as inline VALUES (W3C SPARQL
1.1 Federated Query, section 4: the result of a SERVICE is joined with the rest).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final

import httpx2
import pyoxigraph as ox

from permed.graph.errors import BusyError, InputError, LimitExceeded, PermedError
from permed.graph.store.answers.answer import Answer, Term
from permed.graph.store.query.dataset import Dataset
from permed.graph.store.query.inspection import ServiceRefused
from permed.graph.store.query.tokens import Token, tokens
from permed.graph.store.remote.transport import HttpResponse

__all__ = ["direct", "expand_services"]

Ask = Callable[[str, str], Answer]
_MOST_ROWS: Final = 10_000
_FORMS: Final = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])
_NOTHING: Final = "VALUES () { () }"


def expand_services(sparql: str, allowed: Collection[str], ask: Ask) -> str:
    """Return the query with every SERVICE replaced by the rows that the endpoint gave.

    ServiceRefused for an endpoint that is not on the list, or not written as a plain address.
    InputError where the rows hold blank nodes or are more than ten thousand.
    """
    if re.search(r"\\[uU]", sparql):
        raise ServiceRefused("a query with SERVICE may not hold \\u escapes; write them plainly")
    found = list(tokens(sparql))
    prologue = sparql[: next((t.start for t in found if t.text.upper() in _FORMS), 0)]
    parts: list[str] = []
    at = 0
    for place, token in enumerate(found):
        if token.kind != "word" or token.text.upper() != "SERVICE":
            continue
        if token.start < at:
            raise ServiceRefused("a SERVICE inside a SERVICE is not passed on")
        silent, endpoint, body, end = _read(sparql, found, place)
        if endpoint not in allowed:
            raise ServiceRefused(f"SERVICE {endpoint} is not on the allowlist of this server")
        query = f"{prologue}\nSELECT * WHERE {body} LIMIT {_MOST_ROWS + 1}"
        parts += [sparql[at : token.start], _rows(ask, endpoint, query, silent=silent)]
        at = end
    return "".join([*parts, sparql[at:]])


def _read(sparql: str, found: list[Token], place: int) -> tuple[bool, str, str, int]:
    """Return whether it is SILENT, the endpoint, the group and where the group ends."""
    rest = found[place + 1 :]
    silent = bool(rest) and rest[0].text.upper() == "SILENT"
    rest = rest[1:] if silent else rest
    if len(rest) < 2 or rest[0].kind != "iri" or rest[1].text != "{":
        raise ServiceRefused("name the endpoint of SERVICE as a plain <address>")
    opening = rest[1]
    closing = next((t for t in rest[2:] if t.text == "}" and t.depth == opening.depth), None)
    if closing is None:
        raise InputError("the SERVICE block is not closed")
    body = sparql[opening.start : closing.start + 1]
    return silent, rest[0].text[1:-1], body, closing.start + 1


def _rows(ask: Ask, endpoint: str, query: str, *, silent: bool) -> str:
    try:
        rows = ask(endpoint, query).rows()
    except PermedError:
        if silent:
            return _NOTHING
        raise
    if len(rows) > _MOST_ROWS:
        raise LimitExceeded(f"{endpoint}: more than {_MOST_ROWS:,} rows; narrow the SERVICE block")
    names = sorted({name for row in rows for name in row})
    lines = (" ".join(_written(row.get(name)) for name in names) for row in rows)
    data = " ".join(f"({line})" for line in lines)
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {data} }}"


def _written(term: Term | None) -> str:
    if isinstance(term, ox.BlankNode):
        raise InputError("the SERVICE block gives blank nodes, which cannot be joined here")
    return "UNDEF" if term is None else str(term)


def direct(
    endpoint: str, query: str, accept: str, seconds: float, dataset: Dataset, /
) -> HttpResponse:
    """Send a query to exactly this address: no redirect, no proxy from the environment."""
    graphs = {"default-graph-uri": dataset.default, "named-graph-uri": dataset.named}
    form = {"query": query, **{name: list(given) for name, given in graphs.items()}}
    try:
        with httpx2.Client(follow_redirects=False, trust_env=False, timeout=seconds) as client:
            reply = client.post(endpoint, data=form, headers={"Accept": accept})
    except httpx2.TimeoutException:
        raise LimitExceeded(f"{endpoint}: no answer within {seconds:g} s") from None
    except httpx2.TransportError as problem:
        raise BusyError(f"{endpoint}: cannot be reached: {problem}") from None
    if reply.is_redirect:
        raise ServiceRefused(f"{endpoint}: sends elsewhere; redirects are not followed")
    headers = {name.lower(): value for name, value in reply.headers.items()}
    return HttpResponse(reply.status_code, headers, reply.content)

"""The base address of what an endpoint holds, as it tells it: in its VoID or its data."""

from __future__ import annotations

import contextlib
from typing import Final
from urllib.parse import urlsplit

import pyoxigraph as ox

from permed.graph.errors import PermedError
from permed.graph.store.answers.answer import SparqlStore
from permed.graph.store.remote.http_transport import HttpTransport
from permed.ontology import PM

__all__ = ["base_address"]

_SPACE: Final = "http://rdfs.org/ns/void#uriSpace"
_THINGS: Final = "id/"  # the name space of things, below the base
_IN_DATA: Final = f"""SELECT ?thing WHERE {{ ?thing <{PM}roleIn> ?activity }} LIMIT 1"""
_IN_VOID: Final = f"SELECT DISTINCT ?space WHERE {{ ?dataset <{_SPACE}> ?space }}"
_TURTLE: Final = "text/turtle"


def base_address(store: SparqlStore, address: str, transport: HttpTransport) -> str | None:
    """Return the base address, None where the endpoint says nothing of it.

    Asked in this order: VoID among its data, VoID at the well-known address of its host (VoID note,
    section 7.2), the address of any role.
    """
    spaces = [row["space"].value for row in store.query(_IN_VOID).rows() if "space" in row]
    for space in (*spaces, *_well_known(address, transport)):
        if space.endswith(f"/{_THINGS}"):
            return space.removesuffix(_THINGS)
    for row in store.query(_IN_DATA).rows():
        head, found, _ = row["thing"].value.partition(f"/{_THINGS}")
        if found:
            return f"{head}/"
    return None


def _well_known(address: str, transport: HttpTransport) -> list[str]:
    parts = urlsplit(address)
    where = f"{parts.scheme}://{parts.netloc}/.well-known/void"
    with contextlib.suppress(PermedError, SyntaxError, ValueError):
        reply = transport.send("GET", where, 10.0, {"Accept": _TURTLE})
        if reply.status == 200 and reply.headers.get("content-type", "").startswith(_TURTLE):
            quads = ox.parse(reply.body, format=ox.RdfFormat.TURTLE)
            return [q.object.value for q in quads if q.predicate.value == _SPACE]
    return []

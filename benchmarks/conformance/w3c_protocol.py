"""The W3C tests of the SPARQL 1.1 protocol: the requests of a manifest, sent as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import rdflib
from rdflib.query import ResultRow

from benchmarks.conformance.check import Check, NotOffered, attempt

__all__ = ["SUITE", "protocol_checks"]

SUITE = "SPARQL 1.1 protocol"
_REQUESTS = """
PREFIX mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#>
PREFIX ht: <http://www.w3.org/2011/http#> PREFIX cnt: <http://www.w3.org/2011/content#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?test ?name ?path ?method ?chars ?encoding ?type ?truth
       (GROUP_CONCAT(?status; separator=" ") AS ?statuses) WHERE {
  ?test mf:name ?name ; mf:action/ht:requests/rdf:rest*/rdf:first ?r .
  ?r ht:absolutePath ?path ; ht:methodName ?method ; ht:resp ?resp .
  ?resp mf:expectedStatus ?s . BIND(STRAFTER(STR(?s), "StatusCode") AS ?status)
  OPTIONAL { ?resp mf:expectedBoolean ?truth }
  OPTIONAL { ?r ht:body ?b . ?b cnt:chars ?chars ; cnt:characterEncoding ?encoding }
  OPTIONAL { ?r ht:headers/rdf:rest*/rdf:first ?h . ?h ht:fieldName ?n ; ht:fieldValue ?type
             FILTER(LCASE(?n) = "content-type") }
} GROUP BY ?test ?name ?path ?method ?chars ?encoding ?type ?truth ORDER BY ?test ?path
"""


def protocol_checks(client: httpx2.Client, manifest: Path) -> Iterator[Check]:
    """Try each request of a manifest (Turtle); the server must hold the graphs asked for."""
    graph = rdflib.Graph().parse(manifest)
    rows = [row.asdict() for row in graph.query(_REQUESTS) if isinstance(row, ResultRow)]
    for row in rows:
        name = str(row["test"]).rpartition("#")[2].replace("_", " ")
        yield attempt(SUITE, name, partial(_try, client, row))


def _try(client: httpx2.Client, row: dict[str, Any]) -> None:
    reply = client.request(
        str(row["method"]),
        str(row["path"]),
        headers={"Content-Type": str(row["type"])} if "type" in row else {},
        content=str(row.get("chars", "")).encode(str(row.get("encoding", "utf-8"))),
    )
    if "#update_" in str(row["test"]):
        refused = not _is_update(row) or reply.status_code == 405
        assert refused, f"an update gets {reply.status_code} in place of 405"
        raise NotOffered("updates are refused with 405: a release never changes")
    wanted = {status[0] for status in str(row["statuses"]).split()}
    assert str(reply.status_code)[0] in wanted, f"{reply.status_code}, not {row['statuses']}"
    if (truth := row.get("truth")) is not None:
        assert reply.json().get("boolean") is bool(truth), f"the answer is not {truth}"


def _is_update(row: dict[str, Any]) -> bool:
    return "update" in str(row.get("type", "")) or "update=" in str(row.get("chars", ""))

"""What the OpenAPI document says of the SPARQL endpoint."""

from __future__ import annotations

from typing import Any, Final

from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.sparql.protocol_request import DIRECT, FORM
from permed.graph.store import GRAPH_FORMATS, SOLUTION_FORMATS

__all__ = ["GET", "POST", "RESPONSES"]


def _parameter(name: str, about: str, schema: dict[str, Any], example: object) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": about,
        "required": False,
        "schema": schema,
        "example": example,
    }


_TEXT: Final = {"type": "string"}
_IRIS: Final = {"type": "array", "items": {"type": "string", "format": "iri"}}
_EXAMPLE: Final = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 10"
GET: Final[dict[str, Any]] = {
    "parameters": [
        _parameter("query", "SPARQL 1.1 query", _TEXT, _EXAMPLE),
        _parameter("default-graph-uri", "Graphs that form the default graph", _IRIS, []),
        _parameter("named-graph-uri", "Graphs that GRAPH can name", _IRIS, []),
        _parameter("format", "Short name of the format; else Accept decides", _TEXT, "json"),
        _parameter("timeout", "Deadline in seconds, up to the server's", {"type": "number"}, 10),
    ]
}
POST: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            DIRECT: {"schema": _TEXT, "example": _EXAMPLE},
            FORM: {
                "schema": {"type": "object", "properties": {"query": _TEXT}},
                "example": {"query": _EXAMPLE},
            },
        },
    }
}
_PROBLEM: Final[dict[str, Any]] = {
    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
}
_REFUSALS: Final = {
    400: "The query or a parameter cannot be used",
    403: "The query would reach the network",
    405: "Updates are not taken here",
    406: "No acceptable format",
    413: "Request too large",
    415: "Media type not read here",
    429: "Too many requests",
    503: "Busy, or the release is being loaded",
    504: "A deadline or size limit was reached",
}
_BODIES: Final[dict[str, dict[str, Any]]] = {
    f.media_type: {} for f in (*SOLUTION_FORMATS.values(), *GRAPH_FORMATS.values())
}
RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The whole answer", "content": _BODIES},
    303: {"description": "A browser without a query is shown the editor"},
    304: {"description": "The client has this answer already"},
    **{status: {"description": about, **_PROBLEM} for status, about in _REFUSALS.items()},
}

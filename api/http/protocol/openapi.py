"""The OpenAPI description: readable names of operations, and words for every parameter.

OpenAPI 3.1. What routes say themselves stands; parameters that many routes share, and the small
ones of paths, are described here once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute

from permed.api.http.release.links import answers_from_releases
from permed.ontology import DEFAULT_BASE

__all__ = ["CONTACT", "LICENCE", "complete_description", "operation_id"]

LICENCE: Final = {
    "name": "Data: CC BY 4.0; software: Apache-2.0",
    "url": "https://creativecommons.org/licenses/by/4.0/",
}
CONTACT: Final = {"name": "PerMed Graph contributors", "url": DEFAULT_BASE}

# name of a parameter: what it means, an example
_SHARED: Final[dict[str, tuple[str, Any]]] = {
    "release": ("Id of a release, or `current`", "current"),
    "path": ("What follows in the address of a thing or file", "organisation/dlr"),
    "name": ("Short name", "ontology"),
    "key": ("Id of the thing; its first part may be left out", "organisation/dlr"),
    "graph": ("IRI of a named graph", f"{DEFAULT_BASE}graph/ontology"),
    "format": ("Short name of the format, or its media type; else Accept decides", "csv"),
    "by": ("What to go by", "country"),
    "show": ("Which part of the answer is wanted", "figures"),
    "against": ("Release to compare with", "current"),
    "topic": ("Topic by id or label", "euroscivoc/1"),
    "relevance": ("Relevance to personalised medicine", "core"),
    "type": ("Kind by code", "university"),
    "country": ("ISO 3166-1 code or name", "DE"),
    "from": ("First year or day", "2014"),
    "to": ("Last year or day", "2024"),
    "first": ("First year or day", "2014"),
    "last": ("Last year or day", "2024"),
    "among": ("Country of both ends", "DE"),
    "of": ("Country of one end", "DE"),
    "leave": ("Id of who leaves", "organisation/dlr"),
    "curve": ("Order in which they leave", "degree"),
    "who": ("Id of a node", "organisation/dlr"),
    "around": ("Id of a node whose partners are wanted", "organisation/dlr"),
    "top": ("Measure that ranks", "betweenness"),
    "queries": ("Batch of queries, as JSON", '{"q0": {"query": "DLR"}}'),
    "extend": (
        "Data extension, as JSON",
        '{"ids": ["organisation/dlr"], "properties": [{"id": "ror"}]}',
    ),
    "cursor": ("Where to go on", 0),
    "limit": ("Most rows", 20),
}


def operation_id(route: APIRoute) -> str:
    """Return the name of an operation as clients write it: a verb and what it gives."""
    name = route.name.replace("-", "_")
    if route.path.startswith("/api/v1/network/") and not name.startswith("network_"):
        return f"network_{name}"
    return f"ask_{name}" if route.path.startswith("/queries/") else name


def complete_description(app: FastAPI) -> None:
    """Let the application describe every parameter with words, and every answer with a schema."""
    made = app.openapi

    def described() -> dict[str, Any]:
        told = made()
        for path, operations in told["paths"].items():
            if answers_from_releases(path) and not path.startswith(_OF_NOW):
                _add_release(operations.get("get"))
        for parameter in _parameters(told):
            _complete(parameter)
        for media, content in _answers(told):
            content["schema"] = content.get("schema") or _BY_MEDIA.get(media, _TEXT)
        return told

    app.openapi = described  # type: ignore[method-assign]


_PROBLEM: Final = "application/problem+json"
_OF_NOW: Final = ("/.well-known/sparql-examples", "/text")
_RELEASE: Final[dict[str, Any]] = {
    "name": "release",
    "in": "query",
    "description": "Id of an earlier release that answers, while it is kept; without, the current",
    "required": False,
    "schema": {"type": "string"},
    "example": "current",
}
_NOT_KEPT: Final = {"404": "There is no such thing or release", "410": "The release was removed"}


def _add_release(operation: dict[str, Any] | None) -> None:
    """Let an operation tell that an earlier release may answer it."""
    if operation is None:
        return
    others = [p for p in operation.get("parameters", ()) if p["name"] != "release"]
    operation["parameters"] = [*others, dict(_RELEASE)]
    for status, about in _NOT_KEPT.items():
        problem = {"description": about, "content": {_PROBLEM: {}}}
        operation["responses"].setdefault(status, problem)


def _parameters(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in told["paths"].values():
        for operation in operations.values():
            yield from operation.get("parameters", ())


def _answers(told: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for operations in told["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                yield from answer.get("content", {}).items()


_OBJECT: Final = {"type": "object"}
_TEXT: Final = {"type": "string"}
_BINARY: Final = {"type": "string", "format": "binary"}
_BY_MEDIA: Final = {
    "application/json": _OBJECT,
    "application/ld+json": _OBJECT,
    "application/geo+json": _OBJECT,
    "application/sparql-results+json": _OBJECT,
    "application/vnd.apache.parquet": _BINARY,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _BINARY,
    _PROBLEM: {"$ref": "#/components/schemas/Problem"},
}


def _complete(parameter: dict[str, Any]) -> None:
    about, example = _SHARED.get(parameter["name"], ("", None))
    schema = parameter.setdefault("schema", {})
    if not parameter.get("description"):
        parameter["description"] = schema.get("description") or about or schema.get("title", "")
    if "example" in parameter or "examples" in parameter:
        return
    given = schema.get("examples") or schema.get("enum") or _of_options(schema)
    default = schema.get("default")
    parameter["example"] = (
        given[0] if given else default if default not in (None, "", []) else example
    )


def _of_options(schema: dict[str, Any]) -> list[Any]:
    options = schema.get("anyOf", ())
    return [e for o in options for e in (*o.get("examples", ()), *o.get("enum", ()))]

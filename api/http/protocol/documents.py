"""Pages about what programs read: a description, a graph, a service, opened in a browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from permed.api.http.protocol.negotiation import choose, names_html, prefers_html
from permed.api.http.protocol.templates import render
from permed.api.http.release.served_release import ServedRelease
from permed.graph.store import GRAPH_FORMATS, Format, format_named

__all__ = [
    "FORMAT_PARAMETER",
    "GRAPH_CONTENT",
    "DocumentPage",
    "document_page",
    "graph_format",
    "links_to_formats",
    "wants_page",
]

_NAMES: Final = {
    "ttl": "Turtle", "nt": "N-Triples", "nq": "N-Quads", "trig": "TriG", "rdf": "RDF/XML",
    "jsonld": "JSON-LD",
}  # fmt: skip


GRAPH_CONTENT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {f.media_type: {} for f in GRAPH_FORMATS.values()} | {"text/html": {}}}
}


FORMAT_PARAMETER: Final[dict[str, Any]] = {
    "parameters": [
        {
            "name": "format",
            "in": "query",
            "description": "Short name of the format, `html` for a page; else Accept decides",
            "schema": {"type": "string", "enum": [*GRAPH_FORMATS, "html"]},
            "example": "ttl",
        }
    ]
}


@dataclass(frozen=True)
class DocumentPage:
    """What a page tells: facts (label, value, address), a table of texts with addresses, a text."""

    title: str
    about: str
    iri: str = ""
    facts: Sequence[tuple[str, str, str]] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[tuple[str, str]]] = ()
    formats: Sequence[tuple[str, str]] = field(default_factory=tuple)
    text: str = ""


def wants_page(request: Request) -> bool:
    """Whether a reader opens the address: a browser, or one that names a page as the format."""
    name = request.query_params.get("format")
    return names_html(name) if name else prefers_html(request.headers.get("accept"))


def graph_format(request: Request) -> Format:
    """Return the format of data: by the parameter `format`, else by the Accept header."""
    name = request.query_params.get("format")
    if name:
        return format_named(name, graph=True)
    return choose(request.headers.get("accept"), list(GRAPH_FORMATS.values()))


def links_to_formats(path: str, **parameters: str) -> list[tuple[str, str]]:
    """Return links to the same as data, in every format of graphs."""
    return [
        (_NAMES[name], f"{path}?{urlencode({**parameters, 'format': name})}")
        for name in GRAPH_FORMATS
    ]


def document_page(served: ServedRelease, document: DocumentPage) -> Response:
    """Return the page."""
    return render("document.html", served, vars(document))

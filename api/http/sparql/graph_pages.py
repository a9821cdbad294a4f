"""Named graphs for readers: their list, and a page about each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from permed.api.http.protocol.documents import (
    DocumentPage,
    document_page,
    links_to_formats,
    wants_page,
)
from permed.api.http.release.served_release import ServedRelease
from permed.api.text.wording import day, grouped
from permed.graph.errors import NotFoundError
from permed.graph.files import count_lines

__all__ = ["graph_page", "graph_rows", "list_of_graphs"]


def list_of_graphs(request: Request, served: ServedRelease) -> Response:
    """List the graphs: for a reader as a page."""
    if not wants_page(request):
        graphs = {"graphs": list(served.pool.graphs)}
        return JSONResponse(graphs, headers={"Vary": "Accept", "X-Permed-Release": served.id})
    page = DocumentPage(
        title="Named graphs",
        about="One graph a source, and one a contribution; the default graph merges them.",
        heads=("Graph", "Title", "Publisher", "Licence"),
        rows=graph_rows(served),
    )
    return document_page(served, page)


def graph_rows(served: ServedRelease) -> list[list[tuple[str, str]]]:
    """Return a row for each graph: its name and address here, title, publisher, licence."""
    rows = []
    for graph in served.pool.graphs:
        told = _source(served, graph)
        name = graph.removeprefix(f"{served.base}graph/")
        title = (told.get("title", ""), told.get("homepage") or "")
        rows.append(
            [
                (name, f"/graphs?{urlencode({'graph': graph})}"),
                title,
                (told.get("publisher", ""), ""),
                (told.get("licence", ""), ""),
            ]
        )
    return rows


def _source(served: ServedRelease, graph: str) -> Mapping[str, str]:
    """Return what the receipt says of the source of a graph, or of who contributed it."""
    name, receipt = graph.removeprefix(f"{served.base}graph/"), served.release.receipt
    contributed = receipt.get("contributions", {}).get(name.removeprefix("contributed-"), {})
    return dict(receipt.get("sources", {}).get(name) or contributed)


def graph_page(served: ServedRelease, graph: str | None) -> Response:
    """Tell a reader what a graph is and how to take it; NotFoundError for one that is not there."""
    if graph is None:
        about = "All named graphs merged: what queries see without FROM or GRAPH."
        page = DocumentPage("The default graph", about, formats=_formats(default=""))
        return document_page(served, page)
    if graph not in served.pool.graphs:
        raise NotFoundError(f"{graph} is no graph of release {served.id}; /graphs lists them")
    told = _source(served, graph)
    query = f"SELECT * WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} LIMIT 100"
    name = graph.removeprefix(f"{served.base}graph/")
    size = served.release.path / "graphs" / f"{name}.nq"
    facts = [
        ("Publisher", told.get("publisher", ""), told.get("homepage") or ""),
        ("Licence", told.get("licence", ""), ""),
        ("Contributor", told.get("author", ""), ""),
        ("Written", day(told.get("written", "")[:10]), ""),
        ("Statements", grouped(str(_statements(size))), ""),
        ("State of the source", _dated(told), ""),
        ("Release", f"{served.id}, built {day(served.built[:10])}", "/releases"),
        ("Download", f"{name}.nq (N-Quads)", f"/releases/{served.id}/graphs/{name}.nq"),
        ("Description", "VoID, with classes and properties", "/.well-known/void"),
        ("Query", "Look into it with SPARQL", f"/editor?{urlencode({'query': query})}"),
    ]
    page = DocumentPage(
        title=told.get("title") or graph.removeprefix(f"{served.base}graph/"),
        about="One of the named graphs.",
        iri=graph,
        facts=[fact for fact in facts if fact[1]],
        formats=_formats(graph=graph),
    )
    return document_page(served, page)


@lru_cache(maxsize=64)
def _statements(path: Path) -> int:
    """Return how many lines a file of N-Quads has; files of releases never change."""
    return count_lines(path) if path.is_file() else 0


def _dated(told: Mapping[str, object]) -> str:
    """Return the version or day that the receipt gives for a source, as far as it does."""
    known = (told.get(name) for name in ("version", "retrieved", "date", "modified"))
    return next((str(value) for value in known if value), "")


def _formats(**address: str) -> list[tuple[str, str]]:
    return links_to_formats("/graphs", **address)

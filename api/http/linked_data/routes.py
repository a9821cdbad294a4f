"""Linked data: every IRI that we mint resolves, as a page for people or as data for programs.

W3C Cool URIs for the Semantic Web: 303 from the thing to a document about it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from permed.api.http.linked_data import jsonld
from permed.api.http.linked_data.resource import Resource, fetch, text_of
from permed.api.http.protocol.documents import FORMAT_PARAMETER, graph_format, wants_page
from permed.api.http.protocol.negotiation import choose, prefers_html
from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.release.answer_cache import not_modified, tag_of
from permed.api.http.release.directory import Directory
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.graph.errors import InputError, NotFoundError
from permed.graph.store import GRAPH_FORMATS, Format
from permed.graph.store.executor import QueryRequest
from permed.graph.tables.output.bibliography import BIBLIOGRAPHIES, Publication
from permed.graph.tables.output.safe_text import harmless_csv
from permed.graph.tables.output.writing import FileFormat
from permed.ontology import ONTOLOGY_IRI, PREFIXES, SCHEME, context_text

__all__ = ["linked_data_routes", "local_path", "publication_of"]

_SUFFIXES: Final = ("ttl", "jsonld", "json", "nt", "rdf", "csv", "nq", "trig", "bib", "ris", "csl")
# of publications only
_CITATIONS: Final = {
    f.name: f
    for f in (
        FileFormat("bib", "application/x-bibtex", ("text/x-bibtex",)),
        FileFormat("ris", "application/x-research-info-systems"),
        FileFormat(
            "csl", "application/vnd.citationstyles.csl+json", ("application/citeproc+json",)
        ),
    )
}
_OUTPUT: Final = "id/output/"
_CSV: Final = Format("csv", "text/csv", ox.QueryResultsFormat.CSV)
_JSON: Final = Format("json", "application/json", ox.RdfFormat.JSON_LD)
_DOCUMENTS: Final[dict[str, Format | FileFormat]] = {
    **GRAPH_FORMATS, "json": _JSON, "csv": _CSV, **_CITATIONS,
}  # fmt: skip
_OFFERED: Final = [
    GRAPH_FORMATS["ttl"],
    GRAPH_FORMATS["jsonld"],
    _JSON,
    *(GRAPH_FORMATS[n] for n in ("nt", "rdf", "nq", "trig")),
    _CSV,
]
_REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    s: {"description": d, "content": {PROBLEM: {}}}
    for s, d in {404: "Nothing is said of it", 406: "No acceptable format"}.items()
}


_MOVED: Final[dict[int | str, dict[str, Any]]] = {
    301: {"description": "The thing is known by another address now"}
}


_CONTENT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {f.media_type: {} for f in _OFFERED}}
}


def local_path(iri: str, base: str) -> str | None:
    """Return the address on this server of an IRI of ours, None for others."""
    if iri.startswith(f"{base}id/"):
        return f"/id/{iri.removeprefix(f'{base}id/')}"
    if iri.startswith(str(SCHEME)):
        return f"/scheme/{iri.removeprefix(str(SCHEME))}"
    return None


def linked_data_routes(server: ReleaseServer) -> APIRouter:
    """Return the routes that resolve IRIs."""
    router = APIRouter(tags=["Linked data"], responses=_REFUSED)

    @router.get(
        "/id/{path:path}", status_code=303, response_class=RedirectResponse, responses=_MOVED
    )
    async def resolve_thing(request: Request, path: str) -> Response:
        """Send a reader to the page, a program to the data of a thing; from an old address on."""
        path = path.rstrip("/")  # a slash too many leads to the same thing
        return _moved(request, server, path) or _see_other(request, f"id/{path}")

    @router.get("/scheme/{path:path}", status_code=303, response_class=RedirectResponse)
    async def resolve_concept(request: Request, path: str) -> Response:
        """Send a reader of a concept or scheme to its page, a program to its data."""
        return _see_other(request, f"scheme/{path.rstrip('/')}")

    @router.get("/graph/{name}", status_code=303, response_class=RedirectResponse)
    async def resolve_graph(request: Request, name: str) -> Response:
        """Send a reader to the page about a named graph, a program to its description in VoID."""
        graph = f"{server.base}graph/{name}"
        async with server.served() as served:
            if graph not in served.pool.graphs:
                raise NotFoundError(f"{graph[:200]}: no such graph; /graphs lists them")
        content = f"/graphs?{urlencode({'graph': graph})}"
        reader = prefers_html(request.headers.get("accept"))
        links = {"Vary": "Accept", "Link": f'<{content}>; rel="item"'}
        return RedirectResponse(content if reader else "/.well-known/void", 303, links)

    @router.get("/dataset", status_code=303, response_class=RedirectResponse)
    async def resolve_data_set() -> Response:
        """Send to the description of the data set."""
        return RedirectResponse("/.well-known/void", 303)

    @router.get("/data/{path:path}", response_class=Response, responses=_MOVED | _CONTENT)
    async def get_data(request: Request, path: str) -> Response:
        """Data about one resource; the suffix of the address gives the format."""
        if path.endswith("/") and path.strip("/"):  # a slash too many leads to the same data
            return RedirectResponse(f"/data/{quote(path.rstrip('/'))}", 308)
        stem, _, suffix = path.rpartition(".")
        if suffix not in _DOCUMENTS:
            raise NotFoundError(f"/data/{path}: end the address in .{', .'.join(_SUFFIXES)}")
        async with server.served() as served:
            return await _document(request, served, stem, _DOCUMENTS[suffix])

    @router.get(
        "/ontology", response_class=Response, responses=_CONTENT, openapi_extra=FORMAT_PARAMETER
    )
    async def get_ontology(request: Request) -> Response:
        """The vocabulary: as data, or for a reader the pages about it."""
        if wants_page(request):
            return RedirectResponse("/vocabulary/index.html", 303, {"Vary": "Accept"})
        async with server.served() as served:
            return await _ontology(request, served)

    @router.get("/context.jsonld", response_class=Response)
    async def get_json_ld_context() -> Response:
        """The JSON-LD context of our terms."""
        return Response(context_text(), media_type="application/ld+json")

    return router


def _moved(request: Request, server: ReleaseServer, path: str) -> Response | None:
    """Send on for good where the thing is known by another address now."""
    replaced_by = server.current.directory.replaced_by if server.current else {}
    stem, dot, suffix = path.rpartition(".")
    if path not in replaced_by and not (suffix in _DOCUMENTS and stem in replaced_by):
        return None
    ending = "" if path in replaced_by else f"{dot}{suffix}"
    target = f"/id/{replaced_by[path if path in replaced_by else stem]}{ending}"
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{target}{query}", 301)


def _see_other(request: Request, path: str) -> Response:
    stem, _, suffix = path.rpartition(".")
    accept = request.headers.get("accept")
    if suffix in _DOCUMENTS and stem:
        target = f"/data/{path}"
    elif prefers_html(accept):
        target = f"/page/{path}"
    else:
        cited = _CITATIONS.values() if path.startswith(_OUTPUT) else ()
        offered: list[Format | FileFormat] = [*_OFFERED, *cited]
        target = f"/data/{path}.{choose(accept, offered).name}"
    return RedirectResponse(target, 303, {"Vary": "Accept"})


def moved_to(served: ServedRelease, iri: str) -> str | None:
    """Return the address on this server of what took the place of a thing, None where nothing."""
    directory = served.directory
    replaced_by = directory.replaced_by.get(directory.id_of(iri) or "")
    return local_path(directory.iri(replaced_by), directory.base) if replaced_by else None


def resource_iri(path: str, base: str) -> str:
    """Return the IRI that a path below /page or /data stands for."""
    kind, _, rest = path.partition("/")
    if kind == "id":
        return f"{base}id/{rest}"
    if kind == "scheme":
        return f"{SCHEME}{rest}"
    raise NotFoundError(f"{path}: addresses begin with id/ or scheme/")


async def _document(
    request: Request, served: ServedRelease, path: str, wanted: Format | FileFormat
) -> Response:
    tag = tag_of(served.id, "data", path, wanted.name)
    if (unchanged := not_modified(request, tag)) is not None:
        return unchanged
    iri = resource_iri(path, served.base)
    if target := moved_to(served, iri):
        return RedirectResponse(f"/data{target}.{wanted.name}", 301)
    if isinstance(wanted, FileFormat):
        return _cited(served, iri, wanted, tag)
    resource = await fetch(served, iri)
    headers = {
        "ETag": tag,
        "Link": _links(resource, path),
        "X-Permed-Release": served.id,
        "Cache-Control": "public, max-age=60",
    }
    if resource.truncated:
        headers["X-Permed-Truncated"] = "triples"
    return Response(write(resource, wanted), headers=headers, media_type=wanted.content_type)


def _cited(served: ServedRelease, iri: str, wanted: FileFormat, tag: str) -> Response:
    """Return a publication for reference managers; NotFoundError where it is none."""
    found = publication_of(served.directory, iri)
    if found is None:
        raise NotFoundError(f"{iri} is no publication; .{wanted.name} is given of publications")
    called = f'inline; filename="{found.key}.{wanted.name}"'
    headers = {"ETag": tag, "X-Permed-Release": served.id, "Content-Disposition": called}
    body = BIBLIOGRAPHIES[wanted.name]([found])
    return Response(body, headers=headers, media_type=wanted.content_type)


def publication_of(directory: Directory, iri: str) -> Publication | None:
    """Return the publication that an IRI names, None where it names none."""
    row = directory.row_of.get(directory.id_of(iri) or "")
    if row is None or directory.things["kind"][row] != "publications":
        return None
    return Publication.of(directory.things.row(row, named=True), iri)


def _links(resource: Resource, path: str) -> str:
    links = [
        f'<{resource.iri}>; rel="describes"',
        f'</page/{path}>; rel="alternate"; type="text/html"',
        '<https://creativecommons.org/licenses/by/4.0/>; rel="license"',
    ]
    links += [f'</data/{path}.{f.name}>; rel="alternate"; type="{f.media_type}"' for f in _OFFERED]
    return ", ".join(links)


def write(resource: Resource, wanted: Format) -> bytes:
    """Return the resource in a format, with the labels of what it names."""
    if wanted.name == "csv":
        return _csv(resource)
    if wanted.name in ("json", "jsonld"):
        return jsonld.tree(resource.iri, resource.with_labels())
    if not isinstance(wanted.engine, ox.RdfFormat):
        raise InputError(f"{wanted.name} is no format of data")
    return write_triples(resource.with_labels(), wanted.engine)


def write_triples(triples: Sequence[ox.Triple], engine: ox.RdfFormat) -> bytes:
    """Return triples in a format, with the prefixes that they use."""
    plain = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    prefixes = {k: str(v) for k, v in PREFIXES.items() if f"<{v}".encode() in plain}
    return ox.serialize(triples, format=engine, prefixes=prefixes) or b""


def _csv(resource: Resource) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["subject", "property", "value", "property_label", "value_label"])
    for triple in resource.triples:
        value = text_of(triple.object)
        predicate = triple.predicate.value
        subject = text_of(triple.subject)
        labels = [resource.labels.get(predicate, ""), resource.labels.get(value, "")]
        writer.writerow([subject, predicate, value, *labels])
    return harmless_csv(out.getvalue().encode())


async def _ontology(request: Request, served: ServedRelease) -> Response:
    wanted = graph_format(request)
    tag = tag_of(served.id, "ontology", wanted.name)
    if (unchanged := not_modified(request, tag)) is not None:
        return unchanged
    graph = f"{served.base}graph/ontology"
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    answer = await served.query(QueryRequest(query, format="nt"))
    if not isinstance(wanted.engine, ox.RdfFormat):
        raise InputError(f"{wanted.name} is no format of data")
    body = write_triples(answer.triples(), wanted.engine)
    headers = {"ETag": tag, "Vary": "Accept", "Link": f'<{ONTOLOGY_IRI}>; rel="describes"'}
    return Response(body, headers=headers, media_type=wanted.content_type)

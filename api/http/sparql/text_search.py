"""Text search inside SPARQL, described: a feature of the service, and a page at its own address."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from permed.api.http.protocol.documents import (
    GRAPH_CONTENT,
    DocumentPage,
    document_page,
    graph_format,
    links_to_formats,
    wants_page,
)
from permed.api.http.release.served_release import ReleaseServer
from permed.api.http.sparql.void import convert
from permed.graph.store.query.text_search import TEXT_QUERY
from permed.ontology import ONTOLOGY_IRI, TEXT

__all__ = ["ABOUT", "FEATURE", "text_search_routes"]

ABOUT: Final = (
    "Finds things by words of their names, identifiers, titles, objectives and topics, in the text "
    "index of the release. Every word must be there, whole or as the beginning of a word; accents "
    "and capitals do not count, and nothing is guessed. The words are a string, alone or in a list "
    'with the most things wanted behind it, best first: ("lung cancer" 10). rdfs:label before '
    "the words looks into names only. A list (?thing ?score) as the subject also binds how well "
    "each fits. FROM does not narrow it: the index is of the whole release."
)
_EXAMPLES: Final = """\
SELECT ?project ?title WHERE {
  ?project a eurio:Project ; pmtext:query "lung cancer" ; eurio:title ?title .
}

SELECT ?thing ?score ?name WHERE {
  (?thing ?score) pmtext:query (rdfs:label "university hospital" 20) .
  ?thing rdfs:label ?name .
} ORDER BY DESC(?score)
"""
# in Turtle; the feature is named by the property itself (SPARQL 1.1 Service Description, 3.2.8)
FEATURE: Final = f"""\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
<{TEXT_QUERY}> a sd:Feature ;
  rdfs:label "Text search"@en ;
  rdfs:comment {ABOUT.replace(chr(34), chr(92) + chr(34)).join((chr(34), chr(34)))}@en ;
  rdfs:isDefinedBy <{str(TEXT).removesuffix("#")}> ;
  rdfs:seeAlso <{ONTOLOGY_IRI}> .
"""


def text_search_routes(server: ReleaseServer) -> APIRouter:
    """Return the route of the address that the property's own leads to."""
    router = APIRouter(tags=["SPARQL"])

    @router.get("/text", response_class=Response, responses=GRAPH_CONTENT)
    async def describe_text_search(request: Request, format: str = "") -> Response:  # noqa: A002
        """Say how words are searched inside a query; `format` is of graphs, such as `ttl`."""
        if wants_page(request):
            async with server.served() as served:
                return document_page(served, _PAGE)
        wanted = graph_format(request)
        body = convert(FEATURE, wanted)
        return Response(body, headers={"Vary": "Accept"}, media_type=wanted.content_type)

    return router


_PAGE: Final = DocumentPage(
    title="Text search inside SPARQL",
    about=ABOUT,
    iri=TEXT_QUERY,
    facts=[("Prefix", f"PREFIX pmtext: <{TEXT}> (needs no declaration here)", "")],
    formats=links_to_formats("/text"),
    text=_EXAMPLES,
)

"""Result formats: names, media types and file endings of answers, and how the engine calls them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from permed.graph.errors import InputError

__all__ = ["GRAPH_FORMATS", "SOLUTION_FORMATS", "Format", "format_named"]


@dataclass(frozen=True)
class Format:
    """One serialisation: short name (also the file ending), media type, and the engine's name."""

    name: str
    media_type: str
    engine: ox.QueryResultsFormat | ox.RdfFormat
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """Value of the Content-Type header; text types say that they are UTF-8."""
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


_Q, _R = ox.QueryResultsFormat, ox.RdfFormat
_SPARQL = "application/sparql-results"
_XML = ("application/xml", "text/xml")
_JSON = ("application/json",)
_LD = ("json-ld", "application/x-json+ld")
# Turtle is N3 as well
_N3 = ("turtle", "application/x-turtle", "application/turtle", "n3", "text/n3", "text/rdf+n3")

SOLUTION_FORMATS: Final[dict[str, Format]] = {
    f.name: f
    for f in (
        Format("json", f"{_SPARQL}+json", _Q.JSON, (*_JSON, "srj", "sparql-results+json")),
        Format("xml", f"{_SPARQL}+xml", _Q.XML, (*_XML, "srx", "sparql-results+xml")),
        Format("csv", "text/csv", _Q.CSV),
        Format("tsv", "text/tab-separated-values", _Q.TSV),
    )
}
GRAPH_FORMATS: Final[dict[str, Format]] = {
    f.name: f
    for f in (
        Format("ttl", "text/turtle", _R.TURTLE, _N3),
        Format("nt", "application/n-triples", _R.N_TRIPLES, ("ntriples", "text/plain")),
        Format("nq", "application/n-quads", _R.N_QUADS, ("nquads",)),
        Format("trig", "application/trig", _R.TRIG),
        Format("rdf", "application/rdf+xml", _R.RDF_XML, (*_XML, "xml", "rdf+xml")),
        Format("jsonld", "application/ld+json", _R.JSON_LD, (*_JSON, "json", *_LD)),
    )
}


def format_named(name: str, *, graph: bool) -> Format:
    """Return the format by short name, media type or alias; InputError for an unknown one."""
    known = GRAPH_FORMATS if graph else SOLUTION_FORMATS
    wanted = name.strip().lower()
    for found in known.values():
        if wanted in (found.name, found.media_type, *found.aliases):
            return found
    raise InputError(f"format {name!r} is not known here; use one of {', '.join(known)}")

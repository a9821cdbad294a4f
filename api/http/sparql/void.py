"""What the data set says of itself: VoID, and Turtle in other formats. W3C VoID note."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from permed.api.http.release.served_release import ServedRelease
from permed.graph.errors import NotFoundError
from permed.graph.files import count_lines
from permed.graph.store import Format
from permed.ontology import PREFIXES

__all__ = ["convert", "void_description"]

_FILES: Final = re.compile(r"(?<=<)https?://[^<>\s]*?releases/[^/<>\s]+/")
_STEM: Final = "contributed-"


def convert(text: bytes | str, wanted: Format) -> bytes:
    """Return Turtle in another graph format."""
    if not isinstance(wanted.engine, ox.RdfFormat):
        raise NotFoundError(f"a description is not written as {wanted.name}")
    triples = (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE))
    return ox.serialize(triples, format=wanted.engine, prefixes=dict(PREFIXES)) or b""


def void_description(served: ServedRelease, wanted: Format) -> bytes:
    """Return the VoID file that was made with the release; NotFoundError where it has none."""
    path = served.release.path / "void.ttl"
    if not path.is_file():
        raise NotFoundError(f"release {served.id} has no void.ttl; build it again")
    # a release that a contribution made has the description of the build: its own files are here
    text = path.read_text(encoding="utf-8")
    text = _FILES.sub(f"{served.base}releases/{served.id}/", text)
    return convert(text.encode() + _contributed(served), wanted)


def _contributed(served: ServedRelease) -> bytes:
    """Contributed graphs as subsets, in N-Triples: they come and go without a build."""
    base, told = served.base, served.release.receipt.get("contributions", {})
    dataset = ox.NamedNode(f"{base}dataset")
    triples: list[ox.Triple] = []
    for path in served.release.graphs:
        if path.name.startswith(_STEM):
            graph = ox.NamedNode(f"{base}graph/{path.stem}")
            facts = told.get(path.stem.removeprefix(_STEM), {})
            triples.append(ox.Triple(dataset, _term("void", "subset"), graph))
            triples += _subset(graph, path, facts)
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def _subset(graph: ox.NamedNode, path: Path, facts: Mapping[str, str]) -> Iterator[ox.Triple]:
    """What is known of one contributed graph: its size, and who wrote it when."""
    yield ox.Triple(graph, _term("rdf", "type"), _term("void", "Dataset"))
    yield ox.Triple(graph, _term("dcterms", "title"), ox.Literal(path.stem, language="en"))
    yield ox.Triple(graph, _term("void", "triples"), ox.Literal(count_lines(path)))
    if "author" in facts:
        yield ox.Triple(graph, _term("dcterms", "contributor"), ox.Literal(facts["author"]))
        when = ox.Literal(facts["written"], datatype=_term("xsd", "dateTime"))
        yield ox.Triple(graph, _term("dcterms", "modified"), when)


def _term(prefix: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES[prefix] + name)

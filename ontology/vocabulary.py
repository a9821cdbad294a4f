"""The files of the vocabulary and what can be read out of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from permed.ontology.terms import OWL, PM, SKOS, concept_iri

__all__ = [
    "alignments_text",
    "concept_label",
    "context_text",
    "ontology_files",
    "ontology_nquads",
    "ontology_quads",
    "ontology_text",
    "ontology_version",
    "partner_role_codes",
    "scheme_codes",
    "scheme_names",
    "shape_files",
    "shapes_text",
    "value_patterns",
]

_HERE: Final = Path(__file__).parent
_NOTATION = ox.NamedNode(SKOS.notation)
_LABEL = ox.NamedNode(SKOS.prefLabel)


def ontology_files() -> tuple[Path, ...]:
    """Return the Turtle files that a release's ontology graph is made of, in a fixed order."""
    own = [_HERE / name for name in ("permed.ttl", "eurio-used.ttl", "alignments.ttl")]
    return (*own, *sorted((_HERE / "schemes").glob("*.ttl")))


def shape_files() -> tuple[Path, ...]:
    """Return the SHACL files, in a fixed order."""
    return tuple(sorted((_HERE / "shapes").glob("*.ttl")))


def scheme_names() -> tuple[str, ...]:
    """Return the names of the schemes that the model refers to, such as `role`."""
    return tuple(sorted(path.stem for path in (_HERE / "schemes").glob("*.ttl")))


@cache
def _scheme(name: str) -> tuple[ox.Quad, ...]:
    path = _HERE / "schemes" / f"{name}.ttl"
    if not path.is_file():
        raise KeyError(f"no scheme {name}; there are {', '.join(scheme_names())}")
    return tuple(ox.parse(path=path))


def _values(scheme: str, predicate: ox.NamedNode) -> Iterator[tuple[str, str]]:
    for quad in _scheme(scheme):
        if quad.predicate == predicate and isinstance(quad.object, ox.Literal):
            yield str(getattr(quad.subject, "value", "")), quad.object.value


@cache
def scheme_codes(scheme: str) -> frozenset[str]:
    """Return the codes (skos:notation) of one scheme; KeyError where there is no such scheme.

    Concepts without a notation only group others, so they are no codes.
    """
    return frozenset(code for _, code in _values(scheme, _NOTATION))


@cache
def partner_role_codes() -> frozenset[str]:
    """Return the codes of the role types that make a partner (pm:makesPartner true)."""
    says = dict(_values("role", ox.NamedNode(PM.makesPartner)))
    return frozenset(c for c in scheme_codes("role") if says[concept_iri("role", c)] == "true")


@cache
def _labels(scheme: str) -> dict[str, str]:
    return dict(_values(scheme, _LABEL))


def concept_label(scheme: str, code: str) -> str:
    """Return the English label of a code; KeyError where scheme or code is unknown."""
    return _labels(scheme)[concept_iri(scheme, code)]


@cache
def uri_stems() -> dict[str, str]:
    """Return what stands before the value in the registry's own IRI, for each identifier scheme."""
    found = dict(_values("identifier-scheme", ox.NamedNode(PM.uriTemplate)))
    codes = sorted(scheme_codes("identifier-scheme"))
    named = {code: found.get(concept_iri("identifier-scheme", code)) for code in codes}
    return {code: stem.removesuffix("{value}") for code, stem in named.items() if stem}


@cache
def value_patterns() -> dict[str, str]:
    """Return, for each identifier scheme, the regular expression that its values follow."""
    pattern = ox.NamedNode(PM.valuePattern)
    found = dict(_values("identifier-scheme", pattern))
    codes = sorted(scheme_codes("identifier-scheme"))
    return {code: found[concept_iri("identifier-scheme", code)] for code in codes}


@cache
def shapes_text() -> str:
    """Return all shapes as one Turtle document; repeated prefixes are allowed by Turtle."""
    return "\n".join(path.read_text(encoding="utf-8") for path in shape_files())


def alignments_text() -> str:
    """Return the alignments as Turtle."""
    return (_HERE / "alignments.ttl").read_text(encoding="utf-8")


def ontology_text() -> str:
    """Return our terms, without schemes and alignments, as Turtle."""
    return (_HERE / "permed.ttl").read_text(encoding="utf-8")


@cache
def ontology_version() -> str:
    """Return the version of the vocabulary, such as `1.1.0`."""
    info = ox.NamedNode(OWL.versionInfo)
    quads = ox.parse(path=_HERE / "permed.ttl")
    return next(
        q.object.value for q in quads if q.predicate == info and isinstance(q.object, ox.Literal)
    )


def context_text() -> str:
    """Return the JSON-LD context as it stands in its file."""
    return (_HERE / "context.jsonld").read_text(encoding="utf-8")


def ontology_quads(graph_iri: str) -> Iterator[ox.Quad]:
    """Yield the whole vocabulary (terms, schemes, alignments) as quads of the given graph."""
    graph = ox.NamedNode(graph_iri)
    for path in ontology_files():
        for quad in ox.parse(path=path):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)


@cache
def ontology_nquads(graph_iri: str) -> bytes:
    """Return the vocabulary as N-Quads of the given graph, sorted: same files, same bytes."""
    lines = {str(quad) + " .\n" for quad in ontology_quads(graph_iri)}
    return "".join(sorted(lines)).encode()

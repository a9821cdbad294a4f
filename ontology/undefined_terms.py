"""Find terms that are used in data, shapes or queries and that nobody has defined.

A term is an address in a vocabulary's namespace (`PREFIXES`), and in data also every predicate and
every class. It is defined if it stands in our own files, or in the vocabulary it comes from as
rdflib ships it, or in the short lists below.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from functools import cache
from typing import Final

import pyoxigraph as ox

from permed.ontology.terms import EURIO, PM, PREFIXES, RDF, SCHEME, expand
from permed.ontology.vocabulary import ontology_files, scheme_names

__all__ = ["defined_terms", "undefined_in_query", "undefined_terms"]

# Vocabularies that rdflib does not ship: the terms that we use, checked against their documents.
_LISTED: Final = {
    "adms": "Identifier identifier schemaAgency",
    "frapo": "Endeavour Facility Funding FundingAgency FundingProgramme GovernmentOrganization"
    " Grant Output SME Service hasAcronym hasCountry hasOutput",
}
_SHIPPED: Final = (
    *("DCAT", "DCTERMS", "FOAF", "ORG", "OWL", "PROV", "RDF"),
    *("RDFS", "SDO", "SH", "SKOS", "VANN", "VOID", "XSD"),
)
_TOKEN: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|(?i:PREFIX)\s+(?P<declared>[A-Za-z][\w.-]*)?:\s*<(?P<base>[^>]*)>"
    r'|<(?P<iri>[^<>"{}|^`\\\s]*)>'
    r"|\#[^\n]*"
    r"|(?<![\w?$@:])(?P<prefix>[A-Za-z][\w-]*)?:(?P<local>[A-Za-z0-9_](?:[\w.-]*[\w-])?)",
    re.DOTALL,
)


@cache
def _own() -> frozenset[str]:
    """Return the subjects of the vocabulary's own files: terms, declared EURIO terms, concepts."""
    subjects = (q.subject for path in ontology_files() for q in ox.parse(path=path))
    own = {s.value for s in subjects if isinstance(s, ox.NamedNode)}
    return frozenset(s for s in own if s.startswith((str(PM), str(EURIO), str(SCHEME))))


def defined_terms() -> frozenset[str]:
    """Return the addresses of all terms of our own files: vocabulary, EURIO, concepts."""
    return _own()


@cache
def _listed() -> dict[str, frozenset[str]]:
    return {PREFIXES[p]: frozenset(names.split()) for p, names in _LISTED.items()}


@cache
def _shipped() -> dict[str, Container[object]]:
    """Return rdflib's closed namespaces by their address."""
    import rdflib.namespace  # slow to import, and only this check needs it

    closed = [getattr(rdflib.namespace, name) for name in _SHIPPED]
    return {str(namespace): namespace for namespace in closed}


def _defined(iri: str) -> bool:
    if iri in _own():
        return True
    for base, names in _listed().items():
        if iri.startswith(base):
            return iri[len(base) :] in names
    for base, terms in _shipped().items():
        if iri.startswith(base):
            return iri in terms
    return False


def _of_vocabulary(iri: str) -> bool:
    """Tell whether an address stands in a namespace whose terms must be defined."""
    if iri.startswith(str(SCHEME)):
        scheme, _, code = iri[len(str(SCHEME)) :].partition("/")
        return scheme in scheme_names() and code != ""
    bases = (b for p, b in PREFIXES.items() if p != "scheme")
    return any(iri.startswith(base) and iri != base for base in bases)


def undefined_terms(data: ox.Store | Iterable[ox.Quad] | Iterable[ox.Triple]) -> list[str]:
    """Return the terms of a store, quads or triples that are not defined, sorted.

    Looked at: every predicate, every class, and every address in a vocabulary's namespace. In a
    store, only our own namespaces and EURIO's are looked at in the place of objects, for speed.
    """
    used = _used_in_store(data) if isinstance(data, ox.Store) else _used(data)
    return sorted(iri for iri in set(used) if not _defined(iri))


def _used(statements: Iterable[ox.Quad] | Iterable[ox.Triple]) -> Iterator[str]:
    for statement in statements:
        yield statement.predicate.value
        is_class = statement.predicate.value == RDF.type
        for node in (statement.subject, statement.object):
            if isinstance(node, ox.NamedNode) and _of_vocabulary(node.value):
                yield node.value
        if is_class and isinstance(statement.object, ox.NamedNode):
            yield statement.object.value


def _used_in_store(store: ox.Store) -> Iterator[str]:
    """Let the store find what differs: a scan in Python takes ten times as long."""
    own = " || ".join(f'STRSTARTS(STR(?term), "{base}")' for base in (PM, SCHEME, EURIO))
    patterns = (
        "?s ?term ?o",
        "?s a ?term",
        f"?s ?p ?term FILTER(isIRI(?term) && ({own}))",
    )
    for pattern in patterns:
        found = store.query(
            f"SELECT DISTINCT ?term WHERE {{ {pattern} }}", use_default_graph_as_union=True
        )
        assert isinstance(found, ox.QuerySolutions)
        terms = (solution["term"] for solution in found)
        yield from (t.value for t in terms if isinstance(t, ox.NamedNode) and _checked(t, pattern))


def _checked(term: ox.NamedNode, pattern: str) -> bool:
    """Objects count only where their scheme is ours; predicates and classes always count."""
    return "FILTER" not in pattern or _of_vocabulary(term.value)


def undefined_in_query(text: str) -> list[str]:
    """Return the terms of a SPARQL text that are not defined, sorted.

    Prefixes that the text does not declare are taken from `PREFIXES`; a name whose prefix is in
    neither place is returned as it is written.
    """
    return sorted({term for term in _used_in_query(text) if not _defined(term)})


def _used_in_query(text: str) -> Iterator[str]:
    declared: dict[str, str] = {}
    for token in _TOKEN.finditer(text):
        if token["base"] is not None:
            declared[token["declared"] or ""] = token["base"]
        elif token["iri"] is not None and _of_vocabulary(token["iri"]):
            yield token["iri"]
        elif token["local"] is not None:
            iri = _named(token["prefix"] or "", token["local"], declared)
            if _of_vocabulary(iri) or "/" not in iri:
                yield iri


def _named(prefix: str, local: str, declared: dict[str, str]) -> str:
    if prefix in declared:
        return declared[prefix] + local
    return expand(f"{prefix}:{local}") if prefix in PREFIXES else f"{prefix}:{local}"

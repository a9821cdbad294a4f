"""The axioms of an ontology as queries that must find nothing, and data for a reasoner.

A reasoner works with an open world: what is missing may be true. The queries are stricter: a
domain, a range or a superclass must be written out, so that who reads the data without a reasoner
sees what one would infer. OWL 2 Direct Semantics: https://www.w3.org/TR/owl2-direct-semantics/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox
from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

__all__ = ["broken_clauses", "disjoint_pairs", "sample"]

# Oxigraph keeps whole numbers of every kind as xsd:integer
_WHOLE: Final = (XSD.integer, XSD.nonNegativeInteger)


def broken_clauses(store: ox.Store, axioms: Graph) -> list[str]:
    """Return a line for each clause that some node of the default graph breaks."""
    found = []
    for name, query in _queries(axioms):
        rows = store.query(query)
        assert isinstance(rows, ox.QuerySolutions)
        first = next(iter(rows), None)
        if first is not None:
            found.append(f"{name}: {first[0]}")
    return found


def _queries(axioms: Graph) -> Iterator[tuple[str, str]]:
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
        for term in sorted(axioms.subjects(RDF.type, kind), key=str):
            assert isinstance(term, URIRef)
            yield from _of_property(axioms, term)
    for term in sorted(axioms.subjects(RDF.type, OWL.Class), key=str):
        if isinstance(term, URIRef):
            yield from _of_class(axioms, term)
    for first, second in disjoint_pairs(axioms):
        yield f"{first} excludes {second}", _ask(f"?s a <{first}> , <{second}> .")


def _of_property(axioms: Graph, term: URIRef) -> Iterator[tuple[str, str]]:
    for domain in axioms.objects(term, RDFS.domain):
        yield f"domain of {term}", _ask(f"?s <{term}> ?o . {_none_of('?s', axioms, domain)}")
    for target in axioms.objects(term, RDFS.range):
        name = f"range of {term}"
        if (term, RDF.type, OWL.ObjectProperty) in axioms:
            yield name, _ask(f"?s <{term}> ?o . {_none_of('?o', axioms, target)}", "?o")
        elif target != RDFS.Literal:
            yield name, _ask(f"?s <{term}> ?o . {_other_literal(axioms, target)}", "?s")
    if (term, RDF.type, OWL.FunctionalProperty) in axioms:
        yield f"{term} is functional", _several("", term, 1)


def _of_class(axioms: Graph, term: URIRef) -> Iterator[tuple[str, str]]:
    for above in axioms.objects(term, RDFS.subClassOf):
        if isinstance(above, URIRef):
            yield f"{term} below {above}", _ask(f"?s a <{term}> . {_none_of('?s', axioms, above)}")
            continue
        on = axioms.value(above, OWL.onProperty)
        most = axioms.value(above, OWL.maxCardinality) or axioms.value(above, OWL.cardinality)
        every = axioms.value(above, OWL.allValuesFrom)
        if most is not None:
            yield f"{term} has {most} {on}", _several(f"?s a <{term}> .", on, int(str(most)))
        if isinstance(every, URIRef) and str(every).startswith(str(XSD)):
            body = f"?s a <{term}> ; <{on}> ?o . {_other_literal(axioms, every)}"
            yield f"{term} has only {every} as {on}", _ask(body)
        elif isinstance(every, URIRef):
            body = f"?s a <{term}> ; <{on}> ?o . {_none_of('?o', axioms, every)}"
            yield f"{term} has only {every} as {on}", _ask(body)


def disjoint_pairs(axioms: Graph) -> Iterator[tuple[Node, Node]]:
    """Yield every two classes that exclude each other; groups (owl:AllDisjointClasses) in pairs."""
    yield from axioms.subject_objects(OWL.disjointWith)
    for group in axioms.subjects(RDF.type, OWL.AllDisjointClasses):
        members = list(_members(axioms, group, OWL.members))
        yield from ((a, b) for i, a in enumerate(members) for b in members[:i])


def _members(axioms: Graph, node: Node, link: URIRef) -> Iterable[Node]:
    head = axioms.value(node, link)
    return [] if head is None else Collection(axioms, head)


def _none_of(variable: str, axioms: Graph, target: Node) -> str:
    """No class of a named class or of a union is written on the node."""
    union = isinstance(target, BNode)
    classes = list(_members(axioms, target, OWL.unionOf)) if union else [target]
    return " ".join(f"FILTER NOT EXISTS {{ {variable} a <{c}> }}" for c in classes)


def _other_literal(axioms: Graph, target: Node) -> str:
    if isinstance(target, BNode):
        values = ", ".join(
            value.n3()
            for value in _members(axioms, target, OWL.oneOf)
            if isinstance(value, Literal)
        )
        return f"FILTER(STR(?o) NOT IN ({values}))"
    allowed = _WHOLE if target in _WHOLE else (target,)
    return f"FILTER(DATATYPE(?o) NOT IN ({', '.join(f'<{t}>' for t in allowed)}))"


def _several(of: str, term: Node | None, most: int) -> str:
    return (
        f"SELECT ?s WHERE {{ {of} ?s <{term}> ?o }}"
        f" GROUP BY ?s HAVING(COUNT(DISTINCT ?o) > {most}) LIMIT 1"
    )


def _ask(body: str, shown: str = "?s") -> str:
    return f"SELECT {shown} WHERE {{ {body} }} LIMIT 1"


def sample(store: ox.Store, namespaces: tuple[str, ...], size: int = 3) -> list[ox.Triple]:
    """Return what our and EURIO's terms say of some nodes of every class and of their objects."""
    kind = ox.NamedNode(str(RDF.type))
    chosen: dict[str, set[ox.NamedNode]] = {}
    for quad in store.quads_for_pattern(None, kind, None, ox.DefaultGraph()):
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(namespaces):
            nodes = chosen.setdefault(quad.object.value, set())
            if len(nodes) < size and isinstance(quad.subject, ox.NamedNode):
                nodes.add(quad.subject)
    nodes = {node for found in chosen.values() for node in found}
    objects = (quad.object for node in nodes for quad in _about(store, node))
    around = {o for o in objects if isinstance(o, ox.NamedNode) and "/id/" in o.value}
    told = (quad.triple for node in nodes | around for quad in _about(store, node))
    return [t for t in told if _in_namespace(t, namespaces)]


def _about(store: ox.Store, node: ox.NamedNode) -> Iterator[ox.Quad]:
    yield from store.quads_for_pattern(node, None, None, ox.DefaultGraph())


def _in_namespace(triple: ox.Triple, namespaces: tuple[str, ...]) -> bool:
    if triple.predicate.value == str(RDF.type):
        kind = triple.object
        return isinstance(kind, ox.NamedNode) and kind.value.startswith(namespaces)
    return triple.predicate.value.startswith(namespaces)

"""Terms that nobody defined are found, in data, shapes and queries."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from permed.ontology import EURIO, PM, ontology_files, ontology_nquads, shape_files
from permed.ontology.undefined_terms import undefined_in_query, undefined_terms

THING = "https://w3id.org/permed/id/organisation/dlr"


def triple(predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(THING), ox.NamedNode(predicate), ox.NamedNode(value))


def test_our_own_files_use_defined_terms_only() -> None:
    for path in (*ontology_files(), *shape_files()):
        assert undefined_terms(ox.parse(path=path)) == [], path.name


@pytest.mark.parametrize(
    ("predicate", "value", "missing"),
    [
        (PM.nothing, THING, PM.nothing),
        (PM.roleType, "https://w3id.org/permed/scheme/role/king", None),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", PM.King, PM.King),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "http://xmlns.com/foaf/0.1/Kin", None),
        (EURIO.isKingOf, THING, EURIO.isKingOf),
        ("http://www.w3.org/2004/02/skos/core#perfLabel", THING, None),
        ("https://example.org/unheard-of", THING, None),
    ],
)
def test_undefined_term_is_found(predicate: str, value: str, missing: str | None) -> None:
    found = undefined_terms([triple(predicate, value)])
    assert len(found) == 1
    assert missing is None or found == [missing]


def test_defined_terms_pass() -> None:
    concept = "https://w3id.org/permed/scheme/euroscivoc/23"  # a scheme that comes with the data
    assert undefined_terms([triple(PM.topic, concept), triple(PM.roleOf, THING)]) == []


def test_store_with_named_graphs() -> None:
    graph = ox.NamedNode("https://w3id.org/permed/graph/test")
    store = ox.Store()
    store.bulk_load(input=ontology_nquads(graph.value), format=ox.RdfFormat.N_QUADS)
    assert undefined_terms(store) == []
    thing = ox.NamedNode(THING)
    king = ox.NamedNode("https://w3id.org/permed/scheme/role/king")
    store.add(ox.Quad(thing, ox.NamedNode(PM.nothing), king, graph))
    assert undefined_terms(store) == [PM.nothing, king.value]


QUERY = """
PREFIX mine: <https://example.org/>   # pm:inComment
SELECT ?role WHERE {
  ?role pm:roleOf/rdfs:label|^eurio:hasRole "pm:inText" ; mine:own ?x ;
        pm:roleType <https://w3id.org/permed/scheme/role/chair> .
  ?role eurio:startDate ?start FILTER(?start < "2020-01-01"^^xsd:date && ?start>?y)
}
"""


def test_query_with_defined_terms() -> None:
    assert undefined_in_query(QUERY) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("pm:roleOf", "pm:rolOf", PM.rolOf),
        ("^^xsd:date", "^^xsd:dat", "http://www.w3.org/2001/XMLSchema#dat"),
        ("role/chair", "role/king", "https://w3id.org/permed/scheme/role/king"),
        ("mine:own", "nobody:own", "nobody:own"),
        ("^eurio:hasRole", "^eurio:hasRol", EURIO.hasRol),
    ],
)
def test_query_with_undefined_term(old: str, new: str, found: str) -> None:
    assert undefined_in_query(QUERY.replace(old, new)) == [found]

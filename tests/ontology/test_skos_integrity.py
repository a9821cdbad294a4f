"""Integrity of all concept schemes of a release: our own, and those of the data.

The checks are those of SKOS Reference (S9, S13, S14, S27, S46) and of qSKOS (Mader et al., 2012):
cycles, orphans, missing top concepts, one-way links, label clashes, missing licences.
"""

from __future__ import annotations

import pytest
from rdflib import RDF, SKOS, Graph, URIRef

from permed.graph.store import EmbeddedStore
from permed.ontology import ontology_files, prefix_block

MATCHES = "skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch"
# what must find nothing
FAULTS = {
    "a concept in no scheme": "?x a skos:Concept FILTER NOT EXISTS { ?x skos:inScheme ?s }",
    "a scheme that is none": "?c skos:inScheme ?x FILTER NOT EXISTS { ?x a skos:ConceptScheme }",
    "a scheme without top concepts": (
        "?x a skos:ConceptScheme FILTER NOT EXISTS { ?x skos:hasTopConcept ?t }"
    ),
    "a scheme without licence": (
        "?x a skos:ConceptScheme FILTER NOT EXISTS { ?x dcterms:license ?l FILTER(isIRI(?l)) }"
    ),
    "a scheme without title": "?x a skos:ConceptScheme FILTER NOT EXISTS { ?x dcterms:title ?l }",
    "an orphan": ("?x a skos:Concept FILTER NOT EXISTS { ?x skos:broader|skos:topConceptOf ?any }"),
    "a top concept with a broader one": "?x skos:topConceptOf ?s ; skos:broader ?b",
    "a top concept said one way": "?s skos:hasTopConcept ?x FILTER NOT EXISTS {"
    " ?x skos:topConceptOf ?s }",
    "a top said one way": "?x skos:topConceptOf ?s FILTER NOT EXISTS { ?s skos:hasTopConcept ?x }",
    "broader without narrower": "?x skos:broader ?b FILTER NOT EXISTS { ?b skos:narrower ?x }",
    "narrower without broader": "?b skos:narrower ?x FILTER NOT EXISTS { ?x skos:broader ?b }",
    "a broader concept that is none": (
        "?x skos:broader ?b FILTER NOT EXISTS { ?b a skos:Concept }"
    ),
    "a broader concept of another scheme": (
        "?x skos:broader ?b ; skos:inScheme ?s FILTER NOT EXISTS { ?b skos:inScheme ?s }"
    ),
    "a cycle": "?x skos:broader+ ?x",
    "related and above": "?x skos:related ?y . ?x skos:broader+ ?y",
    "no preferred label": "?x a skos:Concept FILTER NOT EXISTS { ?x skos:prefLabel ?l }",
    "two preferred labels in a language": (
        "?x skos:prefLabel ?a , ?b FILTER(?a != ?b && LANG(?a) = LANG(?b))"
    ),
    "one label preferred and other": "?x skos:prefLabel ?l ; skos:altLabel ?l",
    "one code twice in a scheme": (
        "?x skos:inScheme ?s ; skos:notation ?n . ?y skos:inScheme ?s ; skos:notation ?n"
        " FILTER(STR(?x) < STR(?y))"
    ),
    "one label twice beside each other": (
        "?x a skos:Concept ; skos:prefLabel ?l ; skos:broader ?b ."
        " ?y skos:broader ?b ; skos:prefLabel ?l FILTER(STR(?x) < STR(?y))"
    ),
    "exact and another match at once": (
        "?x a skos:Concept ; skos:exactMatch ?y ; skos:broadMatch|skos:relatedMatch ?y"
    ),
    "a match with itself": f"?x {MATCHES} ?x",
    "a match within the scheme": ("?x skos:exactMatch ?y ; skos:inScheme ?s . ?y skos:inScheme ?s"),
}


@pytest.mark.parametrize("pattern", FAULTS.values(), ids=FAULTS)
def test_no_scheme_has(store: EmbeddedStore, pattern: str) -> None:
    found = store.select_frame(f"{prefix_block()} SELECT DISTINCT ?x WHERE {{ {pattern} }} LIMIT 5")
    assert found["x"].to_list() == []


def test_the_checks_see_faults() -> None:
    """Each pattern finds the fault that it is named after, in a graph made for it."""
    scheme, one, two = "<urn:s>", "<urn:a>", "<urn:b>"
    wrong = Graph().parse(
        data=f"""@prefix skos: <{SKOS}> .
            {scheme} a skos:ConceptScheme ; skos:hasTopConcept {one} .
            {one} a skos:Concept ; skos:inScheme {scheme} , <urn:none> ; skos:broader {two} ;
                skos:topConceptOf <urn:t> ; skos:exactMatch {one} , {two} ; skos:broadMatch {two} ;
                skos:related {two} ; skos:notation "1" ; skos:prefLabel "x"@en , "y"@en ;
                skos:altLabel "x"@en .
            {two} a skos:Concept ; skos:broader {one} , <urn:far> ; skos:narrower <urn:c> ;
                skos:inScheme {scheme} ; skos:notation "1" .
            <urn:c> skos:prefLabel "z"@en ; skos:broader <urn:far> ; a skos:Concept .
            <urn:d> skos:prefLabel "z"@en ; skos:broader <urn:far> .
            <urn:e> a skos:Concept . <urn:f> a skos:ConceptScheme ."""
    )
    unseen = [
        name
        for name, pattern in FAULTS.items()
        if not list(wrong.query(f"{prefix_block()} SELECT ?x WHERE {{ {pattern} }}"))
    ]
    assert unseen == []


def test_countries_are_those_of_the_authority_table(store: EmbeddedStore) -> None:
    """The Publications Office names countries by ISO 3166-1 alpha-3."""
    rows = store.select_frame(
        prefix_block() + "SELECT ?code ?other WHERE { ?c a pm:Country ; pm:iso3 ?code ;"
        ' skos:exactMatch ?other FILTER(CONTAINS(STR(?other), "authority/country/")) }'
    )
    assert rows.height > 240
    assert all(str(other).endswith(f"/{code}") for code, other in rows.iter_rows())


def test_matches_lead_to_public_schemes() -> None:
    """Outward links of our own schemes, said only where the other scheme says the same."""
    graph = Graph()
    for path in ontology_files():
        graph.parse(path)
    homes = ("http://purl.org/coar/resource_type/", "http://www.wikidata.org/entity/Q")
    outward = [
        str(other)
        for concept in graph.subjects(RDF.type, SKOS.Concept)
        for match in (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch)
        for other in graph.objects(concept, match)
        if isinstance(other, URIRef) and "permed" not in other
    ]
    for home in homes:
        assert sum(other.startswith(home) for other in outward) >= 9, home

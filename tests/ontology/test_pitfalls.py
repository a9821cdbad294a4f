"""Pitfalls of ontologies, after the catalogue of OOPS! (Poveda-Villalón and others, 2014).

Each test names the pitfalls that it looks for; what the catalogue calls minor and we do on purpose
is said beside it. Contradictions are looked for in test_consistency.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.namespace import VANN
from rdflib.term import Node

from permed.graph.mapping.statements import property_name
from permed.ontology import ONTOLOGY_IRI, PM, expand, ontology_files, scheme_codes

ONTOLOGY = URIRef(ONTOLOGY_IRI)
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)
# said of several kinds of node or between any things: a domain or range would infer wrongly
ANY_SUBJECT = {
    *("acronym", "formerName", "country", "region", "city", "identifier", "topic", "relevance"),
    *("evidence", "seen", "startAsStated", "endAsStated", "totalCost", "matchFeatures"),
    "withdrawn",
}
ANY_OBJECT = {"roleIn", "issuedBy", "figureOf", "classifies", "formerName"}
BETWEEN_THINGS = {property_name(c).removeprefix("pm:") for c in scheme_codes("relation")}


@pytest.fixture(scope="module")
def terms() -> Graph:
    """Our terms alone, without alignments and schemes."""
    return Graph().parse(ontology_files()[0])


def own(terms: Graph, *kinds: URIRef) -> Iterator[tuple[str, URIRef]]:
    for kind in kinds:
        for term in terms.subjects(RDF.type, kind):
            if isinstance(term, URIRef) and str(term).startswith(str(PM)):
                yield str(term).removeprefix(str(PM)), term


def test_p08_p20_every_term_says_what_it_is(terms: Graph) -> None:
    for name, term in own(terms, OWL.Class, *PROPERTIES):
        label, definition = terms.value(term, RDFS.label), terms.value(term, SKOS.definition)
        assert isinstance(label, Literal), name
        assert isinstance(definition, Literal), name
        assert label.language == definition.language == "en", name
        assert str(label) != str(definition), name


def test_p02_p32_no_two_terms_of_one_label(terms: Graph) -> None:
    for kind in (OWL.Class, *PROPERTIES):
        labels = Counter(str(terms.value(t, RDFS.label)) for _, t in own(terms, kind))
        assert [label for label, n in labels.items() if n > 1] == []


def test_p11_domains_and_ranges_are_said_or_left_open_on_purpose(terms: Graph) -> None:
    for predicate, free in ((RDFS.domain, ANY_SUBJECT), (RDFS.range, ANY_OBJECT)):
        open_ends = {
            name for name, t in own(terms, *PROPERTIES) if terms.value(t, predicate) is None
        }
        assert open_ends - BETWEEN_THINGS == free, predicate


def test_p19_no_term_has_two_domains_or_ranges(terms: Graph) -> None:
    """Two would mean both at once."""
    for name, term in own(terms, *PROPERTIES):
        for predicate in (RDFS.domain, RDFS.range):
            assert len(list(terms.objects(term, predicate))) <= 1, name


def test_p06_p24_no_cycle_in_a_hierarchy(terms: Graph) -> None:
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf):
        for term in set(terms.subjects(predicate)):
            above = set(terms.transitive_objects(term, predicate)) - {term}
            assert (term, predicate, term) not in terms, term
            assert all(term not in terms.objects(a, predicate) for a in above), term


def test_p04_no_class_stands_alone(terms: Graph) -> None:
    used = {*terms.objects(None, RDFS.domain), *terms.objects(None, RDFS.range)}
    for name, term in own(terms, OWL.Class):
        hung = (term, RDFS.subClassOf, None) in terms or (None, RDFS.subClassOf, term) in terms
        assert term in used or hung, name


def test_p10_classes_exclude_each_other(terms: Graph) -> None:
    pairs = set(terms.subject_objects(OWL.disjointWith))
    apart = {node for pair in pairs for node in pair}
    outside = {name for name, term in own(terms, OWL.Class) if term not in apart}
    # kinds of output overlap (a recognised work may be a report), funding is a role or a grant
    kinds = {"Publication", "Report", "Recommendation", "Dataset", "Software", "RecognisedWork"}
    assert outside == {*kinds, "Funding"}


def test_p25_p26_p28_p29_kinds_of_property_fit(terms: Graph) -> None:
    for name, term in own(terms, OWL.ObjectProperty):
        kinds = set(terms.objects(term, RDF.type))
        assert not {OWL.SymmetricProperty, OWL.AsymmetricProperty} <= kinds, name
        assert not {OWL.TransitiveProperty, OWL.FunctionalProperty} <= kinds, name  # not in OWL DL
        assert (term, OWL.inverseOf, term) not in terms, name
    for name, term in own(terms, OWL.DatatypeProperty):
        assert set(terms.objects(term, RDF.type)) <= {OWL.DatatypeProperty, OWL.FunctionalProperty}
        assert str(terms.value(term, RDFS.range) or XSD.string).startswith(str(XSD)), name


def test_p22_names_follow_one_way(terms: Graph) -> None:
    for name, _ in own(terms, OWL.Class):
        assert re.fullmatch(r"([A-Z][a-z]+)+", name), name
    for name, _ in own(terms, *PROPERTIES):
        assert re.fullmatch(r"[a-z]+[0-9]?([A-Z][a-z]+)*", name), name


def test_p34_p35_nothing_is_used_untyped(terms: Graph) -> None:
    both = terms + Graph().parse(ontology_files()[1])
    typed = set(both.subjects(RDF.type))
    spoken = {n for p in (RDFS.domain, RDFS.range, RDFS.subClassOf) for n in terms.objects(None, p)}
    spoken |= {n for n in terms.subjects() if isinstance(n, URIRef)}
    mine: set[Node] = {n for n in spoken if str(n).startswith((str(PM), expand("eurio:")))}
    assert mine - typed == set()


def test_p38_p41_the_ontology_describes_itself(terms: Graph) -> None:
    wanted = (
        *(DCTERMS.title, DCTERMS.description, DCTERMS.creator, DCTERMS.publisher, DCTERMS.created),
        *(DCTERMS.modified, DCTERMS.license, OWL.versionIRI, OWL.versionInfo, OWL.priorVersion),
        *(VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri),
    )
    assert (ONTOLOGY, RDF.type, OWL.Ontology) in terms
    assert [p for p in wanted if terms.value(ONTOLOGY, p) is None] == []
    version = str(terms.value(ONTOLOGY, OWL.versionInfo))
    assert str(terms.value(ONTOLOGY, OWL.versionIRI)) == f"{ONTOLOGY_IRI}/{version}"


def test_nothing_is_a_blank_node() -> None:
    for path in ontology_files():
        nodes = {n for triple in Graph().parse(path) for n in triple}
        assert not any(isinstance(n, BNode) for n in nodes), path.name

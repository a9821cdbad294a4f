"""The vocabulary's files: everything parses, is described, and leans on terms that exist."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import rdflib.namespace as shipped
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, VANN, DefinedNamespace

from permed.graph.mapping import classes
from permed.graph.mapping.statements import property_name
from permed.graph.tables.model import TABLES
from permed.ontology import (
    EURIO,
    ONTOLOGY_IRI,
    PM,
    SCHEME,
    concept_iri,
    expand,
    ontology_files,
    partner_role_codes,
    scheme_codes,
    scheme_names,
    shape_files,
)

OWN = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
TOPIC_SCHEMES = {"permed-challenges", "sria-areas", "pm-relevance"}


def own_terms(vocabulary: Graph) -> list[URIRef]:
    found = {s for kind in OWN for s in vocabulary.subjects(RDF.type, kind)}
    return sorted(s for s in found if isinstance(s, URIRef) and str(s).startswith(str(PM)))


@pytest.mark.parametrize("path", [*ontology_files(), *shape_files()], ids=lambda p: p.name)
def test_file_parses(path: Path) -> None:
    assert len(Graph().parse(path)) > 10


def test_header(vocabulary: Graph) -> None:
    header = URIRef(ONTOLOGY_IRI)
    assert vocabulary.value(header, OWL.imports) == URIRef(str(EURIO))
    assert vocabulary.value(header, DCTERMS.creator) == Literal("PerMed Graph contributors")
    assert vocabulary.value(header, VANN.preferredNamespaceUri) == Literal(str(PM))
    assert re.fullmatch(r"\d+\.\d+\.\d+", str(vocabulary.value(header, OWL.versionInfo)))


def test_own_terms_are_described(vocabulary: Graph) -> None:
    terms = own_terms(vocabulary)
    assert len(terms) > 100
    for term in terms:
        for predicate in (RDFS.label, SKOS.definition):
            texts = list(vocabulary.objects(term, predicate))
            assert len(texts) == 1, f"{term} {predicate}"
            assert isinstance(texts[0], Literal)
            assert texts[0].language == "en"
        assert vocabulary.value(term, RDFS.isDefinedBy) == URIRef(ONTOLOGY_IRI)


def test_examples_use_their_term(vocabulary: Graph) -> None:
    for term in own_terms(vocabulary):
        example = vocabulary.value(term, SKOS.example)
        assert example is not None, f"{term} has no example"
        graph = Graph().parse(data=turtle(str(example)), format="turtle")
        assert term in {node for triple in graph for node in triple}, f"{term}: {example}"


def turtle(example: str) -> str:
    """Examples stand on their own with the base of things and the prefixes of the vocabulary."""
    head = "".join(f"@prefix {p}: <{n}> .\n" for p, n in prefixes())
    return f"@base <https://w3id.org/permed/id/> .\n{head}{example}"


def prefixes() -> list[tuple[str, str]]:
    text = (Path(ontology_files()[0])).read_text(encoding="utf-8")
    return re.findall(r"^@prefix (\w+): <([^>]+)> \.$", text, re.MULTILINE)


def test_role_pattern_holds_eurio(vocabulary: Graph) -> None:
    for ours, theirs in (("roleOf", "isRoleOf"), ("roleIn", "isInvolvedIn")):
        assert (URIRef(EURIO[theirs]), RDFS.subPropertyOf, URIRef(PM[ours])) in vocabulary
    for name in ("Role", "OrganisationRole"):
        assert (URIRef(EURIO[name]), RDFS.subClassOf, URIRef(PM.Role)) in vocabulary


def test_domains_and_ranges_are_known(vocabulary: Graph) -> None:
    known = set(vocabulary.subjects(RDF.type, OWL.Class)) | {SKOS.Concept, RDF.Statement}
    for predicate in (RDFS.domain, RDFS.range, RDFS.subClassOf):
        for subject, value in vocabulary.subject_objects(predicate):
            if str(subject).startswith(str(PM)) and "alignments" not in str(subject):
                assert value in known or not str(value).startswith((str(PM), str(EURIO))), subject


@pytest.mark.parametrize("scheme", scheme_names())
def test_concepts_are_described(vocabulary: Graph, scheme: str) -> None:
    head = URIRef(SCHEME[scheme])
    concepts = list(vocabulary.subjects(SKOS.inScheme, head))
    assert vocabulary.value(head, DCTERMS.title) is not None
    assert len(concepts) >= len(scheme_codes(scheme)) > 2
    for concept in concepts:
        for predicate in (SKOS.prefLabel, SKOS.definition):
            texts = [o.language for o in vocabulary.objects(concept, predicate)]  # type: ignore[attr-defined]
            assert texts == ["en"], f"{concept} {predicate}"
        code = vocabulary.value(concept, SKOS.notation)
        assert code is None or str(concept) == concept_iri(scheme, str(code))
        top = (concept, SKOS.topConceptOf, head) in vocabulary
        broader = list(vocabulary.objects(concept, SKOS.broader))
        assert top != bool(broader), f"{concept} stands nowhere in its scheme"
        assert all((b, SKOS.inScheme, head) in vocabulary for b in broader)
    tops = set(vocabulary.subjects(SKOS.topConceptOf, head))
    assert tops == set(vocabulary.objects(head, SKOS.hasTopConcept))


def test_every_role_type_says_whether_it_makes_a_partner(vocabulary: Graph) -> None:
    for code in scheme_codes("role"):
        says = list(vocabulary.objects(URIRef(concept_iri("role", code)), URIRef(PM.makesPartner)))
        assert len(says) == 1, code
    speaking = {"representative", "contact", "participating-country", "observer", "funder"}
    assert not partner_role_codes() & speaking
    assert {"coordinator", "participant", "third-party", "member"} <= partner_role_codes()


def test_schemes_are_those_of_the_tables() -> None:
    used = {c.scheme for table in TABLES.values() for c in table if c.scheme}
    assert used == set(scheme_names()) - TOPIC_SCHEMES


def test_mapping_knows_only_codes_of_the_schemes() -> None:
    for table, scheme in (
        (classes.ORGANISATION, "organisation-type"),
        (classes.ACTIVITY, "activity-type"),
        (classes.OUTPUT, "output-type"),
        (classes.ROLE_LABEL, "role"),
    ):
        assert set(table) <= scheme_codes(scheme)
    assert set(classes.ACTIVITY) == scheme_codes("activity-type")


def test_every_relation_code_has_its_property(vocabulary: Graph) -> None:
    for code in scheme_codes("relation"):
        term = URIRef(expand(property_name(code)))
        assert (term, RDF.type, OWL.ObjectProperty) in vocabulary
        concept = URIRef(concept_iri("relation", code))
        assert (concept, RDFS.seeAlso, term) in vocabulary


def test_agenda_labels_name_their_source(vocabulary: Graph) -> None:
    for scheme in ("permed-challenges", "sria-areas"):
        for code in scheme_codes(scheme):
            concept = URIRef(concept_iri(scheme, code))
            assert vocabulary.value(concept, DCTERMS.source) is not None
    challenges = URIRef(SCHEME["permed-challenges"])
    assert "judgement" in str(vocabulary.value(challenges, SKOS.note))


def test_borrowed_terms_exist(vocabulary: Graph) -> None:
    borrowed: list[type[DefinedNamespace]] = [shipped.SDO, shipped.ORG, shipped.PROV, shipped.DCAT]
    borrowed += [shipped.FOAF, SKOS, DCTERMS, OWL, RDFS, VANN]
    closed = {str(namespace): namespace for namespace in borrowed}
    nodes = {node for triple in vocabulary for node in triple if isinstance(node, URIRef)}
    for base, namespace in closed.items():
        theirs = {n for n in nodes if str(n).startswith(base)}
        assert theirs, f"nothing of {base} is used"
        assert [n for n in theirs if n not in namespace] == []


def test_every_own_class_is_aligned_or_special(vocabulary: Graph) -> None:
    """A class without a counterpart elsewhere hangs below one that has it."""
    links = (RDFS.subClassOf, SKOS.closeMatch, SKOS.broadMatch, SKOS.relatedMatch)
    for term in own_terms(vocabulary):
        if (term, RDF.type, OWL.Class) in vocabulary:
            assert any((term, p, None) in vocabulary for p in links), term


@pytest.mark.full
def test_declared_eurio_terms_are_in_eurio() -> None:
    data = os.environ.get("PERMED_DATA")
    if not data:
        pytest.skip("PERMED_DATA is not set: EURIO.ttl is not at hand")
    eurio = Graph().parse(Path(data) / "eurio" / "EURIO.ttl")
    used = Graph().parse(ontology_files()[1])
    for kind in OWN:
        for term in used.subjects(RDF.type, kind):
            assert (term, RDF.type, kind) in eurio, term
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, OWL.inverseOf):
        for s, o in used.subject_objects(predicate):
            assert (s, predicate, o) in eurio or (o, predicate, s) in eurio, f"{s} {o}"

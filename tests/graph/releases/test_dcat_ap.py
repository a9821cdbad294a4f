"""The description of a release: DCAT-AP, VoID with right counts, provenance."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shacl
from rdflib import DCAT, DCTERMS, FOAF, PROV, RDF, VOID, Graph, Literal, Namespace, URIRef

from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore

SHAPES = Path(__file__).with_name("dcat_ap_3.ttl").read_text(encoding="utf-8")
BASE = "https://w3id.org/permed/"
DATASET = URIRef(f"{BASE}dataset")
SPDX = Namespace("http://spdx.org/rdf/terms#")


@pytest.fixture(scope="module")
def told(release: Release) -> Graph:
    return Graph().parse(release.path / "void.ttl")


def faults(graph: Graph) -> list[tuple[str, str | None, str]]:
    shapes = shacl.Shapes.from_turtle(SHAPES)
    report = shapes.validate_text(graph.serialize(format="nt"), format="ntriples")
    return [(r.focus_node, r.path, r.component) for r in report.results]


def test_dcat_ap_finds_no_fault(told: Graph) -> None:
    assert faults(told) == []


@pytest.mark.parametrize(
    ("kind", "link"),
    [
        (DCAT.Catalog, DCTERMS.publisher),
        (DCAT.Dataset, DCTERMS.title),
        (DCAT.Distribution, DCAT.accessURL),
        (DCAT.DataService, DCAT.endpointURL),
        (FOAF.Agent, FOAF.name),
        (SPDX.Checksum, SPDX.algorithm),
    ],
)
def test_dcat_ap_sees_what_is_missing(told: Graph, kind: URIRef, link: URIRef) -> None:
    node = min(told.subjects(RDF.type, kind), key=str)
    wrong = told - Graph()
    wrong.remove((node, link, None))
    assert any(node.n3() == focus for focus, _, _ in faults(wrong))
    wrong.add((node, link, Literal(1) if link != FOAF.name else URIRef("urn:x")))
    assert link in (DCTERMS.title, DCAT.accessURL) or faults(wrong) != []


def test_every_graph_has_a_licence_by_address(told: Graph, store: EmbeddedStore) -> None:
    for graph in store.graphs():
        (licence,) = told.objects(URIRef(graph), DCTERMS.license)
        assert str(licence).startswith("https://creativecommons.org/")
        assert told.value(told.value(URIRef(graph), DCTERMS.publisher), FOAF.name) is not None


def test_counts_are_those_of_the_store(told: Graph, store: EmbeddedStore) -> None:
    whole = store.select_frame("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")["n"][0]
    assert int(str(told.value(DATASET, VOID.triples))) == whole
    by_class = store.select_frame("SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c")
    parts = list(told.objects(DATASET, VOID.classPartition))
    found = {
        str(told.value(p, VOID["class"])): int(str(told.value(p, VOID.entities))) for p in parts
    }
    assert found == {str(c): int(n) for c, n in by_class.iter_rows()}


def test_linksets_count_what_leads_outside(told: Graph, store: EmbeddedStore) -> None:
    linksets = list(told.subjects(RDF.type, VOID.Linkset))
    assert len(linksets) >= 4
    stems = {n: str(told.value(told.value(n, VOID.objectsTarget), VOID.uriSpace)) for n in linksets}
    for node, stem in stems.items():
        longer = [s for s in stems.values() if s.startswith(stem) and s != stem]  # Crossref's DOIs
        n = store.select_frame(
            "SELECT (COUNT(*) AS ?n) { ?s <http://www.w3.org/2004/02/skos/core#exactMatch> ?o"
            f' FILTER(CONTAINS(STR(?s), "/id/") && STRSTARTS(STR(?o), "{stem}"))'
            + "".join(f' FILTER(!STRSTARTS(STR(?o), "{other}"))' for other in longer)
            + "}"
        )["n"][0]
        assert int(str(told.value(node, VOID.triples))) == n, stem


def test_examples_are_there_and_vocabularies_named(told: Graph, store: EmbeddedStore) -> None:
    examples = list(told.objects(DATASET, VOID.exampleResource))
    assert len(examples) == 3
    for example in examples:
        assert not store.select_frame(f"SELECT ?p {{ <{example}> ?p ?o }} LIMIT 1").is_empty()
    assert len(list(told.objects(DATASET, VOID.vocabulary))) >= 5


def test_provenance_names_every_input_with_its_checksum(release: Release) -> None:
    g = Graph().parse(release.path / "provenance.ttl")
    receipt = json.loads((release.path / "receipt.json").read_text(encoding="utf-8"))
    inputs = {(name, sha) for s in receipt["sources"].values() for name, sha in s["inputs"].items()}
    (build,) = g.subjects(RDF.type, PROV.Activity)
    used = {
        (
            str(g.value(file, DCTERMS.title)),
            str(g.value(g.value(file, SPDX.checksum), SPDX.checksumValue)),
        )
        for file in g.objects(build, PROV.used)
    }
    assert used == inputs
    assert str(g.value(build, DCTERMS.identifier)) == receipt["key"]
    software = g.value(build, PROV.wasAssociatedWith)
    assert str(g.value(software, DCTERMS.hasVersion)) == receipt["packages"]["permed-graph"]
    assert (URIRef(f"{BASE}releases/{release.id}/"), PROV.wasGeneratedBy, build) in g

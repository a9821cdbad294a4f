"""JSON-LD with the friendly names carries the same graph there and back."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, Graph, URIRef
from rdflib.compare import isomorphic

from permed.ontology import PM, PREFIXES, context_text

# rdflib's own JSON-LD parser still uses the class that rdflib deprecates
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

CONTEXT: dict[str, Any] = json.loads(context_text())["@context"]


def test_round_trip(good: Graph) -> None:
    text = good.serialize(format="json-ld", context=CONTEXT, auto_compact=False)
    again = Graph().parse(data=text, format="json-ld")
    assert isomorphic(good, again)


def test_names_are_friendly(good: Graph) -> None:
    document = json.loads(good.serialize(format="json-ld", context=CONTEXT))
    nodes = {node["id"]: node for node in document["@graph"]}
    role = nodes["https://w3id.org/permed/id/role/participation"]
    assert role["roleOf"] == "https://w3id.org/permed/id/organisation/frrb"
    assert role["startDate"] == "2016-11-01"
    assert set(role["type"]) == {"Role", "ProjectParticipation", "OrganisationRole"}
    assert nodes["https://w3id.org/permed/id/country/IT"]["labelByLanguage"] == {"en": "Italy"}


def test_written_by_hand() -> None:
    document = {
        "@context": CONTEXT,
        "id": "https://w3id.org/permed/id/consortium/icpermed",
        "type": ["Activity", "Consortium"],
        "label": "ICPerMed",
        "heldRoles": [{"id": "https://w3id.org/permed/id/role/1", "statedAs": "chair"}],
    }
    graph = Graph().parse(data=json.dumps(document), format="json-ld")
    consortium = URIRef("https://w3id.org/permed/id/consortium/icpermed")
    role = URIRef("https://w3id.org/permed/id/role/1")
    assert (role, URIRef(PM.roleIn), consortium) in graph
    assert (consortium, RDF.type, URIRef(PM.Consortium)) in graph


def test_every_term_has_a_name(vocabulary: Graph) -> None:
    named = {v.get("@id") if isinstance(v, dict) else v for v in CONTEXT.values()}
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        for term in vocabulary.subjects(RDF.type, kind):
            if str(term).startswith(str(PM)):
                assert f"pm:{str(term)[len(str(PM)) :]}" in named, term


def test_second_parser_reads_the_same(good: Graph) -> None:
    text = good.serialize(format="json-ld", context=CONTEXT, auto_compact=False)
    quads = ox.parse(input=text, format=ox.RdfFormat.JSON_LD)
    lines = {f"{q.subject} {q.predicate} {q.object} ." for q in quads}
    again = Graph().parse(data="\n".join(sorted(lines)), format="nt")
    assert isomorphic(good, again)


def test_prefixes_are_the_common_ones() -> None:
    assert {p: CONTEXT[p] for p in PREFIXES} == PREFIXES

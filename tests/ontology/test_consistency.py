"""Loaded with EURIO, a release is consistent and no class of ours is empty by definition.

Two ways, which share nothing: every axiom as a query over the whole release, and a description
logic reasoner over the vocabulary and a sample of every class. `make full` adds HermiT.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
import rustdl
from rdflib import OWL, RDF, Graph
from rdflib.compare import isomorphic

from permed.graph.store import EmbeddedStore
from permed.ontology import EURIO, PM, ontology_files
from tests.ontology.clauses import broken_clauses, disjoint_pairs, sample

AXIOMS = Path(__file__).parent / "eurio-2.4-axioms.ttl"
NAMESPACES = (str(PM), str(EURIO))
# each of its members needs one eurio:roleLabel, whose domain is a class that excludes it
EMPTY_IN_EURIO = [EURIO.PersonRole]
# what earlier releases published, and EURIO forbids
CONTRADICTIONS = {
    "a person's role in EURIO": f"<urn:x> a <{EURIO.PersonRole}> .",
    "an SME that is a company": (
        f"<urn:x> a <{EURIO.Organisation}>, <{EURIO.SME}>, <{EURIO.ForProfitOrganisation}> ."
    ),
    "a report that is a publication": (
        f"<urn:x> a <{EURIO.Result}>, <{EURIO.ProjectDeliverable}> ; <{EURIO.publisher}> 'P' ."
    ),
    "a title with a language": f"<urn:x> a <{EURIO.Project}> ; <{EURIO.title}> 'Titel'@de .",
    "a DOI as plain text": f"<urn:x> <{EURIO.doi}> '10.3030/731366' .",
    "two record numbers": f"<urn:x> <{EURIO.rcn}> 1 , 2 .",
    "a role with a word of CORDIS": (
        f"<urn:x> a <{EURIO.Role}>, <{EURIO.OrganisationRole}> ; <{EURIO.roleLabel}> 'thirdParty' ."
    ),
}


@pytest.fixture(scope="session")
def axioms() -> Graph:
    """EURIO's axioms and our own."""
    return Graph().parse(AXIOMS).parse(ontology_files()[0])


@pytest.fixture(scope="session")
def terms(axioms: Graph) -> list[ox.Triple]:
    """Vocabulary, alignments and EURIO's axioms; this reasoner reads disjointness in pairs only."""
    told = [q.triple for path in (*ontology_files()[:3], AXIOMS) for q in ox.parse(path=path)]
    excludes = ox.NamedNode(str(OWL.disjointWith))
    told += [
        ox.Triple(ox.NamedNode(str(a)), excludes, ox.NamedNode(str(b)))
        for a, b in disjoint_pairs(axioms)
    ]
    return [t for t in told if t.predicate.value != str(OWL.imports)]


@pytest.fixture(scope="session")
def triples(store: EmbeddedStore, terms: list[ox.Triple]) -> list[ox.Triple]:
    """What a reasoner gets: the terms, and some nodes of every class."""
    return [*terms, *sample(store.native, NAMESPACES)]


def test_release_breaks_no_clause(store: EmbeddedStore, axioms: Graph) -> None:
    assert broken_clauses(store.native, axioms) == []


def written(triples: list[ox.Triple], path: Path) -> str:
    path.write_bytes(ox.serialize(triples, format=ox.RdfFormat.RDF_XML) or b"")
    return str(path)


def test_reasoner_finds_no_contradiction(triples: list[ox.Triple], tmp_path: Path) -> None:
    found = rustdl.classify(written(triples, tmp_path / "release.owl"), global_timeout_ms=0)
    assert not found.inconsistent
    assert not found.consistency_undetermined
    assert found.unsatisfiable == EMPTY_IN_EURIO


@pytest.mark.parametrize("wrong", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictions_are_seen(
    wrong: str, axioms: Graph, terms: list[ox.Triple], tmp_path: Path
) -> None:
    told = [q.triple for q in ox.parse(wrong, format=ox.RdfFormat.TURTLE)]
    store = ox.Store()
    store.extend(ox.Quad(*t) for t in told)
    assert broken_clauses(store, axioms) != []
    assert not rustdl.is_consistent(written([*told, *terms], tmp_path / "wrong.owl"))


@pytest.mark.full
def test_kept_axioms_are_those_of_eurio() -> None:
    kept = Graph().parse(AXIOMS)
    whole = _eurio()
    links = set(kept.predicates())
    logic = Graph()
    for s, p, o in whole:
        if p in links and (s, RDF.type, OWL.Ontology) not in whole and "w3.org" not in str(s):
            logic.add((s, p, o))
    assert isomorphic(kept, logic)


@pytest.mark.full
def test_hermit_finds_no_contradiction(triples: list[ox.Triple], tmp_path: Path) -> None:
    """HermiT knows no xsd:date: days become instants; and no host name beyond ASCII."""
    if shutil.which("java") is None:
        pytest.skip("no Java: HermiT needs it (apt-get install default-jre-headless)")
    owlready = pytest.importorskip("owlready2")
    folder = Path(owlready.__file__).parent / "hermit"
    whole = [*triples, *(ox.Triple(*t) for t in _native(_eurio()))]
    path = Path(written(whole, tmp_path / "release.owl"))
    text = path.read_text(encoding="utf-8").replace('XMLSchema#date"', 'XMLSchema#dateTime"')
    text = re.sub(r'(#dateTime">[0-9-]{10})<', r"\1T00:00:00<", text)
    path.write_text(text.encode("ascii", "replace").decode(), encoding="utf-8")
    command = ["java", "-cp", f"{folder}:{folder / 'HermiT.jar'}"]
    command += ["org.semanticweb.HermiT.cli.CommandLine", "-k", path.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "owl#Thing is satisfiable." in done.stdout, done.stdout + done.stderr


def _native(graph: Graph) -> list[ox.Triple]:
    text = graph.serialize(format="nt")
    found = [q.triple for q in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]
    return [t for t in found if t.predicate.value != str(OWL.imports)]


def _eurio() -> Graph:
    data = os.environ.get("PERMED_DATA")
    if not data:
        pytest.skip("PERMED_DATA is not set: EURIO.ttl is not at hand")
    return Graph().parse(Path(data) / "eurio" / "EURIO.ttl")

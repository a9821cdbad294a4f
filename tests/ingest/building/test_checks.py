"""The checks find nothing in the packaged release; the mutations show that each finds its fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, URIRef, Variable
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from permed.graph.errors import GateRefused, InputError
from permed.graph.releases.release import Release
from permed.graph.shacl import checks
from permed.graph.shacl.checks import CHECK_FILES, faults, faults_in
from permed.ingest.building import writing
from permed.ingest.building.gate import failed_checks
from permed.ontology import prefix_block
from tests.ontology.judging import packed, together
from tests.ontology.mutations import copies, good_triples, mutations

ID = "https://w3id.org/permed/id/"


def release_with(folder: Path, triples: str) -> Path:
    store = ox.Store()
    store.update(f"{prefix_block()} INSERT DATA {{ GRAPH <{ID}g> {{ {triples} }} }}")
    (folder / "graphs").mkdir()
    store.dump(str(folder / "graphs" / "g.nq"), ox.RdfFormat.N_QUADS)
    return folder


def test_a_fault_stops_a_release_and_says_what_is_right(tmp_path: Path) -> None:
    release_with(tmp_path, f'<{ID}country/DE> a pm:Country ; skos:notation "FR"')
    with pytest.raises(GateRefused, match=r"check country-and-code: <.*DE>, \"FR\"; The address"):
        writing._checked(tmp_path, [])


def test_every_check_says_what_is_right() -> None:
    for path in CHECK_FILES.glob("*.rq"):
        assert path.read_text().startswith("# "), path


def test_a_check_that_asks_no_question_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.rq").write_text("# Nothing.\nASK { ?s ?p ?o }")
    with pytest.raises(InputError, match="must be a SELECT"):
        list(faults(ox.Store(), tmp_path))


def test_the_packaged_release_passes(release: Release) -> None:
    assert [str(f) for f in failed_checks(release.path) if not f.warning] == []


def _broken(folder: Path) -> Path:
    """N-Quads with faults of many kinds: valid data broken, a copy a few."""
    groups = packed(mutations())[::10]
    text = copies([together(group) for group in groups], good_triples())
    path = folder / "broken.nq"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("together_up_to", [0, 10**9])
def test_files_have_the_faults_that_a_store_has(
    together_up_to: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_TOGETHER", together_up_to)
    path = _broken(tmp_path)
    store = ox.Store()
    store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    found = list(faults_in([path]))
    assert found == list(faults(store))
    assert len({fault.check for fault in found}) > 4
    assert list(tmp_path.iterdir()) == [path]


def test_checks_ask_for_properties_and_classes_by_name() -> None:
    """So that a store with these alone gives the same rows; VALUES name them too."""
    for path in CHECK_FILES.glob("*.rq"):
        parts = list(_parts(translateQuery(parseQuery(prefix_block() + path.read_text())).algebra))
        triples = [t for part in parts if part.name == "BGP" for t in part["triples"]]
        named = {v for part in parts if part.name == "values" for row in part["res"] for v in row}
        assert triples
        for _, predicate, value in triples:
            assert not isinstance(predicate, Variable) or predicate in named, path
            assert predicate != RDF.type or isinstance(value, URIRef), path


def _parts(part: object) -> Iterator[CompValue]:
    if isinstance(part, CompValue):
        yield part
        for value in part.values():
            yield from _parts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _parts(value)

"""The same rows from rdflib: a few questions always, all of them on the packaged facts in full.

rdflib gives one row for groups of nothing, where the standard gives none (SPARQL 1.1, 18.5); so
questions are compared that have rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore
from permed.queries.catalogue import Catalogue
from tests.api.http.sample import make_release
from tests.queries.conftest import BASE
from tests.queries.second_engine import differences, graph_of

Engines = tuple[EmbeddedStore, rdflib.Graph]
ALWAYS = (
    "funders-by-call", "only-links", "body-roles", "publications", "mapping-database",
    "reported-figures", "membership",
)  # fmt: skip
QUESTIONS = [question.name for question in Catalogue.load()]


def engines(graphs: Iterable[Path]) -> Engines:
    """Both engines over the same triples, those of several graphs once."""
    store = ox.Store()
    for path in graphs:
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS):
            store.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    lines = "\n".join(f"{quad.triple} ." for quad in store)
    return EmbeddedStore(store), graph_of(lines)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Engines:
    """A small release in the real layout."""
    home = tmp_path_factory.mktemp("small")
    make_release(home, "2026-01-01-sample", "")
    return engines(sorted(home.glob("*-sample/graphs/*.nq")))


@pytest.fixture(scope="module")
def packaged(release: Release) -> Engines:
    """The packaged facts without the sample of CORDIS, which rdflib takes hours for."""
    return engines(path for path in release.graphs if path.stem != "cordis")


def agree(name: str, both: Engines) -> None:
    question = Catalogue.load().get(name)
    ours, theirs = differences(question, question.examples(), *both, BASE)
    assert (ours, theirs) == ({}, {})


@pytest.mark.parametrize("name", ALWAYS)
def test_another_engine_gives_the_same_rows(small: Engines, name: str) -> None:
    question = Catalogue.load().get(name)
    terms = question.bind(question.examples(), BASE)
    assert small[0].query(question.sparql(BASE), substitutions=terms).rows()
    agree(name, small)


@pytest.mark.full
@pytest.mark.parametrize("name", QUESTIONS)
def test_another_engine_gives_the_same_rows_of_the_packaged_facts(
    packaged: Engines, name: str
) -> None:
    agree(name, packaged)

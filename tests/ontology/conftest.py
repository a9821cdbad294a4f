"""Graphs that the tests of the vocabulary share; each is parsed once."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph

from permed.ontology import ontology_files, shapes_text


@pytest.fixture(scope="session")
def vocabulary() -> Graph:
    """The whole vocabulary: terms, EURIO names, alignments, schemes."""
    graph = Graph()
    for path in ontology_files():
        graph.parse(path)
    return graph


@pytest.fixture(scope="session")
def shapes() -> Graph:
    """All shapes."""
    return Graph().parse(data=shapes_text(), format="turtle")


@pytest.fixture(scope="session")
def good() -> Graph:
    """A conforming node of every class."""
    return Graph().parse(Path(__file__).parent / "good.ttl")

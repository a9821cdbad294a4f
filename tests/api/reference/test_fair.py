"""The FAIR page says of a release only what its description bears out."""

from __future__ import annotations

from collections import Counter

import pytest
from rdflib import Graph

from permed.api.reference.fair import Indicator, indicators
from permed.graph.releases.release import Release
from permed.ontology import ontology_files, prefix_block
from tests import ROOT

_MORE = "PREFIX spdx: <http://spdx.org/rdf/terms#>\n"


@pytest.fixture(scope="module")
def told(release: Release) -> Graph:
    """What a release says of itself: its description, how it was made, its vocabulary."""
    graph = Graph()
    for path in (release.path / "void.ttl", release.path / "provenance.ttl", ontology_files()[0]):
        graph.parse(path)
    return graph


def test_all_indicators_of_the_model_are_there() -> None:
    letters = Counter(i.code[0] for i in indicators())
    assert letters == {"F": 7, "A": 12, "I": 12, "R": 10}
    assert Counter(i.priority for i in indicators()) == {
        "essential": 20,
        "important": 14,
        "useful": 7,
    }
    assert len({i.code for i in indicators()}) == 41


@pytest.mark.parametrize("indicator", [i for i in indicators() if i.is_met], ids=lambda i: i.code)
def test_what_is_met_is_borne_out(told: Graph, indicator: Indicator) -> None:
    query = f"{prefix_block()}{_MORE}ASK {{ {indicator.pattern} }}"
    assert told.query(query).askAnswer is True
    assert Graph().query(query).askAnswer is False


def test_what_is_missing_says_what_it_takes() -> None:
    missing = [i for i in indicators() if not i.is_met]
    assert all(i.pattern == "" and len(i.evidence) > 20 for i in missing)
    page = (ROOT / "docs" / "fair.md").read_text(encoding="utf-8")
    assert f"| all | {41 - len(missing)} | 41 |" in page

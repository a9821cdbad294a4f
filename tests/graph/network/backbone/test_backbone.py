"""Backbones against brute force: enumeration of all outcomes, R's phyper, the filter's formula."""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl
import pytest
from scipy import sparse

from permed.graph.errors import InputError
from permed.graph.network import analyses, from_tables, project, selection_of
from permed.graph.network.backbone.disparity import disparity
from permed.graph.network.backbone.extraction import backbone, tie_significance
from permed.graph.network.backbone.two_mode import (
    hypergeometric,
    membership_probabilities,
    sdsm,
)
from permed.graph.network.core.false_discovery import benjamini_hochberg
from permed.graph.network.core.network import Network
from permed.graph.network.projection.selection import release_roles
from permed.graph.releases.release import Release
from tests import ROOT
from tests.graph.network.graphs import empty, from_incidence
from tests.graph.network.samples import tables

SEED = np.random.default_rng(11)
CELLS = (SEED.random((12, 9)) < 0.4).astype(float)


def test_hypergeometric_is_that_of_r() -> None:
    # R: phyper(13, 40, 589, 22, lower.tail = FALSE); two nodes of 40 and 22 events, 14 shared
    cells = np.zeros((2, 629))
    cells[0, :40] = 1
    cells[1, 26:48] = 1
    p, expected = hypergeometric(
        sparse.csr_array(cells), np.array([0]), np.array([1]), np.array([14])
    )
    assert p[0] == pytest.approx(3.568618e-13, rel=1e-6)
    assert expected[0] == pytest.approx(40 * 22 / 629)


@pytest.mark.parametrize("seed", range(8))
def test_expected_degrees_are_those_observed(seed: int) -> None:
    random = np.random.default_rng(seed)
    activity = random.uniform(0.1, 0.6, 40)  # how often each takes part
    joint = sparse.csr_array((random.random((40, 25)) < activity[:, None]).astype(float))
    sizes, degrees = np.asarray(joint.sum(axis=0)).ravel(), np.diff(joint.indptr)
    chances, rows, many = membership_probabilities(joint)
    assert (chances @ many)[rows] == pytest.approx(degrees, abs=1e-4)
    _, alike = np.unique(degrees, return_counts=True)
    assert alike @ chances == pytest.approx(np.unique(sizes), abs=1e-4)


def test_sdsm_is_the_sum_over_all_outcomes() -> None:
    joint = sparse.csr_array(CELLS)
    chances, rows, _ = membership_probabilities(joint)
    columns = np.unique(CELLS.sum(axis=0), return_inverse=True)[1]
    for one, other in ((0, 1), (2, 5), (3, 11)):
        both = chances[rows[one]][columns] * chances[rows[other]][columns]
        for shared in (1, 2, 3):
            tail = sum(
                float(np.prod(np.where(outcome, both, 1 - both)))
                for outcome in product((False, True), repeat=9)
                if sum(outcome) >= shared
            )
            p, expected = sdsm(joint, np.array([one]), np.array([other]), np.array([shared]))
            assert p[0] == pytest.approx(tail, abs=1e-12)
            assert expected[0] == pytest.approx(float(both.sum()), abs=1e-12)


def test_disparity_by_its_formula() -> None:
    nodes = empty(4).nodes
    edges = pl.DataFrame(
        {"source": [0, 0, 0, 1], "target": [1, 2, 3, 2], "weight": [8.0, 1.0, 1.0, 2.0]}
    )
    p, expected = disparity(Network(nodes, edges))
    # node 0: s 10, k 3; node 1: s 10, k 2; node 2: s 3, k 2; node 3: k 1 tells nothing
    assert p == pytest.approx([0.2**2, min(0.9**2, 2 / 3), 0.9**2, min(0.8, 1 / 3)])
    assert expected == pytest.approx([10 / 3, 3 / 2, 10 / 3, 3 / 2])


def test_q_counts_every_pair_that_was_looked_at() -> None:
    network = from_incidence(CELLS)
    found = tie_significance(network, method="sdsm")
    p = np.concatenate([found["p"].to_numpy(), np.ones(66 - found.height)])
    assert found["q"].to_numpy() == pytest.approx(benjamini_hochberg(p)[: found.height])


def test_backbone_as_filter_measure_and_answer() -> None:
    data = from_tables(tables())
    whole = project(data)
    kept = selection_of({"backbone": "hypergeometric", "level": 0.99}).network(data)
    q = tie_significance(whole, method="hypergeometric").filter(pl.col("q") <= 0.99)
    assert kept.edges.rows() == q.select("source", "target", "weight").rows()
    assert kept.nodes.equals(whole.nodes)
    assert "ties have q <= 0.99" in str(kept.note)
    assert kept.incidence is not None
    assert not kept.incidence.complete
    table = analyses.backbone(whole, "sdsm").table
    assert table["p"].is_sorted()
    assert {"one_label", "other_label", "observed", "expected", "p", "q", "first", "last"} <= set(
        table.columns
    )
    degrees = analyses.measure(whole, ["backbone_degree"]).table
    assert degrees["backbone_degree"].sum() == 2 * int((table["q"] <= 0.05).sum())


def test_refusals() -> None:
    bare = Network(empty(3).nodes, pl.DataFrame({"source": [0], "target": [1], "weight": [1.0]}))
    with pytest.raises(InputError, match="for bare ties use disparity"):
        backbone(bare, "sdsm")
    with pytest.raises(InputError, match="rate between 0 and 1"):
        selection_of({"backbone": "sdsm", "level": 5.0})
    with pytest.raises(InputError, match="backbone 'luck' is unknown"):
        selection_of({"backbone": "luck"})
    assert backbone(empty(3), "disparity").size == 3


@pytest.mark.long
def test_the_docs_say_how_few_ties_of_the_packaged_release_stay(release: Release) -> None:
    roles = release_roles(release)
    whole = selection_of({}).network(roles)
    kept = selection_of({"backbone": "sdsm"}).network(roles)
    page = " ".join((ROOT / "docs" / "network" / "backbone.md").read_text("utf-8").split())
    assert f"among {whole.size:,} organisations there are" in page
    ties = whole.proper.height, kept.proper.height
    assert f"of {ties[0]:,} ties of the packaged release {ties[1]} do" in page

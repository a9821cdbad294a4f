"""Forces of the layout, and its discs, by their definition."""

from __future__ import annotations

from math import hypot

import numpy as np
import pytest

from permed.graph.network.pictures.forces import _Overlaps, _packed, _pairwise


def test_two_nodes_push_each_other_by_their_masses_over_the_distance() -> None:
    points = np.argwhere(np.ones((4, 3))).astype(np.float64)
    mass = np.random.default_rng(1).integers(1, 9, len(points)).astype(np.float64)
    found = _pairwise(points, mass)
    for me, (x, y) in enumerate(points):
        felt = [0.0, 0.0]
        for other, (a, b) in enumerate(points):
            if other != me:
                far = hypot(x - a, y - b)
                push = mass[me] * mass[other] / far
                felt[0] += push * (x - a) / far
                felt[1] += push * (y - b) / far
        assert found[me] == pytest.approx(felt, abs=1e-3)


@pytest.mark.parametrize("k", [2, 40])
def test_discs_that_are_too_close_are_found_both_ways_and_in_order(k: int) -> None:
    random = np.random.default_rng(k)
    points, radii = random.normal(size=(k, 2)) * k, random.uniform(0.5, 3.0, k)
    one, other = _Overlaps(radii).pairs(points)
    close = [
        (i, j)
        for i, (x, y) in enumerate(points)
        for j, (a, b) in enumerate(points)
        if i != j and hypot(x - a, y - b) < 1.15 * (radii[i] + radii[j])
    ]
    assert list(zip(one, other, strict=True)) == close
    assert k == 2 or close


def test_packed_discs_do_not_overlap_and_small_ones_give_way() -> None:
    random = np.random.default_rng(3)
    radii = np.sqrt(np.array([400.0, *random.integers(1, 30, 30)]))
    points = _packed(random.normal(size=(len(radii), 2)), radii)
    gaps = [
        hypot(*(points[i] - points[j])) - radii[i] - radii[j]
        for i in range(len(radii))
        for j in range(i)
    ]
    assert min(gaps) > 0
    two = _packed(np.array([[-1.0, 0.0], [1.0, 0.0]]), np.array([10.0, 1.0]))
    assert hypot(*(two[0] - two[1])) == pytest.approx(1.15 * 11, rel=0.05)
    assert abs(two[1][0]) > 5 * abs(two[0][0])

"""Forces of the layout, by their definition."""

from __future__ import annotations

from math import hypot

import numpy as np
import pytest

from permed.graph.network.pictures.forces import _pairwise


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

"""The tail is that of scipy, far out and near the mean."""

from __future__ import annotations

import numpy as np
import pytest

from permed.graph.network.core.hypergeometric import at_least


@pytest.mark.parametrize("total", [1, 7, 60, 18_000])
def test_tail_is_that_of_scipy(total: int) -> None:
    from scipy.stats import hypergeom

    random = np.random.default_rng(total)
    marked, drawn = random.integers(0, total + 1, (2, 300))
    near = (marked * drawn) // total + random.integers(-3, 9, 300)
    found = at_least(near, total, marked, drawn)
    assert found == pytest.approx(hypergeom.sf(near - 1, total, marked, drawn), rel=1e-7, abs=1e-12)


def test_small_values_keep_their_digits() -> None:
    from scipy.stats import hypergeom

    found = at_least([40, 20], 18_000, [60, 25], [80, 30])
    assert found == pytest.approx(hypergeom.sf([39, 19], 18_000, [60, 25], [80, 30]), rel=1e-8)
    assert 0 < found.max() < 1e-40


def test_all_or_nothing() -> None:
    assert at_least([0, 3, 4, 5], 5, [3, 3, 3, 4], [3, 4, 4, 4]) == pytest.approx([1, 0.4, 0, 0])

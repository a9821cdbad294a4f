"""Many tests at once: how many of those that look significant are not."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["benjamini_hochberg"]

Floats = npt.NDArray[np.float64]


def benjamini_hochberg(p: Floats, tests: int | None = None) -> Floats:
    """Return q-values (J. R. Stat. Soc. B 57, 1995): least false discovery rate that lets each in.

    NaN stays NaN and is no test. tests: their number, where those that are not in p have p = 1.
    """
    q = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    many = max(tests or 0, len(order))
    raw = p[order] * many / np.arange(1, len(order) + 1)
    q[order] = np.minimum(np.minimum.accumulate(raw[::-1])[::-1], 1.0)
    return q

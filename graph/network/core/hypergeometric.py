"""The tail of the hypergeometric distribution, without a statistics library to import first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["at_least"]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
_NOTHING = 1e-18  # of a sum, that further terms may add


def at_least(found: npt.ArrayLike, total: int, marked: npt.ArrayLike, drawn: npt.ArrayLike
             ) -> Floats:  # fmt: skip
    """Return P(X >= found), X the marked items among `drawn` of `total` without replacement.

    Terms are added from the nearest one outward, on the side away from the mean, so that small
    values keep their digits (relative error about 1e-12 for 100,000 items).
    """
    k, m, n = (np.asarray(a, dtype=np.int64) for a in np.broadcast_arrays(found, marked, drawn))
    least, most = np.maximum(m + n - total, 0), np.minimum(m, n)
    result = np.where(k <= least, 1.0, 0.0)
    inside = (k > least) & (k <= most)
    above = inside & (k * max(total, 1) > m * n)
    below = inside & ~above
    result[above] = _sum(k[above], total, m[above], n[above], 1)
    result[below] = 1 - _sum(k[below] - 1, total, m[below], n[below], -1)
    return result


def _sum(start: Counts, total: int, m: Counts, n: Counts, step: int) -> Floats:
    """Sum of the probabilities of start, start + step, ... to the end of their range."""
    x, term = start.copy(), np.exp(_log_probability(start, total, m, n))
    sums = term.copy()
    while np.any(term > _NOTHING * sums):
        if step > 0:
            term = term * (m - x) * (n - x) / ((x + 1) * np.maximum(total - m - n + x + 1, 1))
        else:
            term = term * x * np.maximum(total - m - n + x, 0) / ((m - x + 1) * (n - x + 1))
        x = x + step
        sums += term
    return sums


def _log_probability(x: Counts, total: int, m: Counts, n: Counts) -> Floats:
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, total + 1)))])  # ln of k!
    ways = logs[m] - logs[x] - logs[m - x]
    others = logs[total - m] - logs[n - x] - logs[total - m - n + x]
    return np.asarray(ways + others - (logs[total] - logs[n] - logs[total - n]))

"""Logistic regression held back by a ridge, as the models of relevance and of areas are fitted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit

__all__ = ["ridge_logistic"]

Array = NDArray[np.float64]


def ridge_logistic(
    x: sparse.csr_array,
    y: Array,
    w: Array,
    bounds: list[tuple[float | None, float | None]],
    ridge: float,
) -> Array:
    """Weighted ridge logistic regression with sign bounds; the intercept comes first."""
    columns = sparse.csr_array(x.T)

    def loss(b: Array) -> tuple[float, Array]:
        z = x @ b[1:] + b[0]
        off = w * (expit(z) - y)
        value = float(np.sum(w * (np.logaddexp(0, z) - y * z)) + ridge * np.sum(b[1:] ** 2) / 2)
        return value, np.concatenate([[off.sum()], columns @ off + ridge * b[1:]])

    options = {"maxiter": 5000, "maxfun": 20000, "ftol": 1e-11, "gtol": 1e-6}
    start = np.zeros(x.shape[1] + 1)
    free: list[tuple[float | None, float | None]] = [(None, None)]
    done = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=free + bounds, options=options)
    return np.asarray(done.x, dtype=np.float64)

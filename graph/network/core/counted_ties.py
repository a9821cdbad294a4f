"""Networks whose ties count joint activities: what the memberships tell sooner than the ties.

There a_ij = (M M^T)_ij for i != j, M being the 0/1 memberships. An activity of n members is n cells
of M and n (n - 1) of A.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from permed.graph.network.core.memo import memoised
from permed.graph.network.core.network import Network

__all__ = ["CountedTies", "counted_ties"]

Floats = npt.NDArray[np.float64]
_SEED = 64  # of the trial vector
_WHOLE = 2.0**53  # up to here sums of whole numbers are exact


@dataclass(frozen=True)
class CountedTies:
    """members: nodes by activities of two or more, 0/1. many: activities of each node in it."""

    members: sparse.csr_array
    many: Floats

    def times(self, vector: Floats) -> Floats:
        """Return A @ vector."""
        product = self.members @ (self.members.T @ vector) - self.many * vector
        return np.asarray(product, dtype=np.float64)


@memoised
def counted_ties(network: Network) -> CountedTies | None:
    """Return the memberships that the ties count; None where ties are not such counts, or fewer.

    Both products with one vector of random whole numbers are exact and must be equal: ties that are
    weighted otherwise, left out or added do not pass but with a chance of 1 in 2^30.
    """
    joint = network.incidence
    if joint is None or not joint.complete or (joint.matrix.data != 1).any():
        return None
    sizes = np.bincount(joint.matrix.indices, minlength=joint.matrix.shape[1])
    members = sparse.csr_array(joint.matrix[:, np.flatnonzero(sizes > 1)])
    if 2 * members.nnz >= network.matrix.nnz:
        return None
    found = CountedTies(members, np.diff(members.indptr).astype(np.float64))
    trial = np.random.default_rng(_SEED).integers(1, 2**30, network.size).astype(np.float64)
    theirs = network.matrix @ trial
    exact = theirs.max() < _WHOLE and np.array_equal(found.times(trial), theirs)
    return found if exact else None

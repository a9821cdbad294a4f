"""Products of sparse matrices only in the cells that are asked for: what triangles add up to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = ["joint_weights", "masked_product"]

_BATCH = 20_000  # edges whose rows are multiplied at once
_ROOM = 1_000_000  # dense cells held at once; small enough to stay in the processor's cache


def masked_product(
    mask: sparse.csr_array, left: sparse.csr_array, right: sparse.csr_array
) -> npt.NDArray[np.float64]:
    """Return the values of left @ right in the stored cells of mask, in the order of its data.

    The product is dense in the middle of a network with hubs, so it is made a block of rows at a
    time and never held whole.
    """
    step = max(1, _ROOM // max(right.shape[1], 1))
    starts = range(0, mask.shape[0], step)

    def block(start: int) -> npt.NDArray[np.float64]:
        part = mask[start : start + step]
        at = np.repeat(np.arange(part.shape[0]), np.diff(part.indptr))
        product = sparse.csr_array(left[start : start + step] @ right).toarray()
        return np.asarray(product[at, part.indices], dtype=np.float64)

    parts = [block(start) for start in starts]
    return np.concatenate(parts) if parts else np.zeros(0)


def joint_weights(
    matrix: sparse.csr_array, factor: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return i, j (each edge once) and sum_q a_iq f_q a_jq over the joint partners q of its ends.

    Nodes are ordered by degree, so that the joint partner that comes first, between or last of the
    three is found over short lists only and hubs cost little (the idea of triangle listing; Latapy,
    Theor. Comput. Sci. 407, 2008).
    """
    order = np.argsort(np.diff(matrix.indptr), kind="stable")
    upward = sparse.csr_array(sparse.triu(matrix[order][:, order], k=1))
    upward.sort_indices()
    scaled = sparse.csr_array(upward * factor[order][None, :])
    downward = sparse.csr_array((upward * factor[order][:, None]).T)
    edges = sparse.coo_array(upward)
    values = (
        masked_product(upward, downward, upward)
        + masked_product(upward, scaled, upward)
        + _row_products(scaled, upward, edges.row, edges.col)
    )
    return order[edges.row], order[edges.col], values


def _row_products(
    left: sparse.csr_array,
    right: sparse.csr_array,
    one: npt.NDArray[np.int64],
    other: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """Inner products of row one of the left with row other of the right matrix."""
    values = np.zeros(len(one))
    for start in range(0, len(one), _BATCH):
        part = slice(start, start + _BATCH)
        values[part] = (left[one[part]] * right[other[part]]).sum(axis=1)
    return values

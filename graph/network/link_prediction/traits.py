"""The traits of a pair that tell whether it will meet: logarithms, or between 0 and 1."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.network.link_prediction.suggestions import (
    Evidence,
    joint_partners,
    likeness,
    rarity,
)

__all__ = ["TRAITS", "node_traits", "traits"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
TRAITS = {
    "joint_partners": "ln(1 + sum over joint partners z of 1/ln k_z) (Adamic and Adar 2003)",
    "exclusive_partners": "ln(1 + 100 x sum over joint partners z of 1/k_z) (Zhou et al. 2009)",
    "topics": "cosine of topic vectors",
    "size": "ln(1 + k_i) + ln(1 + k_j), k the number of partners",
    "activity": "ln(1 + a_i) + ln(1 + a_j), a the activities begun in the last two years",
    "same_country": "1 in one country, else 0",
}
_BATCH = 20_000


def traits(known: Evidence, one: Places, other: Places) -> Floats:
    """Return the traits of pairs, one row a pair, columns as in `TRAITS`."""
    network = known.network
    log, full = rarity(network), rarity(network, logarithm=False)
    found = np.zeros((len(one), len(TRAITS)))
    for start in range(0, len(one), _BATCH):
        part = slice(start, start + _BATCH)
        joint = joint_partners(network, one[part], other[part])
        found[part, 0] = np.log1p(joint @ log)
        found[part, 1] = np.log1p(100 * (joint @ full))
        found[part, 2] = likeness(known, one[part], other[part])
    return _own(known, found, one, other)


def _own(known: Evidence, found: Floats, one: Places, other: Places) -> Floats:
    """Fill in the traits that come from the two nodes themselves."""
    size, active, country = node_traits(known)
    found[:, 3] = size[one] + size[other]
    found[:, 4] = active[one] + active[other]
    found[:, 5] = (country[one] == country[other]) & (country[one] > 0)
    return found


def node_traits(known: Evidence) -> tuple[Floats, Floats, Places]:
    """Return of every node its size, its activity and the number of its country (0: none)."""
    ranks = known.network.nodes["country"].cast(pl.String).rank("dense").fill_null(0)
    codes = ranks.to_numpy().astype(np.int64)
    recent = known.recent if known.recent is not None else np.zeros(known.network.size)
    return np.log1p(known.network.degree), np.log1p(recent), codes

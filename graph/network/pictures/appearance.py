"""How a network looks in a picture: positions, colours, sizes, groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network, by_size
from permed.graph.network.pictures.positions import positions

__all__ = ["PALETTE", "Look", "look", "trim"]

# Okabe and Ito's colours, which colour-blind readers can tell apart; the last is for the rest.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
_SMALLEST, _LARGEST = 4.0, 40.0


@dataclass(frozen=True)
class Look:
    """points: x, y; colours: `#RRGGBB`; sizes: diameters; groups: community or component number."""

    points: npt.NDArray[np.float64]
    colours: list[str]
    sizes: npt.NDArray[np.float64]
    groups: npt.NDArray[np.int64]

    def __repr__(self) -> str:
        return f"<Look of {len(self.groups):,} nodes in {len(np.unique(self.groups)):,} groups>"


def look(
    network: Network,
    groups: npt.NDArray[np.int64] | None = None,
    *,
    seed: int = 1,
    points: npt.NDArray[np.float64] | None = None,
) -> Look:
    """Return the look of a network; area of a node by its number of partners, colour by group.

    groups: e.g. communities, by default components; the seven largest get a colour, the others
    grey. points: x and y of the nodes, by default `positions`. InputError if there is not one group
    a node.
    """
    chosen = network.components if groups is None else np.asarray(groups)
    if len(chosen) != network.size:
        raise InputError(f"{len(chosen)} groups for {network.size} nodes; give one a node")
    ranks = by_size(chosen) if len(chosen) else chosen
    colours = [PALETTE[min(int(rank), len(PALETTE) - 1)] for rank in ranks]
    share = np.sqrt(network.degree / max(int(network.degree.max(initial=0)), 1))
    sizes = np.round(_SMALLEST + (_LARGEST - _SMALLEST) * share, 2)
    placed = positions(network, groups, seed=seed) if points is None else points
    return Look(placed, colours, sizes, chosen)


def trim(network: Network, nodes: int = 5_000) -> Network:
    """Return the network of the nodes with most partners, with a note, if there are more than that.

    Browsers stay quick up to some 5,000 nodes.
    """
    if nodes < 1:
        raise InputError(f"a picture of {nodes} nodes is empty; ask for 1 or more")
    if network.size <= nodes:
        return network
    order = np.lexsort((np.arange(network.size), -network.degree))
    keep = np.zeros(network.size, dtype=bool)
    keep[order[:nodes]] = True
    note = f"the {nodes:,} nodes with most partners, of {network.size:,}"
    return network.subnetwork(keep, note)

"""Core and periphery: a dense core whose members meet, a periphery whose members do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network

__all__ = ["WIDENING", "CorePeriphery", "core_periphery", "core_table"]

# member states that count as widening countries: Regulation (EU) 2021/695, article 2, point 17
WIDENING: Final = ("BG", "CY", "CZ", "EE", "GR", "HR", "HU", "LT", "LV", "MT", "PL", "PT", "RO",
                   "SI", "SK")  # fmt: skip


@dataclass(frozen=True)
class CorePeriphery:
    """core: whether each node is in it. misplaced: pairs that break the pattern. fit: correlation.

    The pattern: all pairs within the core are linked and none within the periphery; ties between
    core and periphery do not matter. fit is the correlation of ties and pattern over the pairs that
    matter, NaN where either does not vary.
    """

    core: npt.NDArray[np.bool_]
    misplaced: int
    fit: float

    def __repr__(self) -> str:
        return f"<CorePeriphery: {int(self.core.sum()):,} of {len(self.core):,} nodes in the core>"


def core_periphery(network: Network) -> CorePeriphery:
    """Return the core that leaves fewest pairs out of the pattern of Borgatti and Everett.

    Social Networks 21, 1999; found exactly, since the best core is made of the nodes with most
    partners (Lip, arXiv:1102.5511, 2011): k nodes leave k (k - 1) / 2 + m minus the sum of their
    degrees. Of several, the smallest; nodes of equal degree come in by their number.
    """
    degree = network.degree
    order = np.lexsort((np.arange(len(degree)), -degree))
    k = np.arange(len(degree) + 1)
    links = network.proper.height
    wrong = k * (k - 1) // 2 + links - np.concatenate([[0], np.cumsum(degree[order])])
    best = int(np.argmin(wrong))
    core = np.zeros(len(degree), dtype=bool)
    core[order[:best]] = True
    return CorePeriphery(core, int(wrong[best]), _fit(network, core))


def _fit(network: Network, core: npt.NDArray[np.bool_]) -> float:
    u, v = network.proper["source"].to_numpy(), network.proper["target"].to_numpy()
    inside = int((core[u] & core[v]).sum())
    outside = int((~core[u] & ~core[v]).sum())
    n, k = len(core), int(core.sum())
    pairs = k * (k - 1) / 2, (n - k) * (n - k - 1) / 2
    total, linked = sum(pairs), inside + outside
    if not all(pairs) or linked in (0, total):
        return float("nan")
    covariance = inside / total - (linked / total) * (pairs[0] / total)
    spread = (linked / total) * (1 - linked / total) * (pairs[0] / total) * (pairs[1] / total)
    return float(covariance / np.sqrt(spread))


def core_table(network: Network, by: str = "country") -> pl.DataFrame:
    """Return per group of nodes: nodes, in_core, share, expected, ratio; the largest core first.

    expected: what the share of all nodes in the core would give; ratio: in_core by it. By country,
    two rows `widening member states` and `other countries` come last. InputError for an unknown
    column.
    """
    if by not in network.nodes.columns:
        raise InputError(f"core by {by!r}: nodes have {', '.join(network.nodes.columns)}")
    core = core_periphery(network).core
    frame = pl.DataFrame({"group": network.nodes[by].cast(pl.String), "core": core}).drop_nulls()
    counted = _counted(frame).sort("in_core", "nodes", "group", descending=[True, True, False])
    if by != "country" or frame.is_empty():
        return counted
    place = pl.when(pl.col("group").is_in(WIDENING)).then(pl.lit("widening member states"))
    parts = frame.with_columns(group=place.otherwise(pl.lit("other countries")))
    return pl.concat([counted, _counted(parts).sort("group", descending=True)])


def _counted(frame: pl.DataFrame) -> pl.DataFrame:
    mean = frame["core"].mean()
    counted = frame.group_by("group").agg(
        pl.len().cast(pl.Int64).alias("nodes"), pl.col("core").sum().cast(pl.Int64).alias("in_core")
    )
    share = mean if isinstance(mean, float) else 0.0
    return counted.with_columns(
        share=pl.col("in_core") / pl.col("nodes"), expected=pl.col("nodes") * share
    ).with_columns(
        ratio=pl.when(pl.col("expected") > 0).then(pl.col("in_core") / pl.col("expected"))
    )

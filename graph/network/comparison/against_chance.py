"""Figures beside chance: the whole network and pairs of groups; with p and q values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.network.comparison.brokers_beside_chance import open_pairs
from permed.graph.network.comparison.null_model import (
    LEAST_EXPECTED,
    SAMPLES,
    Draws,
    Statistic,
    draw,
)
from permed.graph.network.core.false_discovery import benjamini_hochberg
from permed.graph.network.core.groups import groups
from permed.graph.network.core.network import Network
from permed.graph.network.measures.assortativity import (
    attribute_assortativity,
    degree_assortativity,
    ei_index,
)
from permed.graph.network.measures.centrality import clustering
from permed.graph.network.measures.whole_network import transitivity

__all__ = [
    "FIGURES", "abroad", "figure_values", "pair_scores", "pair_table", "report_statistics",
    "ties_between", "z_scores", "z_table",
]  # fmt: skip

Floats = npt.NDArray[np.float64]
FIGURES: dict[str, Callable[[Network], float]] = {
    "links": lambda network: float(network.proper.height),
    "clustering": lambda network: float(clustering(network).mean()) if network.size else np.nan,
    "transitivity": transitivity,
    "degree_assortativity": degree_assortativity,
    "country_assortativity": lambda network: attribute_assortativity(network, "country"),
    "country_ei": lambda network: ei_index(network, "country"),
    "type_ei": lambda network: ei_index(network, "type"),
    "giant_component": lambda network: float((network.components == 0).sum()),
}


def figure_values(network: Network) -> Floats:
    """Return the figures of `FIGURES`, in their order."""
    return np.array([figure(network) for figure in FIGURES.values()])


def z_scores(network: Network, samples: int = SAMPLES, seed: int = 1) -> pl.DataFrame:
    """Return per figure: observed, null_mean, null_sd, share_as_high, z, p.

    share_as_high: of the random networks. z and p as in `Draws`; null where nothing is defined.
    """
    return z_table(draw(network, {"figures": figure_values}, samples, seed)["figures"])


def z_table(draws: Draws) -> pl.DataFrame:
    """Return the table of `z_scores` from draws of `figure_values`."""
    as_high = (draws.drawn >= draws.observed - 1e-12).mean(axis=0)
    frame = pl.DataFrame({"measure": list(FIGURES)}).with_columns(
        **_beside(draws, share_as_high=as_high)
    )
    defined = pl.col("observed").is_not_null()
    return frame.with_columns(pl.when(defined).then(pl.col("share_as_high", "p"))).select(
        "measure", "observed", "null_mean", "null_sd", "share_as_high", "z", "p"
    )


def _beside(draws: Draws, **more: Floats) -> dict[str, pl.Series]:
    """Columns of figures beside chance; what is not finite is null."""
    columns = {
        "observed": draws.observed, "null_mean": draws.mean, "null_sd": draws.sd, "z": draws.z,
        "p": draws.p, **more,
    }  # fmt: skip
    return {
        name: pl.Series(name, np.where(np.isfinite(v), v, np.nan)).fill_nan(None)
        for name, v in columns.items()
    }


def pair_scores(
    network: Network, by: str = "country", samples: int = SAMPLES, seed: int = 1
) -> pl.DataFrame:
    """Return per pair of groups the links beside those that their activity explains.

    Columns one, other, observed, null_mean, null_sd, z, p, q, tests; strongest first. A pair with
    fewer than 5 expected links is no test: z, p and q are null. q: Benjamini-Hochberg over all
    tests, whose number is tests.
    """
    statistic = ties_between(network, by)
    return pair_table(network, draw(network, {"ties": statistic}, samples, seed)["ties"], by)


def ties_between(network: Network, by: str = "country") -> Callable[[Network], Floats]:
    """Return the statistic of links between groups: the upper triangle, row by row."""
    found = groups(network, by)
    names, codes = found.names, found.codes
    upper = np.triu_indices(len(names))

    def count(sample: Network) -> Floats:
        u = codes[sample.proper["source"].to_numpy()]
        v = codes[sample.proper["target"].to_numpy()]
        known = (u >= 0) & (v >= 0)
        low, high = np.minimum(u, v)[known], np.maximum(u, v)[known]
        cells = np.bincount(low * max(len(names), 1) + high, minlength=len(names) ** 2)
        return cells.reshape(len(names), len(names))[upper].astype(np.float64)

    return count


def pair_table(network: Network, draws: Draws, by: str = "country") -> pl.DataFrame:
    """Return the table of `pair_scores` from draws of `ties_between`."""
    names = groups(network, by).names
    one, other = np.triu_indices(len(names))
    enough = draws.mean >= LEAST_EXPECTED
    p = np.where(enough & (draws.sd > 0), draws.p, np.nan)
    ends = pl.DataFrame({"one": names.gather(one), "other": names.gather(other)})
    frame = ends.with_columns(**_beside(draws, q=benjamini_hochberg(p))).with_columns(
        z=pl.when(pl.Series(enough)).then("z"),
        p=pl.Series(p).fill_nan(None),
        tests=pl.lit(int((~np.isnan(p)).sum()), pl.Int64),
    )
    met = frame.filter((pl.col("observed") > 0) | (pl.col("null_mean") > 0))
    ranked = met.sort(["z", "one", "other"], descending=[True, False, False], nulls_last=True)
    return ranked.select("one", "other", "observed", "null_mean", "null_sd", "z", "p", "q", "tests")


def abroad(network: Network, own: npt.NDArray[np.bool_] | None = None) -> float:
    """Return the share of ties between two countries, of those with both countries known.

    own: only ties with an end among these nodes. NaN without ties.
    """
    u, v = network.proper["source"].to_numpy(), network.proper["target"].to_numpy()
    codes = groups(network, "country").codes
    known = (codes[u] >= 0) & (codes[v] >= 0)
    if own is not None:
        known &= own[u] | own[v]
    return float((codes[u] != codes[v])[known].mean()) if known.any() else float("nan")


def report_statistics(
    network: Network, own: npt.NDArray[np.bool_] | None = None
) -> dict[str, Statistic]:
    """Return all that a report sets beside the same random networks; own: as in `abroad`."""
    return {
        "figures": figure_values,
        "degree": lambda sample: sample.degree.astype(np.float64),
        "open": open_pairs(network),
        "abroad": lambda sample: np.array([abroad(sample, own)]),
        "ties": ties_between(network),
    }

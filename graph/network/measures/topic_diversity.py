"""How different the topics of a node are, and how far from those of another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from permed.graph.network.core.network import Network

__all__ = ["topic_diversity"]

Floats = npt.NDArray[np.float64]


def topic_diversity(
    network: Network, topics: pl.DataFrame, other: int | None = None
) -> pl.DataFrame:
    """Return per node with a topic: topics, diversity, and the distance to the topics of another.

    diversity: sum over pairs of topics i, j of p_i p_j d_ij (Rao, Theor. Popul. Biol. 21, 1982;
    Stirling, J. R. Soc. Interface 4, 2007), p the shares of the node's activities by topic (an
    activity counts for each of its topics), d_ij one minus the cosine of the topics over all
    activities of the network. 0: one topic, or topics that always go together; near 1: topics that
    never do. topics: activity, topic. other: number of a node; distance is the same sum over the
    topics of both, sum p_i q_j d_ij: high where one brings what the other lacks.
    """
    joint = network.incidence
    events = pl.Series("activity", [], pl.String) if joint is None else joint.events["id"]
    about = (
        topics.select("activity", "topic")
        .unique()
        .filter(pl.col("activity").is_in(events.implode()))
    )
    names = about["topic"].unique().sort()
    if joint is None or names.is_empty():
        return _table(network, np.zeros(network.size), np.zeros(network.size), None)
    place = pl.DataFrame({"activity": events}).with_row_index("row")
    kind = pl.DataFrame({"topic": names}).with_row_index("column")
    cells = about.join(place, on="activity").join(kind, on="topic")
    carries = sparse.csr_array(
        (np.ones(cells.height), (cells["row"].to_numpy(), cells["column"].to_numpy())),
        shape=(len(events), len(names)),
    )
    apart = _apart(carries)
    counts = sparse.csr_array(joint.matrix @ carries)
    total = np.asarray(counts.sum(axis=1)).ravel()
    shares = sparse.csr_array(counts * np.divide(1, total, out=np.zeros(len(total)),
                                                 where=total > 0)[:, None])  # fmt: skip
    felt = np.asarray(shares @ apart)
    diversity = np.asarray((shares * felt).sum(axis=1)).ravel()
    distance = None
    if other is not None:
        distance = np.where(total > 0, felt @ shares[[other]].toarray().ravel(), np.nan)
    return _table(network, diversity, np.diff(counts.indptr), distance)


def _apart(carries: sparse.csr_array) -> Floats:
    """One minus the cosine of every pair of topics."""
    length = np.sqrt(np.asarray(carries.sum(axis=0)).ravel())
    scaled = carries * (1 / length)[None, :]
    cosine = sparse.csr_array(scaled.T @ scaled).toarray()
    return np.asarray(np.clip(1 - cosine, 0.0, 1.0))


def _table(
    network: Network, diversity: Floats, topics: Floats, distance: Floats | None
) -> pl.DataFrame:
    shown = [c for c in ("id", "label", "country", "activities") if c in network.nodes.columns]
    frame = network.nodes.select(shown).with_columns(
        topics=pl.Series(topics).cast(pl.Int64), diversity=pl.Series(diversity)
    )
    if distance is not None:
        frame = frame.with_columns(distance=pl.Series(distance).fill_nan(None))
    kept = frame.filter(pl.col("topics") > 0)
    by = "diversity" if distance is None else "distance"
    return kept.sort(by, "id", descending=[True, False], nulls_last=True)

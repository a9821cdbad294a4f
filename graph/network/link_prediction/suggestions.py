"""Who should meet: pairs without a joint activity that share partners and topics."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network
from permed.graph.network.link_prediction.best_pairs import SAFE, PairScore, best_pairs
from permed.graph.network.projection.filters import Scope
from permed.graph.network.projection.memberships import members
from permed.graph.network.projection.node_names import find_node
from permed.graph.network.projection.options import Target
from permed.graph.network.projection.project import project
from permed.graph.network.projection.roles import RoleData

__all__ = [
    "Evidence", "Score", "cosines", "evidence", "joint_partners", "likeness", "rarity",
    "score_pairs", "scorer", "suggest",
]  # fmt: skip

Score = Literal["both", "partners", "topics"]
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
_NAMED = 5
_BATCH = 20_000  # pairs at once
_DIGITS = 12  # of a cosine; equal vectors must not differ by what rounding leaves


@dataclass(frozen=True)
class Evidence:
    """A network and what its nodes work on; row i of `topics`, of length 1 or 0, is node i's.

    recent: activities that each node began in the last two years of the data.
    """

    network: Network
    topics: sparse.csr_array
    names: list[str]
    recent: Floats | None = None

    def __repr__(self) -> str:
        return f"<Evidence: {self.network.size:,} nodes, {len(self.names):,} topics>"


def evidence(data: RoleData, to: Target = "organisation", scope: Scope | None = None) -> Evidence:
    """Return the network of `to` and the topic vectors of its nodes.

    A node's vector holds, for every topic, the number of its activities on it times
    ln(nodes / nodes on that topic), scaled to length 1: what everybody works on says little.
    """
    network = project(data, to, scope)
    rows, _ = (scope or Scope()).apply(data)
    about = (
        members(data, rows, to)
        .select("node", "event")
        .unique()
        .join(data.topics, left_on="event", right_on="activity")
        .group_by("node", "topic")
        .len("n")
    )
    labels = data.topics.group_by("topic").agg(pl.col("topic_label").min()).sort("topic")
    place = network.nodes.select("id").with_row_index("row")
    kind = labels.select("topic").with_row_index("column")
    cells = about.join(place, left_on="node", right_on="id").join(kind, on="topic")
    counts = sparse.csr_array(
        (
            cells["n"].to_numpy().astype(float),
            (cells["row"].to_numpy(), cells["column"].to_numpy()),
        ),
        shape=(network.size, labels.height),
    )
    names = labels["topic_label"].to_list()
    return Evidence(network, _scaled(counts), names, _recent(network, members(data, rows, to)))


def _recent(network: Network, table: pl.DataFrame) -> Floats:
    """Activities that began in the last year with any, or the one before it."""
    begun = table.group_by("node", "event").agg(pl.col("start").min().dt.year().alias("year"))
    late = begun.filter(pl.col("year") >= pl.col("year").max() - 1).group_by("node").len("n")
    counts = network.nodes.select("id").join(
        late, left_on="id", right_on="node", how="left", maintain_order="left"
    )
    return counts["n"].fill_null(0).to_numpy().astype(np.float64)


def _scaled(counts: sparse.csr_array) -> sparse.csr_array:
    users = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log(counts.shape[0] / np.maximum(users, 1)) if counts.shape[0] else users
    values = sparse.csr_array(counts * rarity[None, :])
    length = np.sqrt(np.asarray((values * values).sum(axis=1)).ravel())
    inverse = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    return sparse.csr_array(values * inverse[:, None])


def score_pairs(known: Evidence, one: Places, other: Places) -> dict[str, Floats]:
    """Return for pairs of nodes: `partners` (Adamic-Adar), `topics` (cosine), `both`.

    Adamic and Adar (Social Networks 25, 2003): sum over joint partners z of 1 / ln(degree of z).
    both: partners x topics, so that it needs a joint partner and a joint topic.
    """
    rare = rarity(known.network)
    partners, topics = np.zeros(len(one)), np.zeros(len(one))
    for start in range(0, len(one), _BATCH):
        part = slice(start, start + _BATCH)
        partners[part] = joint_partners(known.network, one[part], other[part]) @ rare
        topics[part] = likeness(known, one[part], other[part])
    return {"partners": partners, "topics": topics, "both": partners * topics}


def rarity(network: Network, logarithm: bool = True) -> Floats:
    """Return 1 / ln k, or 1 / k, of every node, k its partners; 0 below two partners."""
    k = np.maximum(network.degree.astype(np.float64), 2)
    return np.where(network.degree > 1, 1 / (np.log(k) if logarithm else k), 0.0)


def joint_partners(network: Network, one: Places, other: Places) -> sparse.csr_array:
    """Return the joint partners of pairs of nodes: one row a pair, 1 for each of them."""
    return sparse.csr_array(network.binary[one] * network.binary[other])


def likeness(known: Evidence, one: Places, other: Places) -> Floats:
    """Return the cosines of the topics of pairs of nodes."""
    products = known.topics[one] * known.topics[other]
    return _rounded(np.asarray(products.sum(axis=1)).ravel())


def _rounded(cosine: Floats) -> Floats:
    return np.minimum(np.round(cosine, _DIGITS), 1.0)


def cosines(known: Evidence, rows: Places, columns: Places) -> Floats:
    """Return the cosines of the topics of nodes (rows) with nodes (columns), dense."""
    product = sparse.csr_array(known.topics[rows] @ known.topics[columns].T)
    product.data = _rounded(product.data)
    return np.asarray(product.toarray(), dtype=np.float64)


def suggest(
    known: Evidence,
    *,
    who: str | None = None,
    score: Score | PairScore = "both",
    count: int = 20,
    abroad: bool = False,
    names: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return the best unlinked pairs: ids, labels, countries, scores, joint partners and topics.

    who: only pairs of this node; names: by which it may be called (`find_node`). score: a name, or
    a scorer of pairs. abroad: only pairs of different countries. Pairs of score 0 are left out, so
    the table may be shorter than `count`, or empty. NotFoundError for an unknown node.
    """
    if (isinstance(score, str) and score not in get_args(Score)) or count < 1:
        known_scores = ", ".join(get_args(Score))
        raise InputError(f"suggest by {score!r}, count {count}: use {known_scores}; count >= 1")
    how = scorer(known, score) if isinstance(score, str) else score
    place = None if who is None else find_node(known.network, who, names)
    best = best_pairs(known.network, how, count, place, abroad)
    one, other = best.one, best.other
    nodes = known.network.nodes
    scores = score_pairs(known, one, other)
    joint = joint_partners(known.network, one, other).sum(axis=1)
    frame = pl.DataFrame({
        "score": best.score,
        "one": nodes["id"].gather(one), "one_label": nodes["label"].gather(one),
        "other": nodes["id"].gather(other), "other_label": nodes["label"].gather(other),
        "one_country": nodes["country"].gather(one),
        "other_country": nodes["country"].gather(other),
        "adamic_adar": scores["partners"], "topic_cosine": scores["topics"],
    })  # fmt: skip
    return frame.with_columns(
        joint_partners=pl.Series(np.asarray(joint), dtype=pl.Int64, strict=False),
        joint_topics=pl.Series(_joint_topics(known, one, other), dtype=pl.List(pl.String)),
    )


def scorer(known: Evidence, score: Score) -> PairScore:
    """Return how a named score is computed for many pairs, and what a node can reach in it."""
    binary = known.network.binary
    shared = sparse.csr_array(binary * rarity(known.network)[None, :])

    def block(rows: Places, columns: Places) -> Floats:
        partners = topics = np.ones(1)
        if score != "topics":
            partners = sparse.csr_array(shared[rows] @ binary[columns].T).toarray()
        if score != "partners":
            topics = cosines(known, rows, columns)
        return np.asarray(partners * topics, dtype=np.float64)

    reach = np.ones(known.network.size)
    if score != "topics":  # all partners joint
        reach = np.asarray(shared.sum(axis=1)).ravel() * SAFE
    if score != "partners":
        reach = reach * (np.diff(known.topics.indptr) > 0)
    return PairScore(block, reach, np.zeros(known.network.size))


def _joint_topics(known: Evidence, one: Places, other: Places) -> list[list[str]]:
    """The joint topics that weigh most, at most five a pair."""
    both = sparse.coo_array(known.topics[one] * known.topics[other])
    order = np.lexsort((both.col, -both.data, both.row))
    starts = np.searchsorted(both.row[order], np.arange(len(one) + 1))
    column = both.col[order]
    return [
        [known.names[c] for c in column[start : min(end, start + _NAMED)]]
        for start, end in pairwise(starts.tolist())
    ]

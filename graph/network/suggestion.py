"""Who should meet: pairs without a joint activity that share partners and topics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from graph.errors import InputError, NotFoundError
from graph.network.members import Target, members
from graph.network.projection import project
from graph.network.roles import RoleData
from graph.network.scope import Scope
from graph.network.structure import Network

__all__ = ["Evidence", "Score", "Scorer", "evidence", "score_pairs", "suggest"]

Score = Literal["both", "partners", "topics"]
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
# scores of the pairs of some nodes with all, shape rows x nodes, 0 or more; may be written into
Scorer = Callable[[Places], Floats]
_ROOM = 4_000_000  # dense cells held at once
_NAMED = 5


@dataclass(frozen=True)
class Evidence:
    """A network and what its nodes work on; row i of `topics`, of length 1 or 0, is node i's.

    recent: activities that each node began in the last two years of the data.
    """

    network: Network
    topics: sparse.csr_array
    names: list[str]
    recent: Floats | None = None


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
    shared, binary = _shares(known.network)
    partners, topics = np.zeros(len(one)), np.zeros(len(one))
    for start in range(0, len(one), 50_000):
        part = slice(start, start + 50_000)
        u, v = one[part], other[part]
        partners[part] = np.asarray((shared[u] * binary[v]).sum(axis=1)).ravel()
        topics[part] = np.asarray((known.topics[u] * known.topics[v]).sum(axis=1)).ravel()
    return {"partners": partners, "topics": topics, "both": partners * topics}


def _shares(network: Network) -> tuple[sparse.csr_array, sparse.csr_array]:
    k = network.degree.astype(np.float64)
    weight = np.divide(1.0, np.log(np.maximum(k, 2)), out=np.zeros(len(k)), where=k > 1)
    return sparse.csr_array(network.binary * weight[None, :]), network.binary


def suggest(
    known: Evidence,
    *,
    who: str | None = None,
    score: Score | Scorer = "both",
    count: int = 20,
    abroad: bool = False,
) -> pl.DataFrame:
    """Return the best unlinked pairs: ids, labels, countries, scores, joint partners and topics.

    who: only pairs of this node. score: a name, or a function of rows (see `Scorer`). abroad: only
    pairs of different countries. Pairs of score 0 are left out, so the table may be shorter than
    `count`, or empty. NotFoundError for an unknown node.
    """
    if (isinstance(score, str) and score not in get_args(Score)) or count < 1:
        known_scores = ", ".join(get_args(Score))
        raise InputError(f"suggest by {score!r}, count {count}: use {known_scores}; count >= 1")
    one, other, values = best_pairs(known, _rows(known.network, who), score, count, abroad)
    names = known.network.nodes
    scores = score_pairs(known, one, other)
    frame = pl.DataFrame({
        "score": values,
        "one": names["id"].gather(one), "one_label": names["label"].gather(one),
        "other": names["id"].gather(other), "other_label": names["label"].gather(other),
        "one_country": names["country"].gather(one),
        "other_country": names["country"].gather(other),
        "adamic_adar": scores["partners"], "topic_cosine": scores["topics"],
    })  # fmt: skip
    return frame.with_columns(
        joint_partners=pl.Series(_joint_partners(known.network, one, other), dtype=pl.Int64),
        joint_topics=pl.Series(_joint_topics(known, one, other), dtype=pl.List(pl.String)),
    )


def _rows(network: Network, who: str | None) -> Places:
    if who is None:
        return np.arange(network.size)
    found = (network.nodes["id"] == who).arg_true()
    if not len(found):
        raise NotFoundError(f"{who!r} is not in this network; check the id and the filter")
    return found.to_numpy().astype(np.int64)


def best_pairs(
    known: Evidence, rows: Places, score: Score | Scorer, count: int, abroad: bool
) -> tuple[Places, Places, Floats]:
    """Return ends and scores of the best unlinked pairs that start in `rows`, best first."""
    network = known.network
    every = len(rows) == network.size
    binary = network.binary
    scorer = _scorer(known, score) if isinstance(score, str) else score
    country = network.nodes["country"].cast(pl.String).rank("dense").fill_null(0).to_numpy()
    step = max(1, _ROOM // max(network.size, 1))
    kept: list[tuple[Places, Places, Floats]] = []
    for start in range(0, len(rows), step):
        mine = rows[start : start + step]
        values = scorer(mine)
        values[sparse.csr_array(binary[mine]).nonzero()] = 0
        values[np.arange(len(mine)), mine] = 0
        if every:  # each pair once
            values[np.arange(network.size)[None, :] < mine[:, None]] = 0
        if abroad:
            values[(country[mine][:, None] == country[None, :])] = 0
        kept.append(_highest(values, mine, count))
    one, other, found = (np.concatenate(part) for part in zip(*kept, strict=True)) if kept else (
        np.zeros(0, int), np.zeros(0, int), np.zeros(0))  # fmt: skip
    order = np.lexsort((other, one, -found))[:count]
    return one[order], other[order], found[order]


def _scorer(known: Evidence, score: Score) -> Scorer:
    shared, binary = _shares(known.network)

    def block(rows: Places) -> Floats:
        partners = topics = np.ones(1)
        if score != "topics":
            partners = sparse.csr_array(shared[rows] @ binary).toarray()
        if score != "partners":
            topics = sparse.csr_array(known.topics[rows] @ known.topics.T).toarray()
        return np.asarray(partners * topics, dtype=np.float64)

    return block


def _highest(values: Floats, rows: Places, count: int) -> tuple[Places, Places, Floats]:
    flat = values.ravel()
    enough = min(count, int(np.count_nonzero(flat > 0)))
    if enough == 0:
        return np.zeros(0, int), np.zeros(0, int), np.zeros(0)
    least = np.partition(flat, len(flat) - enough)[len(flat) - enough]
    best = np.flatnonzero(flat >= least)  # with all that tie, so that blocks do not matter
    return rows[best // values.shape[1]], best % values.shape[1], flat[best]


def _joint_partners(network: Network, one: Places, other: Places) -> list[int]:
    both = network.binary[one] * network.binary[other] if len(one) else np.zeros((0, 1))
    return [int(n) for n in np.asarray(both.sum(axis=1)).ravel()]


def _joint_topics(known: Evidence, one: Places, other: Places) -> list[list[str]]:
    """The joint topics that weigh most, at most five a pair."""
    found = []
    for u, v in zip(one, other, strict=True):
        both = (known.topics[[u]] * known.topics[[v]]).tocoo()
        order = np.lexsort((both.col, -both.data))[:_NAMED]
        found.append([known.names[both.col[i]] for i in order])
    return found

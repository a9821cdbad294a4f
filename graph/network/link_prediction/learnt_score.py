"""Who will meet: a score learnt from who met before, whose parts can be read.

Six traits of a pair go into a logistic regression that is fitted to the newest year for which the
answer is known: of the pairs that had not met before, which did? Traits are logarithms or lie
between 0 and 1, and are centred and scaled, so that weights can be compared with each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse
from scipy.special import expit

from permed.graph.network.link_prediction.best_pairs import PairScore
from permed.graph.network.link_prediction.suggestions import (
    Evidence,
    cosines,
    evidence,
    rarity,
)
from permed.graph.network.link_prediction.traits import TRAITS, node_traits, traits
from permed.graph.network.projection.filters import Scope
from permed.graph.network.projection.options import Target
from permed.graph.network.projection.project import project
from permed.graph.network.projection.roles import RoleData

__all__ = [
    "ENOUGH",
    "Experience",
    "Weights",
    "chances",
    "experience",
    "fit",
    "lesson",
    "linked",
    "newest",
    "reasons",
]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
_DRAWN = 200_000  # pairs that did not meet, to learn from and to be compared with
_RIDGE = 1.0
ENOUGH = 100  # pairs that met, to learn from
_YEARS = 5
_SLACK = 1e-9  # log odds; more than the order of additions can change


@dataclass(frozen=True)
class Weights:
    """base and one weight a trait, for traits less their mean and divided by their spread.

    year: from which it is learnt. pairs: how many met in it.
    """

    base: float
    weights: Floats
    mean: Floats
    spread: Floats
    year: int
    pairs: int

    def chance(self, values: Floats) -> Floats:
        """Return the estimated chance that pairs with these traits (rows) meet within a year."""
        scaled = (values - self.mean) / self.spread
        return np.asarray(expit(self.base + scaled @ self.weights))

    def table(self) -> pl.DataFrame:
        """Return trait, meaning and weight."""
        names, told = list(TRAITS), list(TRAITS.values())
        return pl.DataFrame({"trait": names, "meaning": told, "weight": self.weights})


@dataclass(frozen=True)
class Experience:
    """What was known before a year, which pairs met in it for the first time, and strangers.

    met, strangers: two columns of node indices. strangers: all, or 200,000 drawn at random; share:
    which part of all they are.
    """

    known: Evidence
    met: Places
    strangers: Places
    share: float
    year: int


def chances(known: Evidence, weights: Weights) -> PairScore:
    """Return how chances are computed for many pairs, and what a node can reach in them."""
    network = known.network
    size, active, country = node_traits(known)
    rare = rarity(network), rarity(network, logarithm=False)
    log, full = (sparse.csr_array(network.binary * weight[None, :]) for weight in rare)
    scale = weights.weights / weights.spread
    base = weights.base - float(scale @ weights.mean)

    def block(rows: Places, columns: Places) -> Floats:
        theirs = network.binary[columns].T
        home = country[rows][:, None]
        parts = (
            _logarithms(log[rows] @ theirs),
            _logarithms(100 * (full[rows] @ theirs)),
            cosines(known, rows, columns),
            size[rows][:, None] + size[columns],
            active[rows][:, None] + active[columns],
            (home == country[columns]) & (home > 0),
        )
        sums = np.full((len(rows), len(columns)), base)
        for value, factor in zip(parts, scale, strict=True):
            sums += factor * value
        return np.asarray(expit(sums))

    own = scale[3] * size + scale[4] * active
    most = (  # all partners joint, the same topics and country; what weighs less than 0 is absent
        np.log1p(np.asarray(log.sum(axis=1)).ravel()),
        np.log1p(100 * np.asarray(full.sum(axis=1)).ravel()),
        np.diff(known.topics.indptr) > 0,
        country > 0,
    )
    factors = np.maximum(scale[[0, 1, 2, 5]], 0)
    reach = base + own + np.stack(most, axis=1) @ factors
    return PairScore(block, reach + _SLACK, own, expit)


def _logarithms(product: sparse.csr_array) -> Floats:
    """ln(1 + x) of a sparse matrix, dense; most of its cells are 0 and need no logarithm."""
    product.data = np.log1p(product.data)
    return np.asarray(product.toarray(), dtype=np.float64)


def reasons(known: Evidence, weights: Weights, one: Places, other: Places) -> pl.DataFrame:
    """Return what each trait adds to a pair's log odds over an average pair, a column a trait."""
    scaled = (traits(known, one, other) - weights.mean) / weights.spread * weights.weights
    columns = {f"by_{name}": np.round(scaled[:, i], 4) for i, name in enumerate(TRAITS)}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Float64))


def beginnings(data: RoleData, scope: Scope | None) -> tuple[RoleData, pl.DataFrame]:
    """Return the roles that pass the scope, and the year in which each activity begins."""
    rows, _ = (scope or Scope()).apply(data)
    begins = rows.group_by("activity").agg(pl.col("start").min().dt.year().alias("year"))
    return replace(data, roles=rows), begins


def newest(data: RoleData, scope: Scope | None) -> int | None:
    """Return the newest year in which an activity begins, None without any date."""
    year = beginnings(data, scope)[1]["year"].max()
    return year if isinstance(year, int) else None


def lesson(data: RoleData, to: Target, scope: Scope | None) -> Experience | None:
    """Return the newest of the last five years in which 100 pairs met, else the one with most.

    None without any date: a year that has just begun teaches little.
    """
    last = newest(data, scope)
    best: Experience | None = None
    for year in range(last, last - _YEARS, -1) if last is not None else ():
        past = experience(data, to, scope, year)
        if best is None or len(past.met) > len(best.met):
            best = past
        if len(past.met) >= ENOUGH:
            return past
    return best


def _only(data: RoleData, begins: pl.DataFrame, condition: pl.Expr) -> RoleData:
    """Return the roles and topics of the activities (activity, year) that fulfil a condition."""
    kept = begins.filter(condition)
    roles = data.roles.join(kept, on="activity", how="semi", maintain_order="left")
    topics = data.topics.join(kept, on="activity", how="semi", maintain_order="left")
    return replace(data, roles=roles, topics=topics)


def experience(
    data: RoleData, to: Target, scope: Scope | None, year: int, seed: int = 1
) -> Experience:
    """Return what was known before `year` and who met in it, among nodes known before."""
    chosen, begins = beginnings(data, scope)
    known = evidence(_only(chosen, begins, pl.col("year") < year), to)
    later = project(_only(chosen, begins, pl.col("year") == year), to)
    met = _met(known, later.nodes["id"], later.proper)
    strangers = _strangers(known, met, seed)
    n = known.network.size
    apart = n * (n - 1) / 2 - known.network.proper.height - len(met)
    return Experience(known, met, strangers, len(strangers) / max(apart, 1), year)


def _met(known: Evidence, ids: pl.Series, edges: pl.DataFrame) -> Places:
    """Pairs that met in the hidden year, both known before and not yet linked."""
    place = {name: i for i, name in enumerate(known.network.nodes["id"])}
    at = np.array([place.get(name, -1) for name in ids], dtype=np.int64)
    ends = np.stack([at[edges["source"].to_numpy()], at[edges["target"].to_numpy()]], axis=1)
    ends = np.sort(ends[(ends >= 0).all(axis=1)], axis=1)
    return ends[~linked(known, ends)]


def linked(known: Evidence, ends: Places) -> npt.NDArray[np.bool_]:
    """Whether pairs (two columns) are linked already."""
    if not len(ends):
        return np.zeros(0, bool)
    return np.asarray(known.network.binary[ends[:, 0], ends[:, 1]]).ravel() > 0


def _strangers(known: Evidence, met: Places, seed: int) -> Places:
    """Unlinked pairs that did not meet: all, or a random sample of them."""
    n = known.network.size
    if n * (n - 1) // 2 <= _DRAWN:
        ends = np.stack(np.triu_indices(n, 1), axis=1)
    else:
        ends = np.sort(np.random.default_rng(seed).integers(0, n, (_DRAWN, 2)), axis=1)
        keys = np.unique((ends[:, 0] * n + ends[:, 1])[ends[:, 0] != ends[:, 1]])
        ends = np.stack([keys // n, keys % n], axis=1)  # one number a pair sorts faster than two
    seen = np.isin(ends[:, 0] * n + ends[:, 1], met[:, 0] * n + met[:, 1])
    return ends[~linked(known, ends) & ~seen]


def fit(past: Experience) -> Weights | None:
    """Fit a logistic regression with a small ridge by Newton's method (Hosmer and Lemeshow 1989).

    The base is corrected for the share of strangers that were drawn (King and Zeng, Political
    Analysis 9, 2001), so that chances are those of all pairs. None without pairs of both kinds.
    """
    if not len(past.met) or not len(past.strangers):
        return None
    ends = np.concatenate([past.met, past.strangers])
    truth = np.repeat([1.0, 0.0], [len(past.met), len(past.strangers)])
    values = traits(past.known, ends[:, 0], ends[:, 1])
    mean, spread = values.mean(axis=0), values.std(axis=0)
    spread[spread == 0] = 1
    matrix = np.hstack([np.ones((len(ends), 1)), (values - mean) / spread])
    beta = _newton(matrix, truth)
    base = float(beta[0]) + float(np.log(past.share))
    return Weights(base, beta[1:], mean, spread, past.year, len(past.met))


def _newton(matrix: Floats, truth: Floats) -> Floats:
    """Newton's method; a step that would make things worse is halved until it does not."""
    ridge = np.full(matrix.shape[1], _RIDGE)
    ridge[0] = 0
    beta = np.zeros(matrix.shape[1])
    beta[0] = np.log(truth.mean() / (1 - truth.mean()))
    cost = _cost(matrix, truth, ridge, beta)
    for _ in range(100):
        chance = expit(matrix @ beta)
        slope = matrix.T @ (truth - chance) - ridge * beta
        bend = (matrix * (chance * (1 - chance))[:, None]).T @ matrix + np.diag(ridge)
        step = np.linalg.lstsq(bend, slope)[0]
        while (worse := _cost(matrix, truth, ridge, beta + step)) > cost and np.abs(step).max() > 0:
            step /= 2
        beta, cost = beta + step, worse
        if np.abs(step).max() < 1e-9:
            break
    return beta


def _cost(matrix: Floats, truth: Floats, ridge: Floats, beta: Floats) -> float:
    """Negative log likelihood with the ridge's penalty."""
    odds = matrix @ beta
    return float((np.logaddexp(0, odds) - truth * odds).sum() + (ridge * beta**2).sum() / 2)

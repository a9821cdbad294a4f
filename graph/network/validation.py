"""Are the suggestions any good? Hide the newest year and see who did meet."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from graph.errors import InputError
from graph.network.members import Target
from graph.network.projection import project
from graph.network.roles import RoleData
from graph.network.scope import Scope
from graph.network.suggestion import Evidence, Score, best_pairs, evidence, score_pairs

__all__ = ["Validation", "auc", "validate"]

_SAMPLE = 200_000
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Validation:
    """year: the hidden one. pairs: new pairs of known nodes in it. table: one row a score with auc
    and precision at k; null where nothing could be hidden."""

    year: int | None
    pairs: int
    table: pl.DataFrame
    note: str | None = None


def validate(
    data: RoleData,
    to: Target = "organisation",
    scope: Scope | None = None,
    *,
    year: int | None = None,
    k: int = 100,
    seed: int = 1,
) -> Validation:
    """Suggest from the activities before `year` and check against those that start in it.

    year: by default the newest in which an activity starts. auc: chance that a pair that met scores
    higher than an unlinked pair that did not (ties half; 200,000 of the latter drawn at most).
    precision: share of the best k suggestions that met; chance: share of all unlinked pairs that
    met; degree: the product of the degrees as a simple rival. InputError for k below 1.
    """
    if k < 1:
        raise InputError(f"k {k} must be 1 or more")
    rows, _ = (scope or Scope()).apply(data)
    chosen = replace(data, roles=rows)
    begins = rows.group_by("activity").agg(pl.col("start").min().dt.year().alias("year"))
    newest = begins["year"].max()
    hidden = year if year is not None else newest if isinstance(newest, int) else None
    if hidden is None:
        return Validation(None, 0, _table([]), "no activity has a date: nothing can be hidden")
    known = evidence(_only(chosen, begins, pl.col("year") < hidden), to)
    later = project(_only(chosen, begins, pl.col("year") == hidden), to)
    one, other = _met(known, later.nodes["id"], later.proper)
    if len(one) == 0:
        note = f"no two known nodes met for the first time in {hidden}"
        return Validation(hidden, 0, _table([]), note)
    found = [_row(known, score, one, other, k, seed) for score in ("both", "partners", "topics")]
    return Validation(hidden, len(one), _table([*found, _rival(known, one, other, seed)]))


def _only(data: RoleData, begins: pl.DataFrame, condition: pl.Expr) -> RoleData:
    kept = begins.filter(condition)
    roles = data.roles.join(kept, on="activity", how="semi", maintain_order="left")
    topics = data.topics.join(kept, on="activity", how="semi", maintain_order="left")
    return replace(data, roles=roles, topics=topics)


def _met(known: Evidence, ids: pl.Series, edges: pl.DataFrame) -> tuple[Places, Places]:
    """Pairs that met in the hidden year, both known before and not yet linked."""
    place = {name: i for i, name in enumerate(known.network.nodes["id"])}
    at = np.array([place.get(name, -1) for name in ids], dtype=np.int64)
    u, v = at[edges["source"].to_numpy()], at[edges["target"].to_numpy()]
    both = (u >= 0) & (v >= 0)
    u, v = u[both], v[both]
    linked = np.asarray(known.network.binary[u, v]).ravel() > 0 if len(u) else np.zeros(0, bool)
    return np.minimum(u, v)[~linked], np.maximum(u, v)[~linked]


def _row(
    known: Evidence, score: Score, one: Places, other: Places, k: int, seed: int
) -> dict[str, object]:
    met = score_pairs(known, one, other)[score]
    u, v = _strangers(known, one, other, seed)
    everyone = np.arange(known.network.size)
    first, second, _ = best_pairs(known, everyone, score, k, abroad=False)
    hits = set(zip(one.tolist(), other.tolist(), strict=True))
    pairs = zip(np.minimum(first, second).tolist(), np.maximum(first, second).tolist(), strict=True)
    right = sum(pair in hits for pair in pairs)
    return {
        "score": score,
        "auc": auc(met, score_pairs(known, u, v)[score]),
        "k": len(first),
        "precision": right / len(first) if len(first) else None,
        "chance": _chance(known, len(one)),
    }


def _rival(known: Evidence, one: Places, other: Places, seed: int) -> dict[str, object]:
    degree = known.network.degree.astype(np.float64)
    u, v = _strangers(known, one, other, seed)
    value = auc(degree[one] * degree[other], degree[u] * degree[v])
    return {"score": "degree", "auc": value, "chance": _chance(known, len(one))}


def _chance(known: Evidence, met: int) -> float:
    n = known.network.size
    return met / (n * (n - 1) / 2 - known.network.proper.height)


def _strangers(known: Evidence, one: Places, other: Places, seed: int) -> tuple[Places, Places]:
    """Unlinked pairs that did not meet: all, or a random sample of them."""
    n = known.network.size
    if n * (n - 1) // 2 <= _SAMPLE:
        u, v = np.triu_indices(n, 1)
    else:
        generator = np.random.default_rng(seed)
        ends = np.sort(generator.integers(0, n, (2, _SAMPLE)), axis=0)
        u, v = ends[:, ends[0] != ends[1]]
    linked = np.asarray(known.network.binary[u, v]).ravel() > 0
    met = np.isin(u * n + v, one * n + other)
    return u[~linked & ~met], v[~linked & ~met]


def auc(positive: Floats, negative: Floats) -> float | None:
    """Return the area under the ROC curve, ties half (Mann and Whitney); None if one is empty."""
    if len(positive) == 0 or len(negative) == 0:
        return None
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    upto = np.searchsorted(ordered, positive, side="right")
    return float((below + upto).sum() / 2 / (len(positive) * len(negative)))


def _table(rows: list[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema={
            "score": pl.String,
            "auc": pl.Float64,
            "k": pl.Int64,
            "precision": pl.Float64,
            "chance": pl.Float64,
        },
    )

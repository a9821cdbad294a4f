"""Sentences on what size and distance let expect."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import combinations

import numpy as np
import pytest

from permed.api.report.claims.claim import Claim
from permed.api.report.figures.data import ReportData
from permed.graph.network.comparison.gravity import geography
from tests.api.report import brute_force
from tests.api.report.brute_force import World
from tests.api.report.claims.counted import Check

__all__ = ["CHECKS"]


def _pairs_of_countries(world: World) -> tuple[list[tuple[str, str]], np.ndarray, np.ndarray]:
    """Pairs, joint activities, and what the gravity equation knows of each."""
    work: dict[str, set[str]] = defaultdict(set)
    for row in brute_force.counted(world.rows):
        if row["country"] and not row["agent"].startswith("person/"):
            work[row["country"]].add(row["activity"])
    places = {row["country"]: row for row in geography().iter_rows(named=True)}
    codes = sorted(set(work) & set(places))
    pairs = list(combinations(codes, 2))
    joint = np.array([len(work[a] & work[b]) for a, b in pairs], dtype=float)
    traits = []
    for a, b in pairs:
        one, other = places[a], places[b]
        speak = (set(one["languages"]) & set(other["languages"])) - {""}
        near = b in one["neighbours"] or a in other["neighbours"]
        traits.append([
            math.log(len(work[a]) * len(work[b])), math.log(max(_kilometres(one, other), 1.0)),
            float(near), float(bool(speak)),
        ])  # fmt: skip
    return pairs, joint, np.array(traits)


def _kilometres(one: brute_force.Row, other: brute_force.Row) -> float:
    """Great circle by the angle between two directions from the centre of the Earth."""

    def direction(row: brute_force.Row) -> np.ndarray:
        north, east = math.radians(row["latitude"]), math.radians(row["longitude"])
        return np.array([
            math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north),
        ])  # fmt: skip

    u, v = direction(one), direction(other)
    return 6371.0 * math.atan2(float(np.linalg.norm(np.cross(u, v))), float(u @ v))


def _fitted(world: World) -> tuple[list[tuple[str, str]], np.ndarray, np.ndarray, np.ndarray]:
    from sklearn.linear_model import PoissonRegressor

    pairs, joint, traits = _pairs_of_countries(world)
    model = PoissonRegressor(alpha=0, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    model.fit(traits, joint)
    return pairs, joint, model.predict(traits), model.coef_


def _distance(data: ReportData, world: World, claim: Claim) -> None:
    *_, coefficients = _fitted(world)
    left, low, high = (float(str(claim.values[name])) for name in ("left", "low", "high"))
    assert left == pytest.approx(2 ** coefficients[1], rel=1e-4)
    assert low < left < high
    assert math.sqrt(low * high) == pytest.approx(left)


def _gap(data: ReportData, world: World, claim: Claim) -> None:
    pairs, joint, expected, _ = _fitted(world)
    residual = (joint - expected) / np.sqrt(expected)
    most = min((i for i in range(len(pairs)) if expected[i] >= 5), key=lambda i: residual[i])
    one, other = pairs[most]
    names = {world.country_names[one], world.country_names[other]}
    assert set(str(claim.values["pair"]).split(" and ", 1)) == names
    assert claim.values["joint"] == joint[most]
    assert claim.chance == pytest.approx(expected[most], rel=1e-4)


CHECKS: dict[str, Check] = {
    "where-gravity.distance": _distance,
    "where-gravity.gap": _gap,
}

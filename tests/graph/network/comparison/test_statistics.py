"""Gravity against R, survival of ties by hand, intervals of ranks against a plain bootstrap."""

from __future__ import annotations

from datetime import date
from itertools import combinations, pairwise

import numpy as np
import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.graph.network import analyses, from_tables, project, selection_of
from permed.graph.network.comparison.gravity import TERMS, _poisson, geography, gravity
from permed.graph.network.comparison.rank_intervals import rank_intervals
from permed.graph.network.comparison.tie_survival import periods_of
from permed.graph.network.projection.roles import RoleData
from permed.graph.network.projection.selection import release_roles
from permed.graph.releases.release import Release
from tests.graph.network.graphs import empty
from tests.graph.network.samples import tables

DATA = from_tables(tables())


def test_poisson_is_that_of_r() -> None:
    random = np.random.default_rng(7)
    n = 40
    x = np.stack([
        np.ones(n), np.round(random.normal(3, 1, n), 2), np.round(random.normal(6, 0.5, n), 2),
        (random.random(n) < 0.3) * 1.0, (random.random(n) < 0.2) * 1.0,
    ], axis=1)  # fmt: skip
    y = random.poisson(np.exp(-1 + 0.9 * x[:, 1] - 0.2 * x[:, 2] + 0.4 * x[:, 3])).astype(float)
    estimate, errors = _poisson(x, y)
    # R 4: glm(y ~ x, family = poisson), and the sandwich of its model matrix
    assert estimate == pytest.approx(
        [0.8629065443393, 0.7363978455844, -0.4077140318007, -0.3862622672186, 0.0933611195466],
        abs=1e-8,
    )
    assert errors == pytest.approx(
        [1.742003540094, 0.177818007369, 0.275342532241, 0.463258043738, 0.243647427850], abs=1e-8
    )


def test_pairs_of_the_release_beside_gravity(release: Release) -> None:
    data = release_roles(release)
    countries = selection_of({"nodes": "countries"}).network(data)
    found = gravity(countries)
    n = len(set(countries.nodes["country"]) - set(found.left_out))
    assert found.pairs.height == n * (n - 1) // 2
    assert found.left_out == ["EU"]
    assert found.coefficients["term"].to_list() == list(TERMS)
    # of a Poisson model with a constant, the sums of what is seen and expected are the same
    assert found.pairs["expected"].sum() == pytest.approx(found.pairs["observed"].sum(), rel=1e-6)
    taken = {
        country: set(group["activity"])
        for (country,), group in data.roles.group_by("agent_country")
    }
    row = found.pairs.filter((pl.col("one") == "DE") & (pl.col("other") == "FR")).to_dicts()[0]
    assert 0 < row["observed"] <= len(taken["DE"] & taken["FR"])
    assert row["residual"] == pytest.approx(
        (row["observed"] - row["expected"]) / row["expected"] ** 0.5
    )
    assert (row["distance"], row["border"], row["language"]) == (878, True, False)
    with pytest.raises(InputError, match="give nodes countries"):
        gravity(project(data))


def test_geography_is_symmetric_and_whole() -> None:
    table = geography()
    near = {row["country"]: set(row["neighbours"]) - {""} for row in table.to_dicts()}
    assert all(one in near[other] for one in near for other in near[one] if other in near)
    assert table.filter(pl.col("latitude").abs() > 90).is_empty()
    assert {"DE", "GR", "GB", "XK", "IL", "CA"} <= set(near)


def _pairs(data: RoleData, years: tuple[int, int]) -> tuple[set[str], set[tuple[str, str]]]:
    begun: dict[object, date | None] = {
        activity: min(group["start"].drop_nulls().to_list(), default=None)
        for (activity,), group in data.roles.group_by("activity")
    }
    nodes, ties = set(), set()
    for activity, start in begun.items():
        if start is None or not years[0] <= start.year <= years[1]:
            continue
        rows = data.roles.filter(
            (pl.col("activity") == activity) & (pl.col("agent_kind") == "organisation")
        )
        members = sorted(set(rows["agent"]))
        nodes |= set(members)
        ties |= set(combinations(members, 2))
    return nodes, ties


def test_survival_by_hand() -> None:
    data = DATA
    only = data.roles.filter(pl.col("activity").str.starts_with("project/"))
    projects = RoleData(only, data.topics, data.agents)
    said = ["2014:2018", "2019:2019", "2020:2022"]
    table = analyses.survival(projects, selection_of({}), said).table
    spans = [(2014, 2018), (2019, 2019), (2020, 2022)]
    for row, (one, other) in zip(table.to_dicts(), pairwise(spans), strict=True):
        (n0, t0), (n1, t1) = _pairs(projects, one), _pairs(projects, other)
        among = {t for t in t0 if set(t) <= n1}
        assert (row["stayed"], row["ties_before"], row["ties_after"], row["kept"]) == (
            len(n0 & n1), len(t0), len(t1), len(t0 & t1),
        )  # fmt: skip
        assert row["survival"] == (len(t0 & t1) / len(t0) if t0 else None)
        assert row["renewal"] == (1 - len(t0 & t1) / len(t1) if t1 else None)
        assert row["ties_among_stayed"] == len(among)
    assert table["kept"].to_list() == [1, 0]


@pytest.mark.parametrize("said", [["2014"], ["2014:2018", "2018:2020"], ["2019", "2014"], []])
def test_periods_must_be_apart_and_in_order(said: list[str]) -> None:
    with pytest.raises(InputError, match="periods"):
        periods_of(said)


def test_rank_intervals_are_those_of_a_plain_bootstrap() -> None:
    whole = project(DATA)
    assert whole.incidence is not None
    cells = whole.incidence.matrix.toarray()
    random = np.random.default_rng(1)
    degrees = []
    for _ in range(50):
        drawn = cells[:, random.integers(0, cells.shape[1], cells.shape[1])]
        joint = drawn @ drawn.T
        np.fill_diagonal(joint, 0)
        degrees.append((joint > 0).sum(axis=1))
    ranks = [[1 + (row > value).sum() for value in row] for row in degrees]
    table = rank_intervals(whole, "degree", draws=50).sort("id")
    low, high = np.percentile(degrees, (2.5, 97.5), axis=0)
    first, last = np.percentile(ranks, (2.5, 97.5), axis=0)
    assert table["value_low"].to_list() == pytest.approx(low)
    assert table["value_high"].to_list() == pytest.approx(high)
    assert table["rank_low"].to_list() == np.floor(first).tolist()
    assert table["rank_high"].to_list() == np.ceil(last).tolist()
    with pytest.raises(InputError, match="need its activities"):
        rank_intervals(empty(3))
    with pytest.raises(InputError, match="only weight count"):
        analyses.ranks(whole, selection=selection_of({"weight": "money"}))

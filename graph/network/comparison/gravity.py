"""Pairs of countries beside what their size and distance explain; the residuals are the gaps.

The gravity equation with Poisson pseudo maximum likelihood (Santos Silva and Tenreyro, Rev. Econ.
Stat. 88, 2006): the joint activities of a pair are Poisson with the mean exp(b0 + b1 ln(m_i m_j) +
b2 ln(distance) + b3 border + b4 language), m the activities of each country; pairs without a joint
activity count too. Standard errors are robust (sandwich). Capitals, borders and languages are those
of GeoNames (geonames.org, CC BY 4.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network

__all__ = ["TERMS", "Gravity", "geography", "gravity"]

TERMS: Final = ("constant", "ln activities", "ln distance", "border", "language")
_EARTH: Final = 6371.0  # km
_NEAREST: Final = 1.0  # km; no two capitals are nearer
_ROUNDS: Final = 100
_PRECISE: Final = 1e-10

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Gravity:
    """coefficients: term, estimate, standard_error, z. pairs: one row a pair, the widest gap first.

    pairs: one, other, observed, expected, ratio, residual ((observed - expected) / sqrt(expected)),
    distance (km), border, language. left_out: countries without coordinates.
    """

    coefficients: pl.DataFrame
    pairs: pl.DataFrame
    left_out: list[str]


@cache
def geography() -> pl.DataFrame:
    """Return country, latitude, longitude, languages and neighbours by ISO 3166 code."""
    path = Path(__file__).with_name("geography.tsv")
    table = pl.read_csv(path, separator="\t", infer_schema=False)
    lists = pl.col("languages", "neighbours").fill_null("").str.split(",")
    return table.with_columns(lists, pl.col("latitude", "longitude").cast(pl.Float64))


def gravity(network: Network, least: int = 1) -> Gravity:
    """Fit the gravity equation to a network of countries (weights: joint activities).

    least: activities that a country must have. InputError for a network of something else, or with
    fewer than six countries.
    """
    nodes = network.nodes
    if "activities" not in nodes.columns or set(nodes["kind"]) != {"country"}:
        raise InputError("gravity is of countries; give nodes countries")
    codes = nodes["country"].fill_null("")
    known = nodes.with_columns(country=codes, at=np.arange(network.size)).join(
        geography(), on="country", how="inner", maintain_order="left"
    ).filter(pl.col("activities") >= least)  # fmt: skip
    left_out = sorted(set(codes) - set(known["country"]))
    if known.height <= len(TERMS):
        raise InputError(f"gravity needs more than {len(TERMS)} countries; widen the filter")
    one, other = np.triu_indices(known.height, k=1)
    design, told = _traits(known, one, other)
    at = known["at"].to_numpy()
    observed = np.asarray(network.matrix[at][:, at].todense())[one, other]
    estimate, errors = _poisson(design, observed)
    mean = np.exp(design @ estimate)
    names = known["country"]
    pairs = pl.DataFrame({
        "one": names.gather(one), "other": names.gather(other), "observed": observed,
        "expected": mean, "ratio": observed / mean,
        "residual": (observed - mean) / np.sqrt(mean), **told,
    })  # fmt: skip
    coefficients = pl.DataFrame({
        "term": TERMS, "estimate": estimate, "standard_error": errors, "z": estimate / errors,
    })  # fmt: skip
    return Gravity(coefficients, pairs.sort("residual", "one", "other"), left_out)


def _traits(
    known: pl.DataFrame, one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]
) -> tuple[Floats, dict[str, object]]:
    """Rows of the design matrix, and what they say of each pair."""
    size = known["activities"].to_numpy().astype(np.float64)
    place = np.radians(known.select("latitude", "longitude").to_numpy())
    distance = np.maximum(_great_circle(place[one], place[other]), _NEAREST)
    near = [set(values) for values in known["neighbours"]]
    speak = [set(values) - {""} for values in known["languages"]]
    names = known["country"].to_list()
    border = np.array([names[j] in near[i] or names[i] in near[j] for i, j in zip(one, other,
                       strict=True)])  # fmt: skip
    language = np.array([bool(speak[i] & speak[j]) for i, j in zip(one, other, strict=True)])
    columns = [
        np.ones(len(one)),
        np.log(size[one] * size[other]),
        np.log(distance),
        border,
        language,
    ]
    told: dict[str, object] = {
        "distance": np.round(distance, 0), "border": border, "language": language,
    }  # fmt: skip
    return np.stack(columns, axis=1).astype(np.float64), told


def _great_circle(one: Floats, other: Floats) -> Floats:
    """Kilometres between points of latitude and longitude in radians (haversine)."""
    half = np.sin((one - other) / 2) ** 2
    cosines = np.cos(one[:, 0]) * np.cos(other[:, 0])
    return np.asarray(2 * _EARTH * np.arcsin(np.sqrt(half[:, 0] + cosines * half[:, 1])))


def _poisson(design: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Estimates and robust standard errors, by iteratively reweighted least squares."""
    varies = np.array([True] + [bool(np.ptp(column)) for column in design.T[1:]])
    x = design[:, varies]
    beta: Floats = np.zeros(x.shape[1])
    beta[0] = np.log(max(float(counts.mean()), 1e-9))
    for _ in range(_ROUNDS):
        mean = np.exp(np.clip(x @ beta, -30, 30))
        target = x @ beta + (counts - mean) / mean
        gram = x.T @ (x * mean[:, None])
        following = np.asarray(
            np.linalg.lstsq(gram, x.T @ (mean * target), rcond=None)[0], dtype=np.float64
        )
        done = np.abs(following - beta).max() < _PRECISE
        beta = following
        if done:
            break
    mean = np.exp(x @ beta)
    bread = np.linalg.pinv(x.T @ (x * mean[:, None]))
    meat = x.T @ (x * ((counts - mean) ** 2)[:, None])
    estimate, errors = np.zeros(design.shape[1]), np.full(design.shape[1], np.nan)
    estimate[varies] = beta
    errors[varies] = np.sqrt(np.diag(bread @ meat @ bread))
    return estimate, errors

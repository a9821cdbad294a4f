"""Areas of the SRIA 2023 by a logistic model over the words of a text and its funding scheme."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

__all__ = [
    "METHOD", "THRESHOLD", "VERSION", "AreaModel", "areas", "chances", "counted", "scheme_groups",
    "weighted",
]  # fmt: skip

METHOD = "words and funding scheme, logistic"
VERSION = "1"
THRESHOLD = 0.7  # a lower chance says nothing: see the table in docs/secretariat.md
_SHOWN = 4  # words that the evidence names
# Short words and numbers say little of an area, and evidence that names them says nothing.
_WORD = r"\p{Alphabetic}{5,}"


@dataclass(frozen=True)
class AreaModel:
    """One area: the chance is logistic(intercept + weight of the scheme + weights x words)."""

    intercept: float
    schemes: Mapping[str, float]
    words: Mapping[str, float]


def areas(projects: pl.DataFrame) -> pl.DataFrame:
    """Return the areas that the model is sure of: projectID, area, score, evidence.

    Reads projectID, title, objective, scheme (code of CORDIS). A project has one row, several or
    none: none where it has no objective, a scheme that no reading has, or no chance of THRESHOLD.
    `score` is the chance in [0, 1]; `evidence` names the scheme and the words that raised it most.
    """
    told = chances(projects).filter(pl.col("chance") >= THRESHOLD)
    return told.select("projectID", "area", score=pl.col("chance").round(3), evidence="evidence")


def chances(projects: pl.DataFrame) -> pl.DataFrame:
    """Chance of each area for each project that can be judged, whatever its size."""
    groups = scheme_groups()
    known = projects.filter(
        pl.col("scheme").is_in(list(groups)) & (pl.col("objective").str.strip_chars() != "")
    )
    text = pl.concat_str("title", pl.lit(" "), "objective", ignore_nulls=True)
    values = weighted(counted(known.select("projectID", text=text)), _rarity())
    group = known.select("projectID", "scheme", group=pl.col("scheme").replace_strict(groups))
    parts = [_chance(area, model, group, values) for area, model in _models().items()]
    return pl.concat(parts).sort("projectID", "area", maintain_order=True)


def counted(texts: pl.DataFrame) -> pl.DataFrame:
    """How often each word stands in each text: projectID, text in; projectID, word, count out."""
    words = texts.select("projectID", word=pl.col("text").str.to_lowercase().str.extract_all(_WORD))
    return (
        words.explode("word").drop_nulls().group_by("projectID", "word", maintain_order=True)
        .agg(count=pl.len().cast(pl.Int64))
    )  # fmt: skip


def weighted(counts: pl.DataFrame, rarity: Mapping[str, float]) -> pl.DataFrame:
    """Weigh counted words: projectID, word, value, of Euclidean length 1 a text.

    The value of a word is (1 + ln of its count) x its rarity (Salton and Buckley 1988, "ltc");
    words outside `rarity` are left out.
    """
    rare = pl.DataFrame({"word": list(rarity), "rarity": list(rarity.values())})
    found = counts.join(rare, on="word", maintain_order="left").with_columns(
        value=(1 + pl.col("count").cast(pl.Float64).log()) * pl.col("rarity")
    )
    length = pl.col("value").pow(2).sum().sqrt().over("projectID")
    return found.select("projectID", "word", value=pl.col("value") / length)


def _chance(area: str, model: AreaModel, group: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Chance and evidence of one area, one row a project, in the order of `group`."""
    weights = pl.DataFrame({"word": list(model.words), "weight": list(model.words.values())})
    added = values.join(weights, on="word", maintain_order="left").with_columns(
        part=pl.col("value") * pl.col("weight")
    )
    strongest = pl.col("word").filter(pl.col("part") > 0)
    summed = (
        added.sort("part", "word", descending=[True, False])
        .group_by("projectID", maintain_order=True)
        .agg(
            pl.col("part").sum().alias("said"), strongest.head(_SHOWN).str.join(", ").alias("words")
        )
    )
    rows = group.join(summed, on="projectID", how="left", maintain_order="left")
    own = pl.col("group").replace_strict(model.schemes, return_dtype=pl.Float64)
    total = model.intercept + own + pl.col("said").fill_null(0.0)
    named = pl.when(pl.col("words") != "").then("; words: " + pl.col("words")).otherwise(pl.lit(""))
    return rows.select(
        "projectID",
        area=pl.lit(area),
        chance=1 / (1 + (-total).exp()),
        evidence="funding scheme " + pl.col("scheme") + named.fill_null(""),
    )


@cache
def _file() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(
        files(__package__).joinpath("weights.json").read_text(encoding="utf-8")
    )
    return read


def scheme_groups() -> Mapping[str, str]:
    """Funding schemes of CORDIS, and the group that each is weighed with."""
    schemes: dict[str, str] = _file()["schemes"]
    return schemes


def _rarity() -> Mapping[str, float]:
    rarity: dict[str, float] = _file()["rarity"]
    return rarity


@cache
def _models() -> Mapping[str, AreaModel]:
    return {area: AreaModel(**parts) for area, parts in _file()["areas"].items()}

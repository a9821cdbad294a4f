"""The fitted model: two logistic scores over legible features, kept in weights.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

import polars as pl

from permed.ingest.relevance.features import SPOKEN

__all__ = [
    "KINDS", "LABELS", "TARGETS", "Model", "Target", "apply", "from_json", "load_models", "to_json",
]  # fmt: skip

LABELS = ("none", "related", "core")
# the two questions, by their names in a Model
TARGETS = ("core", "relevant")
# "full" reads the objective; without one "rich" reads title, call, keywords, fields and outputs,
# and "short" serves projects known by title and call alone.
KINDS = ("full", "rich", "short")


@dataclass(frozen=True)
class Target:
    """One yes-or-no question: the chance is logistic(intercept + sum of weight x feature)."""

    intercept: float
    weights: Mapping[str, float]
    threshold: float

    def chance(self) -> pl.Expr:
        """Chance in [0, 1] from a feature table; features without a weight are not read."""
        terms = [pl.col(name) * weight for name, weight in self.weights.items()]
        total = pl.sum_horizontal(pl.lit(self.intercept), *terms)
        return 1 / (1 + (-total).exp())


@dataclass(frozen=True)
class Model:
    """`core`: is it about personalised medicine; `relevant`: is it core or related.

    needs_phrase: a project in which no raising phrase was found is none, whatever its call, field
    or other words. Titles are too short for that.
    """

    core: Target
    relevant: Target
    needs_phrase: bool


def apply(model: Model, table: pl.DataFrame) -> pl.DataFrame:
    """Label projects from their feature table.

    Columns: projectID, label, score (mean of the two chances: 0 none, about 0.5 related, 1 core),
    chance_core, chance_relevant, margin (distance of the deciding chance to its threshold).
    """
    phrase = (pl.max_horizontal(SPOKEN) > 0).cast(pl.Float64)
    spoken = phrase if model.needs_phrase else pl.lit(1.0)
    core_chance, relevant_chance = model.core.chance(), model.relevant.chance()
    chances = table.select(
        "projectID",
        (core_chance * spoken).alias("chance_core"),
        (pl.max_horizontal(core_chance, relevant_chance) * spoken).alias("chance_relevant"),
    )
    core = pl.col("chance_core") - model.core.threshold
    relevant = pl.col("chance_relevant") - model.relevant.threshold
    label = (
        pl.when(core >= 0)
        .then(pl.lit("core"))
        .when(relevant >= 0)
        .then(pl.lit("related"))
        .otherwise(pl.lit("none"))
    )
    nearest = pl.min_horizontal(core.abs(), relevant.abs())
    return chances.select(
        "projectID",
        label.alias("label"),
        pl.mean_horizontal("chance_core", "chance_relevant").alias("score"),
        "chance_core",
        "chance_relevant",
        pl.when(core >= 0).then(core).otherwise(nearest).alias("margin"),
    )


@cache
def load_models() -> dict[str, Model]:
    """The shipped models by kind, from weights.json."""
    return from_json(files(__package__).joinpath("weights.json").read_text("utf-8"))


def from_json(text: str) -> dict[str, Model]:
    """Models by kind from a text that `to_json` made."""
    return {
        kind: Model(Target(**held["core"]), Target(**held["relevant"]), held["needs_phrase"])
        for kind, held in json.loads(text).items()
    }


def to_json(models: Mapping[str, Model]) -> str:
    """The text of weights.json for these models."""
    return json.dumps({kind: asdict(models[kind]) for kind in KINDS}, indent=2) + "\n"

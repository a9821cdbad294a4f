"""What the error of the relevance labels does to totals over the selection."""

from __future__ import annotations

from typing import Final

import polars as pl

from permed.ingest.relevance.error import label_error
from permed.ingest.relevance.methods import judged_by

__all__ = ["total_ranges"]

# programmes of which the sources hold no objectives: their projects are judged by title and call
_BY_TITLE: Final = ("programme/fp7", "programme/h2020")
_LABELS: Final = ("core", "related")


def total_ranges(
    rows: pl.DataFrame, classifications: pl.DataFrame
) -> dict[str, tuple[float, float]]:
    """Return figure -> least and most of it that lies in activities rightly labelled.

    rows: roles with activity, relevance, programme, amount (EUR). classifications: entity, topic,
    method; what people labelled, and what has no label, is taken as right, and what is labelled as
    something else is left out. The bounds are those of the precision (95 %) of the version that
    labelled, or of two readers against each other where they did, added up over versions and kinds
    of text: activities, and eur in million.
    """
    labels = classifications.filter(pl.col("topic").str.starts_with("pm-relevance/"))
    by_version = labels.select("entity", version=judged_by(pl.col("method")))
    judged = by_version.drop_nulls().unique("entity", keep="first", maintain_order=True)
    by_people = by_version.filter(pl.col("version").is_null())
    machine = judged.join(by_people, on="entity", how="anti")
    totals = (
        rows.filter(pl.col("relevance").ne_missing("none"))
        .group_by("activity")
        .agg(pl.col("relevance", "programme").first(), pl.col("amount").sum())
        .join(machine, left_on="activity", right_on="entity", how="left")
        .with_columns(
            label=pl.when(pl.col("version").is_not_null()).then("relevance"),
            text=pl.when(pl.col("programme").is_in(_BY_TITLE))
            .then(pl.lit("short"))
            .otherwise(pl.lit("full")),
        )
        .group_by("label", "text", "version", maintain_order=True)
        .agg(activities=pl.len(), eur=pl.col("amount").sum() / 1e6)
    )
    found = {"activities": (0.0, 0.0), "eur": (0.0, 0.0)}
    for row in totals.iter_rows(named=True):
        low, high = 1.0, 1.0
        if row["label"] in _LABELS:
            share = label_error(row["label"], row["text"], "precision", row["version"])
            low, high = share.low, share.high
        for name, (least, most) in found.items():
            found[name] = least + low * row[name], most + high * row[name]
    return found

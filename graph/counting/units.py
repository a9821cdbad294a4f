"""As whom an organisation counts: parts and predecessors as one with the whole or the successor."""

from __future__ import annotations

from typing import Final

import polars as pl

from permed.graph.chains import anchor
from permed.graph.counting.rule import EU, EU_TYPE

__all__ = ["ROLLS_UP", "counting_country", "counting_units"]

# relation -> whether its object (else its subject) is the one that counts; a parent organisation
# (a ministry above an agency, a government above a ministry) is another organisation
ROLLS_UP: Final = {"part-of": True, "continued-by": True, "precursor-of": True, "replaces": False}


def counting_units(relations: pl.DataFrame) -> pl.DataFrame:
    """Return agent, unit for every organisation that does not count as itself.

    relations: subject, predicate, object by table ids; only pairs of organisations matter.
    Chains are followed to their end. One that leads to two organisations (a division) counts as
    itself; of those in a circle the first by id counts.
    """
    pairs = relations.filter(
        pl.col("predicate").is_in(list(ROLLS_UP)),
        pl.col("subject").str.starts_with("organisation/"),
        pl.col("object").str.starts_with("organisation/"),
    ).with_columns(up=pl.col("predicate").replace_strict(ROLLS_UP, return_dtype=pl.Boolean))
    steps = pairs.select(
        below=pl.when("up").then("subject").otherwise("object"),
        above=pl.when("up").then("object").otherwise("subject"),
    ).unique()
    single = steps.filter(pl.col("below") != pl.col("above"), pl.len().over("below") == 1)
    up = dict(single.iter_rows())
    ends = [(agent, anchor(agent, up)) for agent in sorted(up)]
    rows = [(agent, unit) for agent, unit in ends if unit != agent]
    return pl.DataFrame(rows, schema={"agent": pl.String, "unit": pl.String}, orient="row")


def counting_country(country: pl.Expr, kind: pl.Expr) -> pl.Expr:
    """Return the ISO code that an organisation counts for, from its seat and its type's code."""
    return pl.when(kind == EU_TYPE).then(pl.lit(EU)).otherwise(country)

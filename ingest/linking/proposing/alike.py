"""Likely duplicates: organisations with one VAT number, or one name in one country."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import polars as pl

from permed.ingest.linking.judgements.judgement import CANDIDATE, LEXICAL, Judgement
from permed.ingest.linking.names.parsing import parse_name

__all__ = ["alike", "name_key"]

_MOST_ALIKE = 5  # a larger set with one name is a chain or a placeholder, not a duplicate


def alike(organisations: pl.DataFrame, day: str, tool: str) -> Iterator[Judgement]:
    """Yield a candidate for each pair of organisations that may be one."""
    frame = organisations.filter(pl.col("country").is_not_null())
    keyed = frame.with_columns(key=pl.col("name").map_elements(name_key, return_dtype=pl.String))
    for column, why in (("vat", "same VAT number"), ("key", "same name in the same country")):
        groups = (
            keyed.filter(pl.col(column).is_not_null(), pl.col(column) != "")
            .group_by(column, "country", maintain_order=True)
            .agg("id", "name", "sources")
            .filter(pl.col("id").list.len().is_between(2, _MOST_ALIKE))
        )
        for group in groups.iter_rows(named=True):
            yield from _pairs(group, why, day, tool)


def name_key(name: str) -> str:
    """Return the telling words of a name, folded."""
    return " ".join(parse_name(name).core)


def _pairs(group: dict[str, Any], why: str, day: str, tool: str) -> Iterator[Judgement]:
    both = list(zip(group["id"], group["name"], group["sources"], strict=True))
    for (one, name, here), (other, name_too, there) in combinations(both, 2):
        within = "in one source" if set(here) & set(there) else "in two sources"
        yield Judgement(
            subject=one,
            predicate=CANDIDATE,
            object=other,
            justification=LEXICAL,
            date=day,
            other={"mapping_tool": tool},
            comment=f"{why}, {within}",
            subject_label=name,
            object_label=name_too,
        )

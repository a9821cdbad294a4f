"""Matching lists of names, whatever they are matched to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import polars as pl

from permed.api.python.values import names_of

if TYPE_CHECKING:
    from permed.ingest.linking.matching.matcher import Matcher

__all__ = ["match_with", "readable"]


def match_with(matcher: Matcher, names: Iterable[str] | str, country: str | None) -> pl.DataFrame:
    """Match names, or one, by a matcher that is there; see `OpenedRelease.match`."""
    given = pl.DataFrame({"name": names_of(names)}, schema={"name": pl.String})
    asked = given.with_columns(country=pl.lit(country, pl.String))
    found = matcher.match_names(asked, messy=True)
    return readable(found.insert_column(0, given["name"]))


def readable(found: pl.DataFrame) -> pl.DataFrame:
    """Leave out the numbers behind a decision."""
    return found.select(pl.exclude("features"))

"""Old ids keep resolving: which id took the place of one that is no longer in the release."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from permed.graph.releases.release import Release
from permed.graph.tables.model import TABLES

__all__ = ["replacement_rows", "replacements"]

_PAIR = pl.Schema({"old": pl.String, "new": pl.String})
_SAME = ["kind", "scheme", "value"]


def replacements(
    renamed: Mapping[str, str],
    present: pl.Series,
    identifiers: pl.DataFrame,
    previous: Release | None,
) -> pl.DataFrame:
    """Return old, new for every id that another took the place of; new is always in `present`.

    Ids that linking renamed; ids of the previous release whose exact identifiers another thing now
    carries; and ids that had been replaced before then. An id that is back replaces itself.
    """
    moved = pl.DataFrame([*renamed.items()], schema=_PAIR, orient="row")
    parts = [moved]
    if previous is not None:
        parts.append(_followed(previous, moved))
        parts.append(_same_identifier(previous, identifiers))
    return (
        pl.concat(parts)
        .filter(~pl.col("old").is_in(present.implode()), pl.col("new").is_in(present.implode()))
        .unique("old", keep="first", maintain_order=True)
        .sort("old")
    )


def _followed(previous: Release, moved: pl.DataFrame) -> pl.DataFrame:
    """What had been replaced before, led on to where that went."""
    before = _stacked(previous, "replacements", ["old", "new"], _PAIR)
    onward = moved.rename({"old": "new", "new": "end"})
    return before.join(onward, on="new", how="left").select("old", new=pl.coalesce("end", "new"))


def _same_identifier(previous: Release, identifiers: pl.DataFrame) -> pl.DataFrame:
    schema = pl.Schema(dict.fromkeys(("entity", "scheme", "value", "match"), pl.String()))
    before = _exact(_stacked(previous, "identifiers", list(schema), schema))
    now = _exact(identifiers).group_by(_SAME).agg(pl.col("entity").unique())
    alone = now.filter(pl.col("entity").list.len() == 1).select(
        *_SAME, new=pl.col("entity").list.first()
    )
    return before.join(alone, on=_SAME).select(old="entity", new="new").unique().sort("old", "new")


def _exact(identifiers: pl.DataFrame) -> pl.DataFrame:
    exact = pl.col("match").fill_null("exact") == "exact"
    kind = pl.col("entity").str.extract(r"^([a-z-]+)/")
    return identifiers.filter(exact).select("entity", "scheme", "value", kind=kind)


def _stacked(release: Release, table: str, columns: list[str], schema: pl.Schema) -> pl.DataFrame:
    parts = [release.table(source, table, columns) for source in sorted(release.sources)]
    return pl.concat([pl.DataFrame(schema=schema), *parts])


def replacement_rows(pairs: pl.DataFrame, source_url: str) -> pl.DataFrame:
    """Return rows of the replacements table."""
    table = TABLES["replacements"]
    rows = pairs.with_columns(source_url=pl.lit(source_url), evidence=pl.lit("data"))
    return pl.concat([pl.DataFrame(schema=table.schema), rows], how="diagonal")

"""One ROR id an organisation: where sources give several, the later ones yield theirs.

Records that became one thing (a record entered twice in the registry, a judgement beside what a
source states) bring each its own ROR id, and only one can be that of the thing. The same id from
several sources is one statement, however often it is made.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from permed.graph.tables.issues import issue_rows, no_issues

__all__ = ["one_ror"]

Tables = Mapping[str, pl.DataFrame]


def one_ror(
    sources: Mapping[str, Tables],
) -> dict[str, tuple[dict[str, pl.DataFrame], pl.DataFrame]]:
    """Take out the rows of `identifiers` that give an organisation a second ROR id.

    `sources` holds linked tables in order of precedence. The first source that gives an
    organisation a ROR id is followed; in one source the id counts that most sources state, then
    the first row. Returns for each source its tables and the issues: what yielded, and to what.
    """
    exact = {
        n: t["identifiers"].filter(_is_ror()) for n, t in sources.items() if "identifiers" in t
    }
    kept = _kept([frame.with_columns(rank=pl.lit(n)) for n, frame in enumerate(exact.values())])
    return {n: _followed(t, kept, n) for n, t in sources.items()}


def _is_ror() -> pl.Expr:
    """Only an exact match is an identifier; a near one names somebody else's record."""
    return (
        (pl.col("scheme") == "ror")
        & (pl.col("match").fill_null("exact") == "exact")
        & pl.col("entity").str.starts_with("organisation/")
    )


def _kept(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Return columns entity, kept: the one ROR id of each organisation that has several."""
    if not frames:
        return pl.DataFrame(schema={"entity": pl.String, "kept": pl.String})
    rows = pl.concat([f.select("entity", "value", "rank").with_row_index("at") for f in frames])
    stated = rows.group_by("entity", "value").agg(
        pl.col("rank").min(),
        said=pl.col("rank").n_unique(),
        at=pl.col("at").sort_by("rank").first(),
    )
    several = stated.filter(pl.len().over("entity") > 1)
    first = several.sort("entity", "rank", "said", "at", descending=[False, False, True, False])
    return first.group_by("entity", maintain_order=True).agg(kept=pl.col("value").first())


def _followed(
    tables: Tables, kept: pl.DataFrame, source: str
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    if "identifiers" not in tables or kept.is_empty():
        return dict(tables), no_issues()
    rows = tables["identifiers"]
    marked = rows.join(kept, on="entity", how="left", maintain_order="left")
    second = (_is_ror() & (pl.col("value") != pl.col("kept"))).fill_null(value=False)
    issues = issue_rows(
        marked.filter(second),
        source=source,
        table="identifiers",
        reason=pl.format(
            "{} has the ROR id {} already, and an organisation has one: take {} away, or give it"
            " to the organisation that it names",
            "entity",
            "kept",
            "value",
        ),
        severity="dropped",
        field="value",
    )
    return {**tables, "identifiers": marked.filter(~second).select(rows.columns)}, issues

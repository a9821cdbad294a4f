"""The name by which people see an organisation, the same in every source of a build.

The English label of its record in ROR, where it has one and no curated source names it; else the
name that was stated first. A record that a curated source keeps under its number in a register has
the name of that register, which nobody chose. Either is written as people write it: registers give
names in capitals, and lists that people keep take some from them as they stand. Names of registers
stay as legal names, names in other languages with their language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from permed.graph.readable_names import readable

__all__ = ["with_display_names"]

Tables = dict[str, pl.DataFrame]

_ENGLISH: Final = "en"
_NUMBERED: Final = r"^organisation/pic-\d+$"  # the id of a record that is known by its number alone


def with_display_names(
    sources: Mapping[str, Tables], curated: frozenset[str], registry: str = "ror"
) -> dict[str, Tables]:
    """Fill the column `display` of organisations, where it differs from what the source says.

    sources: tables after precedence, in its order. curated: sources whose names people chose.
    registry: the source whose English labels are used.
    """
    names = _chosen(sources, curated, registry)
    return {source: _named(tables, names) for source, tables in sources.items()}


def _chosen(sources: Mapping[str, Tables], curated: frozenset[str], registry: str) -> pl.DataFrame:
    """Return id, display: of organisations whose first name is not the one to show."""
    rows = [
        tables["organisations"].select(
            "id",
            "short_name",
            said=pl.coalesce("label", "name"),
            chosen=pl.lit(source in curated) & ~pl.col("id").str.contains(_NUMBERED),
        )
        for source, tables in sources.items()
        if "organisations" in tables
    ]
    if not rows:
        return pl.DataFrame(schema={"id": pl.String, "display": pl.String})
    first = pl.concat(rows).group_by("id", maintain_order=True).agg(
        pl.col("said", "chosen").first(), pl.col("short_name").drop_nulls().first()
    )  # fmt: skip
    both = first.join(_labels(sources.get(registry, {})), on="id", how="left")
    shown = [
        _calmed(said, short) if chosen else english or readable(said, short)
        for said, chosen, short, english in both.select(
            "said", "chosen", "short_name", "english"
        ).iter_rows()
    ]
    named = both.with_columns(display=pl.Series(shown, dtype=pl.String))
    return named.filter(pl.col("display") != pl.col("said")).select("id", "display")


def _calmed(name: str, short: str | None) -> str:
    """Return a name that people chose; without a blank it is a short form, such as AUDA-NEPAD."""
    return readable(name, short) if " " in name else name


def _labels(tables: Tables) -> pl.DataFrame:
    """Return id, english: the English label of a record, else the name that the registry shows."""
    empty = pl.DataFrame(schema={"id": pl.String, "english": pl.String})
    if "organisations" not in tables:
        return empty
    shown = tables["organisations"].select("id", shown="name")
    if "names" not in tables:
        return shown.rename({"shown": "english"}).unique("id", keep="first")
    english = tables["names"].filter(pl.col("lang") == _ENGLISH, pl.col("kind") == "label")
    labels = english.sort("entity", "name").unique("entity", keep="first", maintain_order=True)
    both = shown.join(labels.select(id="entity", label="name"), on="id", how="left")
    return both.select("id", english=pl.coalesce("label", "shown")).unique("id", keep="first")


def _named(tables: Tables, names: pl.DataFrame) -> Tables:
    if "organisations" not in tables:
        return tables
    rows = tables["organisations"].drop("display", strict=False)
    both = rows.join(names, on="id", how="left", maintain_order="left")
    order = tables["organisations"].columns
    columns = order if "display" in order else [*order, "display"]
    return tables | {"organisations": both.select(columns)}

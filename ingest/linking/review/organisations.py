"""The organisations of a release as one flat frame, for matching, review and gap tables."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from permed.graph.releases.release import Release
from permed.ingest.source import load, names

__all__ = [
    "coverage", "entities_of", "identifiers_of", "merged_identifiers", "merged_organisations",
    "names_of", "organisations_of", "replacements_of",
]  # fmt: skip

_COLUMNS = ("name", "short_name", "org_type", "country", "city", "website", "vat")
_WHOLE = ("id", *_COLUMNS)
_IDENTIFIER = ("entity", "scheme", "value", "match")


def organisations_of(release: Release, *, with_registries: bool = True) -> pl.DataFrame:
    """Return one row an organisation: id, name, short_name, org_type, country, city, website, vat.

    `country` is the ISO code; `sources` lists the sources that name it. The first source that fills
    a column tells it. Without registries, only what the sources say that bring things in counts.
    """
    order = [s for s in release.receipt["sources"] if with_registries or not _is_registry(s)]
    return merged_organisations((s, release.table(s, "organisations", _WHOLE)) for s in order)


def merged_organisations(parts: Iterable[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
    """Return one row an organisation out of the tables of sources, the first of which counts."""
    empty = pl.DataFrame(schema=dict.fromkeys((*_WHOLE, "source"), pl.String))
    told = [frame.select(_WHOLE).with_columns(source=pl.lit(name)) for name, frame in parts]
    first = [pl.col(c).drop_nulls().first() for c in _COLUMNS]
    sources = pl.col("source").unique(maintain_order=True).alias("sources")
    return (
        pl.concat([empty, *told])
        .group_by("id", maintain_order=True)
        .agg(*first, sources)
        .with_columns(country=pl.col("country").str.strip_prefix("country/"))
    )


def _is_registry(source: str) -> bool:
    return source in names() and load(source).info.needs_wanted


def identifiers_of(release: Release, *, with_linking: bool = True) -> pl.DataFrame:
    """Return entity, scheme, value, match of organisations; `match` is filled."""
    chosen = [s for s in release.receipt["sources"] if with_linking or s != "linking"]
    return merged_identifiers(release.table(s, "identifiers", _IDENTIFIER) for s in chosen)


def merged_identifiers(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return the distinct rows of several tables of identifiers, those of organisations."""
    empty = pl.DataFrame(schema=dict.fromkeys(_IDENTIFIER, pl.String))
    return (
        pl.concat([empty, *(frame.select(_IDENTIFIER) for frame in frames)])
        .filter(pl.col("entity").str.starts_with("organisation/"))
        .with_columns(pl.col("match").fill_null("exact"))
        .unique(maintain_order=True)
    )


def names_of(release: Release) -> pl.DataFrame:
    """Return entity and name of every further name of an organisation."""
    sources = release.receipt["sources"]
    parts = [release.table(source, "names", ("entity", "name")) for source in sources]
    empty = pl.DataFrame(schema={"entity": pl.String, "name": pl.String})
    return pl.concat([empty, *parts]).filter(pl.col("entity").str.starts_with("organisation/"))


def coverage(release: Release) -> dict[str, int]:
    """Return how many organisations and PICs there are, and how many of each have a ROR record."""
    exact = identifiers_of(release).filter(pl.col("match") == "exact")
    pics = exact.filter(pl.col("scheme") == "pic")
    tied = exact.filter(pl.col("scheme") == "ror")["entity"].unique()
    return {
        "organisations": organisations_of(release)["id"].n_unique(),
        "organisations_with_ror": len(tied),
        "pics": pics["value"].n_unique(),
        "pics_with_ror": pics.filter(pl.col("entity").is_in(tied.implode()))["value"].n_unique(),
    }


def replacements_of(release: Release) -> dict[str, str]:
    """Return old id -> id of the thing that took its place."""
    return dict(release.table("linking", "replacements", ("old", "new")).iter_rows())


def entities_of(release: Release) -> pl.DataFrame:
    """Return the organisations of a release under their addresses, with all names for a matcher.

    Columns: id, name, names, acronyms, identifiers, country, city.
    """
    names = names_of(release).group_by("entity").agg(pl.col("name").unique().alias("names"))
    known = identifiers_of(release).filter(pl.col("match") == "exact")
    nodes = pl.format("{}:{}", "scheme", "value")
    identifiers = known.group_by("entity").agg(identifiers=nodes.unique())
    return (
        organisations_of(release)
        .filter(pl.col("name").is_not_null())
        .join(identifiers, left_on="id", right_on="entity", how="left", maintain_order="left")
        .join(names, left_on="id", right_on="entity", how="left", maintain_order="left")
        .select(
            pl.concat_str(pl.lit(f"{release.base}id/"), "id").alias("id"),
            "name",
            pl.col("names").fill_null([]),
            acronyms=pl.concat_list("short_name").list.drop_nulls(),
            identifiers=pl.col("identifiers").fill_null([]),
            country="country",
            city="city",
        )
    )
